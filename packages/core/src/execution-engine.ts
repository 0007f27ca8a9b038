import type {LakehouseTable} from './lakehouse-table.js'
import type {OperationContext} from './operation.js'

/** A record batch of Apache Arrow (`apache-arrow`'s RecordBatch), whichever copy of the library made it. */
export interface ArrowBatch {
  readonly numRows: number
  readonly numCols: number
}

export interface EngineCapabilities {
  readonly sql: boolean
  readonly sort: boolean
  /** Works on a cluster, not in this process. */
  readonly distributed: boolean
}

/** A column of a Parquet file that holds values: what is within a list, a map or a struct is one, too. */
export interface EngineColumn {
  /** The names on the way to it. What is in a list is called `element`, what is in a map `key` and `value`. */
  readonly path: readonly string[]
  /** As Iceberg names it: `long`, `decimal(9, 2)`, `timestamptz_ns`. */
  readonly type: string
}

/** A column at the top of the file that rows are ordered by; floating-point ones are not among them. */
export interface EngineSortTerm {
  readonly column: string
  readonly direction: 'asc' | 'desc'
  readonly nulls: 'first' | 'last'
}

/**
 * By what rows are ordered: by columns of their own, of which numbers and times compare by value, false comes before true, and texts,
 * UUIDs and binary compare by their unsigned bytes; or by keys, whose unsigned bytes say it all. Keys are the column `key` of
 * another Parquet file, of which row n belongs to row n of the rows.
 */
export type EngineOrder = {readonly by: 'columns'; readonly terms: readonly EngineSortTerm[]} | {readonly by: 'keys'; readonly path: string}

/** Rows to be put in order. All paths are of files of this machine. */
export interface SortFileRequest {
  /** A Parquet file, which stays as it is. */
  readonly rows: string
  readonly columns: readonly EngineColumn[]
  readonly order: EngineOrder
  /** The Parquet file to be made, with the same columns. It is not there yet. */
  readonly output: string
  /** The table's, in small letters: `zstd`, `snappy`, `gzip`, `uncompressed`. With another one Phlo compresses the pages anew, which takes longer. */
  readonly codec: string
  /** How many rows a row group has at most, or about that: row groups become pages. */
  readonly rowGroupRows: number
  /** Bytes that the engine may hold; what is more goes into `temporaryFolder`. */
  readonly memoryLimit: number
  /** Is there and is empty; Phlo removes it. */
  readonly temporaryFolder: string
  /** Aborted by an interrupt: end soon, and reject. */
  readonly signal: AbortSignal
}

/**
 * Runs what needs values: SQL, and sorts. Chosen by `--engine`, or by itself when installed.
 *
 * Rows to be sorted come as a Parquet file and go as one: Phlo merges pages without decoding them, so that whatever differs between
 * data files (schemas, formats, deletes, row ids) is settled before, and field ids, metrics and the layout of what is committed are Phlo's.
 *
 * @example
 * const engine: ExecutionEngine = {
 *   $type: '@phlo/engine',
 *   contract: 1,
 *   name: 'polars',
 *   capabilities: {sql: false, sort: true, distributed: false},
 *   refusal: ({columns}) => columns.some(({type}) => type === 'variant') ? 'Polars has no variant' : undefined,
 *   async sort({rows, order, output}) { … },
 * }
 * export default engine
 */
export interface ExecutionEngine {
  readonly $type: '@phlo/engine'
  readonly contract: 1
  readonly name: string
  readonly capabilities: EngineCapabilities
  /** Rows of a query over the tables that are named in `tables`, as Arrow record batches. */
  sql?(query: string, tables: Readonly<Record<string, LakehouseTable>>, context: OperationContext): AsyncIterable<ArrowBatch>
  /** Why it does not sort rows of these columns, or cannot give each value back to the last bit; undefined when it does. Phlo then sorts by itself. */
  refusal?(request: Pick<SortFileRequest, 'columns' | 'memoryLimit'>): string | undefined
  /** Makes `output` of all the rows, in order; rows that the order does not tell apart stay as they came. */
  sort?(request: SortFileRequest): Promise<void>
}

/** The engines that plugins contribute, none of them imported yet. */
export interface Engines {
  /** In the order of their precedence. */
  readonly names: readonly string[]
  /** @throws PhloError `CONTRIBUTION_NOT_FOUND`, `CONTRIBUTION_BROKEN` */
  load(name: string): Promise<ExecutionEngine>
}
