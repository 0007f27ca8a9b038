import type {Json, OperationPlan, OperationResult, PlannedFile} from '@phlo/core'
import type {RowOrder} from '../../sort/row-order.js'

/** A data file that is to be rewritten. */
export interface PlannedInput extends PlannedFile {
  readonly rows: number
}

/** One output file's worth of input, or a group of files that is split into several. */
export interface PlannedMerge {
  readonly inputs: readonly PlannedInput[]
  /** How many files come out, fewer only when all rows of one are deleted: the rows are divided evenly. */
  readonly outputs: number
}

/** Files of one partition that are rewritten together. */
export interface PlannedGroup {
  readonly specId: number
  /** Of the new files. Where it is another one, rows are divided by it, and `outputs` is what their sizes let expect. */
  readonly outputSpecId: number
  /** `month=2001-03`, or an empty text for an unpartitioned table. */
  readonly partition: string
  readonly merges: readonly PlannedMerge[]
  readonly bytes: number
  readonly files: number
  readonly outputs: number
  /** Which rule selected it. */
  readonly reason: string
}

export interface OptimizePlan extends OperationPlan {
  readonly operation: 'optimize'
  /** Decimal string; the new files carry it. Null when the table has no snapshot. */
  readonly startingSequenceNumber: string | null
  /** By what the rows of each group are sorted; null when they are merged in the order of their files. */
  readonly order: RowOrder | null
  readonly groups: readonly PlannedGroup[]
  readonly inputFiles: number
  readonly inputBytes: number
  readonly outputFiles: number
  /** Live data files of the table that are left as they are. */
  readonly untouchedFiles: number
  /** Delete files that apply to nothing once the groups are rewritten: the same commit removes them. */
  readonly deadDeletes: readonly (PlannedFile & {readonly offset?: number})[]
  readonly options: {readonly [key: string]: Json | undefined}
}

export interface OptimizeResult extends OperationResult {
  readonly rewrittenDataFiles: number
  readonly addedDataFiles: number
  /** Bytes of the files that were replaced. */
  readonly rewrittenBytes: number
  readonly addedBytes: number
  readonly rows: number
  /** Rows that deletes had taken and that are not in the new files. */
  readonly deletedRows: number
  readonly removedDeleteFiles: number
  /** Rows that deletes had taken, and that new deletes take from the new files: with `keepDeletes` only. */
  readonly keptDeletedRows: number
  readonly addedDeleteFiles: number
  readonly commits: number
  /** How many groups each engine sorted, Phlo itself as `builtin`; empty when nothing was sorted. */
  readonly engines: Readonly<Record<string, number>>
  /** Groups whose commit failed under partial progress, with the reason. */
  readonly failedGroups: readonly {readonly partition: string; readonly reason: string}[]
}
