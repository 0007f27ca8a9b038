import type {NessieApi} from '../../src/api/nessie-api.js'
import type {Content, Key, Operation, Reference} from '../../src/api/types.js'

/** Commits to branches without files: what is at a key is only a name. */
export interface Committer {
  /** Puts a metadata file at a key, as the same table as before, and commits it alone. */
  put(branch: string, table: string, metadataLocation: string): Promise<string>
  drop(branch: string, table: string): Promise<string>
  commit(branch: string, operations: readonly Operation[]): Promise<string>
}

export function committer(nessie: NessieApi): Committer {
  const commit: Committer['commit'] = async (branch, operations) => {
    const outcome = await nessie.commit(await nessie.reference(branch), 'test', operations)
    if ('hash' in outcome) return outcome.hash
    throw 'unknown' in outcome ? outcome.unknown : outcome.error
  }
  return {
    commit,
    async put(branch, table, metadataLocation) {
      const key: Key = [table]
      const before = (await nessie.contents(nessie.ref(branch), [key])).get(key)
      const content: Content = {type: 'ICEBERG_TABLE', metadataLocation, snapshotId: -1, schemaId: 0, specId: 0, sortOrderId: 0}
      return commit(branch, [{type: 'PUT', key, content: before?.id === undefined ? content : {...content, id: before.id}}])
    },
    drop: (branch, table) => commit(branch, [{type: 'DELETE', key: [table]}]),
  }
}

/** A branch without commits. */
export const emptyBranch = (nessie: NessieApi, name: string): Promise<Reference> =>
  nessie.createReference('BRANCH', name, {type: 'DETACHED', name: 'DETACHED', hash: nessie.server.noAncestorHash})
