import {deletedPositions, rowPositions} from '../../deletes/deleted-rows.js'
import type {PositionBitmap} from '../../deletes/roaring.js'
import type {MergedFile} from '../../parquet/merge-files.js'
import {assertReadable} from '../../parquet/readable.js'
import {verifyMerge} from '../../parquet/verify.js'
import type {DataFile} from '../../spec/manifest.js'
import {merge} from './merge.js'
import {mergeInputs, type RewriteContext} from './merge-inputs.js'
import {movedPositions, writeMovedDeletes} from './move-deletes.js'
import type {PlannedGroup, PlannedMerge} from './plan-types.js'
import {entryOf} from './planned-files.js'
import {repartition} from './repartition.js'
import {sort} from './sort.js'

/** What a group was replaced by; verified, staged, and not committed yet. */
export interface RewrittenGroup {
  readonly removed: readonly DataFile[]
  readonly added: readonly DataFile[]
  /** Delete files of `added`. */
  readonly addedDeletes: readonly DataFile[]
  /** Rows of `removed` that had been deleted, and are not in `added`. */
  readonly deletedRows: number
}

/** Merges or sorts the files of a group as the plan says and verifies what came out against what went in. */
export async function rewriteGroup(group: PlannedGroup, rewrite: RewriteContext): Promise<RewrittenGroup> {
  const {table, plan, files, deletes, context} = rewrite
  const entriesOf = ({inputs}: PlannedMerge) => inputs.map(({path}) => entryOf(plan, files, path))
  const entries = group.merges.flatMap(entriesOf)
  for (const {dataFile} of entries) assertReadable(dataFile)
  const positions = await deletedPositions(table, entries, deletes, {signal: context.signal})
  const isKept = plan.options['keepDeletes'] === true
  const deleted = new Map(isKept ? [] : Array.from(positions, ([path, bitmap]) => [path, rowPositions(bitmap)]))
  const {outputSpecId} = group
  const writeAnew = outputSpecId !== group.specId ? repartition : plan.order ? sort : merge
  const added: DataFile[] = []
  const moved = new Map<string, PositionBitmap>()
  for (const planned of group.merges) {
    const own = entriesOf(planned)
    const first = own[0]?.dataFile
    if (!first) continue
    const inputs = mergeInputs(table, own, deleted, first)
    const files = await writeAnew(planned, {inputs, first, outputSpecId, rewrite})
    await verifyMerge({...inputs, outputs: files.map(written), full: plan.options['verify'] === 'full'})
    added.push(...files)
    if (isKept) for (const [path, bitmap] of movedPositions(inputs.inputs, files, positions)) moved.set(path, bitmap)
  }
  const addedDeletes = await writeMovedDeletes(added, moved, rewrite)
  const lost = [...deleted.values()].reduce((sum, {size}) => sum + size, 0)
  return {removed: entries.map(({dataFile}) => dataFile), added, addedDeletes, deletedRows: lost}
}

const written = (file: DataFile): MergedFile => ({
  path: file.filePath,
  size: file.fileSizeInBytes,
  recordCount: file.recordCount,
  metrics: file,
  splitOffsets: file.splitOffsets ?? [],
})
