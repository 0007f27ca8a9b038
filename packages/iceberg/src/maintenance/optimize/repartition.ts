import {defaultsOf} from '../../parquet/defaults.js'
import {fileRows} from '../../parquet/file-rows.js'
import {leavesOf} from '../../parquet/leaves.js'
import {nameMapping} from '../../parquet/name-mapping.js'
import type {RowPositions} from '../../parquet/surviving-rows.js'
import {verifyMerge} from '../../parquet/verify.js'
import type {DataFile, ManifestEntry} from '../../spec/manifest.js'
import type {RowBatch} from '../../write/row-batch.js'
import {writeDataFiles} from '../../write/write-data-files.js'
import {mergeInputs, type RewriteContext} from './merge-inputs.js'

/** Writes the rows of files of one partition into the partitions of another spec, and verifies them. */
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
  const {io, inputs, schema, properties, identity, sourceOf} = merge
  const layout = {leaves: leavesOf(schema), mapping: nameMapping(properties), defaultOf: defaultsOf(schema, identity)}
  const batches = async function* (): AsyncIterable<RowBatch> {
    for (const input of inputs) {
      for await (const {rows, read} of fileRows(io, sourceOf(input), layout, context.signal)) yield {rows, column: read}
    }
  }
  const added = await writeDataFiles(
    table,
    batches(),
    {signal: context.signal, onStaged, onRows: (rows) => context.progress.advance(rows)},
    {schema, specId, fileSize: Number(plan.options['targetFileSize'])},
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
