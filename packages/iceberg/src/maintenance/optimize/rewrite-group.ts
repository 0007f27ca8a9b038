import {randomUUID} from 'node:crypto'
import type {OperationContext} from '@phlo/core'
import type {DeleteIndex} from '../../deletes/delete-index.js'
import {deletedRows} from '../../deletes/deleted-rows.js'
import type {RowSource} from '../../parquet/file-rows.js'
import {type MergedFile, mergeFiles} from '../../parquet/merge-files.js'
import {assertReadable} from '../../parquet/readable.js'
import type {RowPositions} from '../../parquet/surviving-rows.js'
import {verifyMerge} from '../../parquet/verify.js'
import {currentSchema} from '../../spec/current.js'
import {identityValues} from '../../spec/file-partition.js'
import type {DataFile, ManifestEntry} from '../../spec/manifest.js'
import {withLineageFields} from '../../spec/reserved-fields.js'
import type {IcebergTable} from '../../table.js'
import {dataFilePaths} from '../../write/data-file-path.js'
import {planOutdated} from '../plan-header.js'
import type {OptimizePlan, PlannedGroup, PlannedMerge} from './plan-types.js'

/** What a group was replaced by; verified, staged, and not committed yet. */
export interface RewrittenGroup {
  readonly removed: readonly DataFile[]
  readonly added: readonly DataFile[]
  /** Rows of `removed` that had been deleted. */
  readonly deletedRows: number
}

/** What rewriting a group needs besides the group. */
export interface RewriteContext {
  readonly table: IcebergTable
  readonly plan: OptimizePlan
  /** The live data files of the plan by path. */
  readonly files: ReadonlyMap<string, ManifestEntry>
  readonly deletes: DeleteIndex
  /** Told every path before anything is written to it. */
  readonly onStaged: (path: string) => void
  readonly context: OperationContext
}

/** Merges the files of a group as the plan says and verifies what came out against what went in. */
export async function rewriteGroup(group: PlannedGroup, rewrite: RewriteContext): Promise<RewrittenGroup> {
  const {table, plan, files, deletes, context} = rewrite
  const entriesOf = (merge: PlannedMerge) => merge.inputs.map(({path}) => entryOf(plan, files, path))
  const entries = group.merges.flatMap(entriesOf)
  for (const {dataFile} of entries) assertReadable(dataFile)
  const deleted = await deletedRows(table, entries, deletes, {signal: context.signal})
  const added: DataFile[] = []
  for (const merge of group.merges) added.push(...(await mergeAndVerify(merge, entriesOf(merge), deleted, rewrite)))
  const lost = [...deleted.values()].reduce((sum, {size}) => sum + size, 0)
  return {removed: entries.map(({dataFile}) => dataFile), added, deletedRows: lost}
}

function entryOf(plan: OptimizePlan, files: ReadonlyMap<string, ManifestEntry>, path: string): ManifestEntry {
  const entry = files.get(path)
  if (!entry) throw planOutdated(plan, `${path} is no longer one of its data files.`)
  return entry
}

async function mergeAndVerify(
  {outputs: count}: PlannedMerge,
  entries: readonly ManifestEntry[],
  deleted: ReadonlyMap<string, RowPositions>,
  {table, plan, onStaged, context}: RewriteContext,
): Promise<readonly DataFile[]> {
  const {io, properties, metadata} = table
  const inputs = entries.map(({dataFile}) => dataFile)
  const [first] = inputs
  if (!first) return []
  const hasLineage = metadata['format-version'] > 2
  const sequenceNumbers = new Map(entries.map(({dataFile, sequenceNumber}) => [dataFile.filePath, sequenceNumber]))
  const sourceOf = ({filePath, fileSizeInBytes, firstRowId}: DataFile): RowSource => ({
    path: filePath,
    size: fileSizeInBytes,
    deleted: deleted.get(filePath),
    ...(hasLineage && {lineage: {firstRowId, sequenceNumber: sequenceNumbers.get(filePath) ?? 0n}}),
  })
  const schema = hasLineage ? withLineageFields(currentSchema(metadata)) : currentSchema(metadata)
  const shared = {io, inputs, schema, properties, identity: identityValues(metadata)(first), sourceOf}
  const outputs = await mergeFiles({
    ...shared,
    outputs: count,
    newPath: dataFilePaths(table, first, randomUUID()),
    signal: context.signal,
    onRows: (rows) => context.progress.advance(rows),
    onStaged,
  })
  await verifyMerge({...shared, outputs, full: plan.options['verify'] === 'full'})
  return outputs.map((output) => dataFileOf(output, first))
}

/** The merged file as a manifest describes it: unsorted, since a merge keeps no order between files. */
function dataFileOf({path, size, recordCount, metrics, splitOffsets}: MergedFile, {specId, partition}: DataFile): DataFile {
  return {
    content: 'data',
    filePath: path,
    fileFormat: 'PARQUET',
    specId,
    partition,
    recordCount,
    fileSizeInBytes: size,
    ...metrics,
    splitOffsets,
    sortOrderId: 0,
  }
}
