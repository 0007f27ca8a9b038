import type {LakehouseTable} from './lakehouse-table.js'
import type {OperationContext} from './operation.js'

/** A record batch of Apache Arrow (`apache-arrow`'s RecordBatch), whichever copy of the library made it. */
export interface ArrowBatch {
  readonly numRows: number
  readonly numCols: number
}

export interface EngineCapabilities {
  readonly sql: boolean
  readonly rewrite: boolean
  /** Works on a cluster, not in this process. */
  readonly distributed: boolean
}

/** Runs what needs values: SQL, sorts, rewrites that must decode. Chosen by `--engine`, or by itself when installed. */
export interface ExecutionEngine {
  readonly $type: '@phlo/engine'
  readonly contract: 1
  readonly name: string
  readonly capabilities: EngineCapabilities
  /** Rows of a query over the tables that are named in `tables`, as Arrow record batches. */
  sql?(query: string, tables: Readonly<Record<string, LakehouseTable>>, context: OperationContext): AsyncIterable<ArrowBatch>
  /** Writes the rows of `inputs` (Parquet files) in this order to `output`, and returns how many there were. */
  rewrite?(
    request: {readonly inputs: readonly string[]; readonly output: string; readonly orderBy: readonly string[]},
    context: OperationContext,
  ): Promise<{readonly rows: number}>
}
