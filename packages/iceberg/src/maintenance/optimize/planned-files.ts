import {planScan} from '../../scan/plan.js'
import type {ManifestEntry} from '../../spec/manifest.js'
import type {IcebergTable} from '../../table.js'
import {planOutdated} from '../plan-header.js'
import type {OptimizePlan} from './plan-types.js'

/** The files that the plan names by their paths, as the table has them now. @throws PhloError `PLAN_OUTDATED` */
export async function plannedFiles(table: IcebergTable, plan: OptimizePlan): Promise<ReadonlyMap<string, ManifestEntry>> {
  const wanted = new Set(plan.groups.flatMap(({merges}) => merges.flatMap(({inputs}) => inputs.map(({path}) => path))))
  const found = new Map<string, ManifestEntry>()
  for await (const {entry} of planScan(table, {})) {
    if (wanted.has(entry.dataFile.filePath)) found.set(entry.dataFile.filePath, entry)
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
