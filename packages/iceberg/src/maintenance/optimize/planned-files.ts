import {readManifestList} from '../../avro/manifest-list.js'
import {headOf} from '../../refs.js'
import {scanBlocks} from '../../scan/plan.js'
import type {ManifestEntry} from '../../spec/manifest.js'
import type {IcebergTable} from '../../table.js'
import {planOutdated} from '../plan-header.js'
import type {OptimizePlan, PlannedGroup} from './plan-types.js'

/** The paths of the files that are to be rewritten. */
export const inputPaths = (groups: readonly PlannedGroup[]): ReadonlySet<string> =>
  new Set(groups.flatMap(({merges}) => merges.flatMap(({inputs}) => inputs.map(({path}) => path))))

/** The files that the plan names by their paths, as the table has them now. @throws PhloError `PLAN_OUTDATED`; the signal's reason */
export async function plannedFiles(
  table: IcebergTable,
  plan: OptimizePlan,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ManifestEntry>> {
  const wanted = inputPaths(plan.groups)
  const found = new Map<string, ManifestEntry>()
  const head = headOf(table)
  const manifests = head ? await readManifestList(table.io, head, table.metadata['format-version']) : []
  for await (const {block, rows} of scanBlocks(table, manifests, {signal})) {
    for (const row of rows) {
      const path = block.filePath(row)
      if (wanted.has(path)) found.set(path, block.entry(row))
    }
  }
  for (const path of wanted) {
    if (!found.has(path)) throw planOutdated(plan, `${path} is no longer one of its data files.`)
  }
  return found
}

/** One of the planned files. @throws PhloError `PLAN_OUTDATED` */
export function entryOf(plan: OptimizePlan, files: ReadonlyMap<string, ManifestEntry>, path: string): ManifestEntry {
  const entry = files.get(path)
  if (!entry) throw planOutdated(plan, `${path} is no longer one of its data files.`)
  return entry
}
