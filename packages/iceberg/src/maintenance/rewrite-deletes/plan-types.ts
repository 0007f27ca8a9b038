import type {OperationPlan, OperationResult, PlannedFile} from '@phlo/core'

export interface RewriteDeletesOptions {
  /** Equality deletes become deletion vectors (v3) or position deletes (v2). Default: position deletes are compacted. */
  readonly equality?: boolean
  /** Bytes of a position delete file. Default: `write.delete.target-file-size-bytes`, else 64 MiB. */
  readonly targetFileSize?: number
  /** A partition with fewer small position delete files is left alone (v2). Default 5. */
  readonly minInputFiles?: number
}

/** Delete files of one partition, or global ones, that are replaced together. */
export interface PlannedDeletes {
  readonly specId: number
  /** `month=2001-03`, or an empty text for an unpartitioned spec. */
  readonly partition: string
  readonly inputs: readonly (PlannedFile & {readonly rows: number; readonly offset?: number})[]
}

export interface RewriteDeletesPlan extends OperationPlan {
  readonly operation: 'rewrite-deletes'
  /** What the deletes become. */
  readonly target: 'position-deletes' | 'deletion-vectors'
  /** Decimal string; null when the table has no snapshot. */
  readonly startingSequenceNumber: string | null
  readonly groups: readonly PlannedDeletes[]
  readonly inputFiles: number
  readonly inputBytes: number
}

export interface RewriteDeletesResult extends OperationResult {
  readonly rewrittenDeleteFiles: number
  readonly addedDeleteFiles: number
  readonly rewrittenBytes: number
  readonly addedBytes: number
  /** Rows that the new delete files delete. */
  readonly deletedRows: number
}
