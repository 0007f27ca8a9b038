import {defaultsOf} from '../../parquet/defaults.js'
import {fileRows} from '../../parquet/file-rows.js'
import {leavesOf} from '../../parquet/leaves.js'
import {nameMapping} from '../../parquet/name-mapping.js'
import {rowGroupBytesOf} from '../../parquet/write-file.js'
import {inOrder} from '../../sort/check-order.js'
import {type RowOrder, satisfiedOrders} from '../../sort/row-order.js'
import {sortRows} from '../../sort/sort-rows.js'
import {fieldsById} from '../../spec/schema.js'
import type {TableMetadata} from '../../spec/table-metadata.js'
import type {RowBatch} from '../../write/row-batch.js'
import {planOutdated} from '../plan-header.js'
import type {MergeInputs, RewriteContext} from './merge-inputs.js'

/** The rows of files that are left, one file after the other, or in the plan's order. */
export function groupRows(merge: MergeInputs, rewrite: RewriteContext): AsyncIterable<RowBatch> {
  const {plan, context} = rewrite
  const rows = storedRows(merge, context.signal)
  if (!plan.order) return rows
  const {schema, properties} = merge
  assertColumns(plan.order, rewrite, merge)
  const sorted = sortRows({
    order: plan.order,
    schema,
    batches: rows,
    memoryLimit: Number(plan.options['memoryLimit']),
    batchBytes: rowGroupBytesOf(properties),
    signal: context.signal,
  })
  return inOrder(sorted, plan.order, schema)
}

async function* storedRows(
  {io, inputs, schema, properties, identity, sourceOf}: MergeInputs,
  signal: AbortSignal,
): AsyncIterable<RowBatch> {
  const layout = {leaves: leavesOf(schema), mapping: nameMapping(properties), defaultOf: defaultsOf(schema, identity)}
  for (const input of inputs) {
    for await (const {rows, read} of fileRows(io, sourceOf(input), layout, signal)) yield {rows, column: read}
  }
}

/** A column may have been dropped since the plan was made. */
export function assertColumns(order: RowOrder, {plan}: RewriteContext, {schema}: MergeInputs): void {
  const ids = order.kind === 'zorder' ? order.columns : order.fields.map((field) => field['source-id'])
  const fields = fieldsById(schema)
  if (!ids.every((id) => fields.has(id))) throw planOutdated(plan, `a column of the order ${order.text} is gone.`)
}

/** The sort order of the table that files of this order are in; 0, which is none, when the order is not one of the table's. */
export function sortOrderId(order: RowOrder | null, metadata: TableMetadata): number {
  return order ? (satisfiedOrders(order, metadata, 'exactly')[0] ?? 0) : 0
}
