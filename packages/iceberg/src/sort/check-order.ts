import {refused} from '@phlo/core'
import {leavesOf} from '../parquet/leaves.js'
import type {Schema} from '../spec/types.js'
import type {RowBatch} from '../write/row-batch.js'
import {rowKeys} from './row-keys.js'
import type {RowOrder} from './row-order.js'
import {compareKeys, type SortKeys} from './sort-keys.js'

/**
 * Passes rows on and looks at each of them: what is said to be sorted has to be.
 *
 * @throws PhloError `VERIFICATION_FAILED` (exit 6)
 */
export async function* inOrder(batches: AsyncIterable<RowBatch>, order: RowOrder, schema: Schema): AsyncIterable<RowBatch> {
  const keysOf = rowKeys(order, leavesOf(schema))
  let before: SortKeys | undefined
  for await (const batch of batches) {
    const keys = keysOf(batch.column, batch.rows)
    let isSorted = !before || batch.rows === 0 || compareKeys(before, before.rows - 1, keys, 0) <= 0
    for (let row = 1; row < keys.rows && isSorted; row++) isSorted = compareKeys(keys, row - 1, keys, row) <= 0
    if (!isSorted) throw refused('VERIFICATION_FAILED', `Rows were not sorted by ${order.text}; nothing of them is committed.`)
    if (batch.rows > 0) before = keys
    yield batch
  }
}
