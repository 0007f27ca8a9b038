import {deletedRows} from '../../deletes/deleted-rows.js'
import {assertReadable} from '../../parquet/readable.js'
import type {DataFile, ManifestEntry} from '../../spec/manifest.js'
import {planOutdated} from '../plan-header.js'
import {mergeAndVerify} from './merge.js'
import type {RewriteContext} from './merge-inputs.js'
import type {OptimizePlan, PlannedGroup, PlannedMerge} from './plan-types.js'
import {repartitionAndVerify} from './repartition.js'
import {sortAndVerify} from './sort.js'

/** What a group was replaced by; verified, staged, and not committed yet. */
export interface RewrittenGroup {
  readonly removed: readonly DataFile[]
  readonly added: readonly DataFile[]
  /** Rows of `removed` that had been deleted. */
  readonly deletedRows: number
}

/** Merges or sorts the files of a group as the plan says and verifies what came out against what went in. */
export async function rewriteGroup(group: PlannedGroup, rewrite: RewriteContext): Promise<RewrittenGroup> {
  const {table, plan, files, deletes, context} = rewrite
  const entriesOf = (merge: PlannedMerge) => merge.inputs.map(({path}) => entryOf(plan, files, path))
  const entries = group.merges.flatMap(entriesOf)
  for (const {dataFile} of entries) assertReadable(dataFile)
  const deleted = await deletedRows(table, entries, deletes, {signal: context.signal})
  const added: DataFile[] = []
  for (const merge of group.merges) {
    const rewriteFiles = plan.order ? sortAndVerify : mergeAndVerify
    added.push(
      ...(group.outputSpecId === group.specId
        ? await rewriteFiles(merge, entriesOf(merge), deleted, rewrite)
        : await repartitionAndVerify(group.outputSpecId, entriesOf(merge), deleted, rewrite)),
    )
  }
  const lost = [...deleted.values()].reduce((sum, {size}) => sum + size, 0)
  return {removed: entries.map(({dataFile}) => dataFile), added, deletedRows: lost}
}

function entryOf(plan: OptimizePlan, files: ReadonlyMap<string, ManifestEntry>, path: string): ManifestEntry {
  const entry = files.get(path)
  if (!entry) throw planOutdated(plan, `${path} is no longer one of its data files.`)
  return entry
}
