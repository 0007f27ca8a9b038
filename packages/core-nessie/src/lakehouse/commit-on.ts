import {commitConflict, ExitCode, PhloError} from '@phlo/core'
import {formatKey} from '../api/keys.js'
import type {Contents, NessieApi} from '../api/nessie-api.js'
import type {Key, Operation} from '../api/types.js'
import {contentsAt, notABranch, type Place} from './place.js'

/** How often a commit is proposed while others commit to the same branch. */
const ATTEMPTS = 10

/** A commit, made for what is at its keys. */
export interface NessieProposal {
  readonly message: string
  readonly operations: readonly Operation[]
  /** Tells from what is at the keys whether it was made, when nobody else says. */
  readonly landed: (contents: Contents) => boolean
}

/**
 * Commits to the branch of a place. Nessie refuses what others have changed since; then what is at the keys now is proposed on again:
 * `propose` throws when it no longer allows the change, which decides what a conflict means. Nessie's own words decide only where the
 * branch has not moved.
 *
 * @throws PhloError `REF_IS_NOT_A_BRANCH` (exit 6), `NAMESPACE_NOT_EMPTY` (exit 6), `COMMIT_CONFLICT` (exit 5),
 * `COMMIT_STATE_UNKNOWN` (exit 3) when there was no answer and the keys do not show the commit
 */
export async function commitOn(
  api: NessieApi,
  place: Place,
  keys: readonly Key[],
  propose: (contents: Contents) => NessieProposal | 'landed',
  read?: Contents,
): Promise<void> {
  if (!place.isBranch) throw notABranch(api.catalog, place)
  let contents = read ?? (await contentsAt(api, place, keys))
  for (let attempt = 1; ; attempt++) {
    const proposal = propose(contents)
    if (proposal === 'landed') return
    const {message, operations, landed} = proposal
    const outcome = await api.commit(contents.reference, message, operations)
    if ('hash' in outcome) return
    if ('unknown' in outcome) {
      const seen = await contentsAt(api, place, keys).catch(() => undefined)
      if (seen && landed(seen)) return
      throw outcome.unknown
    }
    const fresh = await contentsAt(api, place, keys)
    const hasMoved = fresh.reference.hash !== contents.reference.hash
    if (!hasMoved || attempt >= ATTEMPTS) throw hasMoved ? tooMany(place.name, outcome.error) : conflictError(api.catalog, outcome)
    contents = fresh
  }
}

function conflictError(
  catalog: string,
  {conflicts, error}: {readonly conflicts: readonly {readonly type: string; readonly key: Key | undefined}[]; readonly error: PhloError},
) {
  const inhabited = conflicts.find(({type}) => type === 'NAMESPACE_NOT_EMPTY')
  if (!inhabited) return commitConflict(error.message, error)
  const name = formatKey(inhabited.key ?? [])
  return new PhloError(`Namespace ${name} of catalog ${catalog} is not empty; nothing was changed.`, {
    code: 'NAMESPACE_NOT_EMPTY',
    exit: ExitCode.refused,
    suggestions: [`phlo table list ${name} --catalog ${catalog}`],
  })
}

const tooMany = (branch: string, cause: PhloError) =>
  commitConflict(`Others commit to ${branch} faster than this could be; nothing was changed.`, cause)
