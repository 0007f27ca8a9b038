import type {PhloError} from '@phlo/core'
import type {Changed} from '../api/client.js'
import type {Refusal} from '../api/errors.js'

/**
 * Resolves when a change was made: the metastore says so, or says nothing and it can be seen.
 *
 * @throws what `told` makes of a refusal; PhloError `COMMIT_STATE_UNKNOWN` when looking does not settle it
 */
export async function settled(
  changed: Changed<unknown>,
  isDone: () => Promise<boolean>,
  told: (refusal: Refusal) => PhloError | Promise<PhloError>,
): Promise<void> {
  if ('done' in changed) return
  if ('refusal' in changed) throw await told(changed.refusal)
  if (!(await isDone().catch(() => false))) throw changed.unknown
}
