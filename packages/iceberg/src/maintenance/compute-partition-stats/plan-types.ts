import type {OperationPlan, OperationResult} from '@phlo/core'

export interface ComputePartitionStatsOptions {
  /** A snapshot's id. Default: the head of the table's ref. */
  readonly snapshotId?: string
  /** Counts everything anew, also when there are statistics. Default: false. */
  readonly force?: boolean
}

export interface ComputePartitionStatsPlan extends OperationPlan {
  readonly operation: 'compute-partition-stats'
  /** Decimal string; null when the table has no snapshot. */
  readonly snapshotId: string | null
  /** The partition statistics file that the snapshot has; null when it has none. */
  readonly previous: string | null
  /** The ancestor whose statistics are counted on from; null when everything is counted. */
  readonly countedFrom: string | null
}

export interface ComputePartitionStatsResult extends OperationResult {
  /** Its path; null when nothing was done. */
  readonly statisticsFile: string | null
  readonly partitions: number
  /** Whether the statistics of an ancestor were counted on from. */
  readonly isIncremental: boolean
}
