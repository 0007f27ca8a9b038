import type {Leaf, LeafValues} from '../parquet/leaves.js'
import {selectRows} from '../parquet/slice.js'

/** Some rows of a table's schema, column by column: what is read from a file or an Arrow batch on its way into data files. */
export interface RowBatch {
  readonly rows: number
  /** Values of each leaf; asked for once a leaf. */
  column(leaf: Leaf): LeafValues
}

/** Some rows of a batch, by their indexes in ascending order. */
export function pickRows(batch: RowBatch, rows: Uint32Array): RowBatch {
  return {rows: rows.length, column: (leaf) => selectRows(batch.column(leaf), rows)}
}
