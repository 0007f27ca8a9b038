import type {RowBatch} from '../write/row-batch.js'
import {unpack} from './columns.js'
import {joinBlocks, type KeyedBlock, type RowBlock, readerOf} from './row-block.js'
import {joinKeys, sortedRows} from './sort-keys.js'

/**
 * The rows of some blocks in order, in even batches that take about `batchBytes` at most. Rows with equal keys stay as they came. A
 * column of a batch is worked out each time that it is asked for, so that only one is there twice. The blocks are used up: their keys are
 * not needed any more once the rows are in order.
 */
export function sortedRun(blocks: readonly KeyedBlock[], batchBytes: number): Iterable<RowBatch> {
  const order = sortedRows(joinKeys(blocks.map(({keys}) => keys)))
  return batchesOf(joinBlocks(blocks), order, batchBytes)
}

function* batchesOf({rows, columns, bytes}: RowBlock, order: Uint32Array, batchBytes: number): Iterable<RowBatch> {
  const batches = Math.ceil(rows / rowsWithin(batchBytes, bytes, rows))
  const size = Math.ceil(rows / batches)
  for (let from = 0; from < rows; from += size) {
    const part = order.subarray(from, from + size)
    yield {rows: part.length, column: readerOf(columns, (column) => unpack(column, part))}
  }
}

/** How many rows of such ones take so many bytes; at least one. */
export const rowsWithin = (limit: number, bytes: number, rows: number) => Math.max(1, Math.floor((limit * rows) / Math.max(1, bytes)))
