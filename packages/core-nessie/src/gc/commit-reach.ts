import {type Cutoff, EVER} from './cutoff.js'
import {type CommitReach, NEVER} from './mark-store.js'

/** How far a walk from the head of a reference goes. */
export const reachOf = (cutoff: Cutoff): CommitReach =>
  cutoff.kind === 'since' ? {until: cutoff.time, remaining: 0} : {until: NEVER, remaining: cutoff.commits}

/** Whether a walk goes back to a time, and not for a number of commits. */
export const isTimed = ({until}: CommitReach): boolean => until !== NEVER

/** Whether walks that came by a commit go, or will go, as far as another would from there. */
export function isCovered(reach: CommitReach | undefined, wanted: CommitReach): boolean {
  // What was only looked at for its names is kept by nothing yet.
  if (!reach || (reach.until === NEVER && reach.remaining === 0)) return false
  if (reach.until === EVER) return true
  return isTimed(wanted) ? reach.until <= wanted.until : reach.remaining >= wanted.remaining
}
