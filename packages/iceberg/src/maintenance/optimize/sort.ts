import {randomUUID} from 'node:crypto'
import type {RowPositions} from '../../parquet/surviving-rows.js'
import {verifyMerge} from '../../parquet/verify.js'
import {writeSortedFiles} from '../../sort/write-sorted.js'
import type {DataFile, ManifestEntry} from '../../spec/manifest.js'
import {dataFilePaths} from '../../write/data-file-path.js'
import {dataFileOf, groupRows, sortOrderId} from './group-rows.js'
import {mergeInputs, type RewriteContext} from './merge-inputs.js'
import type {PlannedMerge} from './plan-types.js'

/** Sorts the rows of files of one partition into so many files of the same partition, and verifies them. */
export async function sortAndVerify(
  {outputs: count}: PlannedMerge,
  entries: readonly ManifestEntry[],
  deleted: ReadonlyMap<string, RowPositions>,
  rewrite: RewriteContext,
): Promise<readonly DataFile[]> {
  const {table, plan, onStaged, context} = rewrite
  const first = entries[0]?.dataFile
  if (!first) return []
  const merge = mergeInputs(rewrite, entries, deleted, first)
  const {io, schema, properties, inputs} = merge
  const rows = inputs.reduce((sum, {filePath, recordCount}) => sum + recordCount - (deleted.get(filePath)?.size ?? 0), 0)
  const outputs = await writeSortedFiles(groupRows(merge, rewrite), {
    io,
    schema,
    properties,
    rows,
    outputs: count,
    newPath: dataFilePaths(table, first, randomUUID()),
    onStaged,
    onRows: (done) => context.progress.advance(done),
  })
  await verifyMerge({...merge, outputs, full: plan.options['verify'] === 'full'})
  const orderId = sortOrderId(plan.order, table.metadata)
  return outputs.map((output) => dataFileOf(output, first, orderId))
}
