import type {RowPositions} from '../../parquet/surviving-rows.js'
import {verifyMerge} from '../../parquet/verify.js'
import type {DataFile, ManifestEntry} from '../../spec/manifest.js'
import {writeDataFiles} from '../../write/write-data-files.js'
import {groupRows, sortOrderId} from './group-rows.js'
import {mergeInputs, type RewriteContext} from './merge-inputs.js'

/** Writes the rows of files of one partition into the partitions of another spec, in order where the plan has one, and verifies them. */
export async function repartitionAndVerify(
  specId: number,
  entries: readonly ManifestEntry[],
  deleted: ReadonlyMap<string, RowPositions>,
  rewrite: RewriteContext,
): Promise<readonly DataFile[]> {
  const {table, plan, onStaged, context} = rewrite
  const first = entries[0]?.dataFile
  if (!first) return []
  const merge = mergeInputs(rewrite, entries, deleted, first)
  const {schema} = merge
  const added = await writeDataFiles(
    table,
    groupRows(merge, rewrite),
    {signal: context.signal, onStaged, onRows: (rows) => context.progress.advance(rows)},
    {schema, specId, fileSize: Number(plan.options['targetFileSize']), sortOrderId: sortOrderId(plan.order, table.metadata)},
  )
  const outputs = added.map((file) => ({
    path: file.filePath,
    size: file.fileSizeInBytes,
    recordCount: file.recordCount,
    metrics: file,
    splitOffsets: file.splitOffsets ?? [],
  }))
  await verifyMerge({...merge, outputs, full: plan.options['verify'] === 'full'})
  return added
}
