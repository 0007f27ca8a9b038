import type {OperationPlan, OperationResult} from '@phlo/core'

export interface ComputeStatsOptions {
  /** Names of columns; those of structs dotted. Default: all top-level columns of a primitive type, as Spark's. */
  readonly columns?: readonly string[]
  /** A snapshot's id. Default: the head of the table's ref. */
  readonly snapshotId?: string
  /** Computes anew what the snapshot has statistics of. Default: false. */
  readonly force?: boolean
}

export interface PlannedColumn {
  readonly id: number
  /** Dotted. */
  readonly name: string
}

export interface ComputeStatsPlan extends OperationPlan {
  readonly operation: 'compute-stats'
  /** Decimal string; null when the table has no snapshot. */
  readonly snapshotId: string | null
  readonly columns: readonly PlannedColumn[]
  /** Columns of which the snapshot has statistics already: they are kept. */
  readonly known: readonly PlannedColumn[]
  /** The statistics file that the snapshot has; null when it has none. */
  readonly previous: string | null
  /** False when it is gone; otherwise its other blobs are taken over. */
  readonly previousIsThere: boolean
  /** Data files to be read. */
  readonly files: number
  /** Bytes of these. */
  readonly bytes: number
  readonly rows: number
}

export interface ColumnNdv extends PlannedColumn {
  /** Distinct values; an estimate with an error of about 1.6 % above 4,096. */
  readonly ndv: number
}

export interface ComputeStatsResult extends OperationResult {
  /** Its path; null when nothing was done. */
  readonly statisticsFile: string | null
  readonly columns: readonly ColumnNdv[]
}
