import type {Connection} from './connection.js'
import {mergeInto} from './merge.js'
import type {NessieApi} from './nessie-api.js'
import {named, pathAt} from './references.js'
import {tryPicking} from './try-picking.js'
import type {MergeResult, Reference, TransplantRequest} from './types.js'

/** What gives a branch another head. */
export function changesOf(connection: Connection, log: NessieApi['log']): Pick<NessieApi, 'commit' | 'merge' | 'transplant'> {
  const pick = ({hashes, ...request}: TransplantRequest): Promise<MergeResult> =>
    mergeInto(connection, 'transplant', request, {hashesToTransplant: hashes}, log)
  return {
    async commit(onto, message, operations) {
      const body = {commitMeta: {message}, operations: operations.map((operation) => ({...operation, key: {elements: operation.key}}))}
      const changed = await connection.change({method: 'POST', path: `${pathAt(onto)}/history/commit`, body, about: named(onto)})
      if ('unknown' in changed) return changed
      if ('done' in changed) {
        const {targetBranch} = (changed.done ?? {}) as {readonly targetBranch?: Reference}
        return {hash: targetBranch?.hash ?? ''}
      }
      const {code, conflicts, error} = changed.refusal
      // A branch that was moved away from the hash is found again by who looks, or is gone.
      if (code === 'REFERENCE_CONFLICT' || code === 'REFERENCE_NOT_FOUND') return {conflicts, error}
      throw error
    },
    merge: (request) => mergeInto(connection, 'merge', request, {fromHash: request.from.hash}, log),
    transplant: (request) => (request.dryRun ? tryPicking(request, pick) : pick(request)),
  }
}
