import {defineOperation, type Explanation, formatBytes, formatCount, type Json, type OperationContext} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {assertGcEnabled, assertNotEncrypted, assertWritable, planHeader, planOutdated} from '../plan-header.js'
import {removeFiles} from '../removal.js'
import {examineFiles} from './examine.js'
import {type Location, parseLocation} from './location.js'
import {isBelow, neighboursInCatalog} from './neighbours.js'
import {type ResolvedVacuumOptions, resolveVacuumOptions, type VacuumOptions} from './options.js'
import type {VacuumPlan, VacuumResult} from './plan-types.js'
import {referencedPaths} from './references.js'

async function planVacuum(table: IcebergTable, given: VacuumOptions, context: OperationContext): Promise<VacuumPlan> {
  const options = prepare(table, given)
  const counts = {referenced: 0, orphan: 0, young: 0, 'unknown-age': 0, neighbour: 0, quarantined: 0, mismatch: 0}
  const files: VacuumPlan['files'][number][] = []
  const neighbours = new Map<string, {name: string; location: string; files: number}>()
  for await (const {file, verdict, neighbour} of examineFiles(table, options, context)) {
    counts[verdict] += 1
    if (verdict === 'orphan') files.push({path: file.path, size: file.size, modifiedAt: file.modifiedAt ?? 0})
    if (neighbour) {
      const entry = neighbours.get(neighbour.location) ?? {...neighbour, files: 0}
      entry.files += 1
      neighbours.set(neighbour.location, entry)
    }
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1))
  const bytes = files.reduce((sum, {size}) => sum + size, 0)
  const verb = options.quarantine ? 'quarantine' : 'delete'
  const listed = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return {
    ...planHeader('vacuum', table, {...options} as {[key: string]: Json}, context),
    operation: 'vacuum',
    noop: files.length === 0,
    summary:
      files.length === 0
        ? `nothing to do: no orphan files among ${formatCount(listed)}`
        : `${verb} ${formatCount(files.length)} orphan files (${formatBytes(bytes)}) of ${formatCount(listed)}`,
    files,
    bytes,
    listedFiles: listed,
    referencedFiles: counts.referenced,
    youngFiles: counts.young,
    unknownAgeFiles: counts['unknown-age'],
    neighbours: [...neighbours.values()],
    quarantinedFiles: counts.quarantined,
    mismatchedFiles: counts.mismatch,
  }
}

function prepare(table: IcebergTable, given: VacuumOptions): ResolvedVacuumOptions {
  assertGcEnabled(table, 'deleting files that its metadata does not name')
  assertNotEncrypted(table, 'telling its orphan files')
  return resolveVacuumOptions(given, table.location)
}

async function executeVacuum(table: IcebergTable, plan: VacuumPlan, context: OperationContext): Promise<VacuumResult> {
  assertWritable(table)
  const options = prepare(table, plan.options as VacuumOptions)
  const fresh = await table.refresh()
  if (!plan.noop) {
    const files = plan.files.map(({path}) => ({path, place: parseLocation(path, options)}))
    await assertNotInNeighbours(fresh, {plan, files}, options, context)
    await assertNotReferenced(fresh, {plan, files}, options, context)
  }
  const {removed, bytes, failed, quarantine} = await removeFiles(fresh, [plan.files], options.quarantine ? 'quarantine' : 'delete', context)
  const verb = options.quarantine ? 'quarantined' : 'deleted'
  return {
    summary: plan.noop ? plan.summary : `${verb} ${formatCount(removed)} orphan files (${formatBytes(bytes)})`,
    snapshotId: null,
    ...(quarantine !== null && {undo: `phlo table restore-files ${plan.table.name} ${quarantine}`}),
    orphanFiles: plan.files.length,
    deletedFiles: removed,
    deletedBytes: bytes,
    failedDeletes: failed,
    quarantine,
  }
}

interface PlacedPlan {
  readonly plan: VacuumPlan
  /** Of the plan, taken apart. */
  readonly files: readonly {readonly path: string; readonly place: Location}[]
}

async function assertNotInNeighbours(
  table: IcebergTable,
  {plan, files}: PlacedPlan,
  options: ResolvedVacuumOptions,
  context: OperationContext,
): Promise<void> {
  const neighbours = await neighboursInCatalog(table, options, context)
  for (const {name, location} of neighbours) {
    const other = parseLocation(location, options)
    const inside = files.find(({place}) => isBelow(place, other))
    if (inside) throw planOutdated(plan, `${inside.path} lies in the location of ${name} now.`)
  }
}

/** The planned files are held and the references pass by. */
async function assertNotReferenced(
  table: IcebergTable,
  {plan, files}: PlacedPlan,
  options: ResolvedVacuumOptions,
  context: OperationContext,
): Promise<void> {
  const prefixes = new Map<string, string[]>()
  for (const {place} of files) prefixes.set(place.path, [...(prefixes.get(place.path) ?? []), place.prefix])
  for await (const paths of referencedPaths(table, context)) {
    for (const text of paths) {
      const {prefix, path} = parseLocation(text, options)
      const planned = prefixes.get(path)
      const isOther = options.prefixMismatch === 'delete' && !planned?.includes(prefix)
      if (planned && !isOther) throw planOutdated(plan, `${text} is referenced now.`)
    }
  }
}

async function* explainVacuum(table: IcebergTable, given: VacuumOptions, context: OperationContext): AsyncIterable<Explanation> {
  for await (const {file, verdict, reason} of examineFiles(table, prepare(table, given), context)) {
    yield {subject: file.path, kind: 'object', touched: verdict === 'orphan', reason: reason()}
  }
}

/** Deletes, or moves aside, files below the table's location that its metadata does not refer to. */
export const vacuum = defineOperation<VacuumOptions, VacuumPlan, VacuumResult, IcebergTable>({
  name: 'vacuum',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planVacuum,
  execute: executeVacuum,
  explain: explainVacuum,
})

export type {VacuumOptions} from './options.js'
export type {VacuumPlan, VacuumResult} from './plan-types.js'
