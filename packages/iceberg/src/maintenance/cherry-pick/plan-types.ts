import type {OperationPlan, OperationResult, PlannedFile} from '@phlo/core'

export interface CherryPickOptions {
  /** The id of a snapshot, or the branch or tag that it is the head of. */
  readonly snapshot: string
}

export interface PublishOptions {
  /** The `wap.id` that a writer staged a snapshot under. */
  readonly wapId: string
}

export interface PickPlan extends OperationPlan {
  /** A decimal id: the snapshot whose changes are made again. */
  readonly sourceSnapshotId: string
  /**
   * True when the branch can simply move to the snapshot, because it is at the parent of it. When that is no longer so at execution
   * but the same changes can still be made, they are made in a new snapshot.
   */
  readonly fastForward: boolean
  /** Data and delete files that the branch will have. */
  readonly added: readonly PlannedFile[]
  /** Data and delete files that it will no longer have. */
  readonly removed: readonly PlannedFile[]
}

export interface PickResult extends OperationResult {
  /** Decimal ids, as Spark names them. */
  readonly sourceSnapshotId: string
  readonly currentSnapshotId: string
  readonly fastForward: boolean
  readonly addedFiles: number
  readonly removedFiles: number
}
