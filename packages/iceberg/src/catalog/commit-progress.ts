import {refused} from '@phlo/core'

/** What the updates of one commit know of each other. */
export interface CommitProgress {
  /** Milliseconds since the epoch. */
  readonly now: number
  lastSchemaId?: number
  lastSpecId?: number
  lastOrderId?: number
  readonly addedSnapshots: Set<bigint>
  removedSnapshots: boolean
  /** Snapshots that became current and were replaced within the commit: history must not show them. */
  readonly intermediate: Set<bigint>
}

/** The error for an update that cannot be made, whoever commits first. */
export function invalidUpdate(problem: string) {
  return refused('INVALID_UPDATE', `The change of the table's metadata was refused: ${problem}.`)
}
