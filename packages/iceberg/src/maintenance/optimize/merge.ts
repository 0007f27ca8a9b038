import {randomUUID} from 'node:crypto'
import {mergeFiles} from '../../parquet/merge-files.js'
import type {RowPositions} from '../../parquet/surviving-rows.js'
import {verifyMerge} from '../../parquet/verify.js'
import type {DataFile, ManifestEntry} from '../../spec/manifest.js'
import {dataFilePaths} from '../../write/data-file-path.js'
import {dataFileOf} from './group-rows.js'
import {mergeInputs, type RewriteContext} from './merge-inputs.js'
import type {PlannedMerge} from './plan-types.js'

/** Merges files of one partition into so many files of the same partition, and verifies them. */
export async function mergeAndVerify(
  {outputs: count}: PlannedMerge,
  entries: readonly ManifestEntry[],
  deleted: ReadonlyMap<string, RowPositions>,
  rewrite: RewriteContext,
): Promise<readonly DataFile[]> {
  const {table, plan, onStaged, context} = rewrite
  const first = entries[0]?.dataFile
  if (!first) return []
  const merge = mergeInputs(rewrite, entries, deleted, first)
  const outputs = await mergeFiles({
    ...merge,
    outputs: count,
    newPath: dataFilePaths(table, first, randomUUID()),
    signal: context.signal,
    onRows: (rows) => context.progress.advance(rows),
    onStaged,
  })
  await verifyMerge({...merge, outputs, full: plan.options['verify'] === 'full'})
  // Unsorted, since a merge keeps no order between files.
  return outputs.map((output) => dataFileOf(output, first, 0))
}
