import {defineOperation, type Explanation, formatBytes, formatCount, type Json, type OperationContext} from '@phlo/core'
import type {ReachedFigures} from '../../catalog/history.js'
import type {IcebergTable} from '../../table.js'
import {assertGcEnabledOrKnown, assertNotEncrypted, assertWritable, planHeader, planOutdated} from '../plan-header.js'
import {removeFiles} from '../removal.js'
import {examineFiles, reachedBy} from './examine.js'
import {type Location, parseLocation} from './location.js'
import {lookAround} from './look-around.js'
import {isBelow, type Neighbour} from './neighbours.js'
import {type ResolvedVacuumOptions, resolveVacuumOptions, type VacuumOptions} from './options.js'
import type {VacuumPlan, VacuumResult} from './plan-types.js'

async function planVacuum(table: IcebergTable, given: VacuumOptions, context: OperationContext): Promise<VacuumPlan> {
  const options = prepare(table, given)
  const counts = {referenced: 0, orphan: 0, young: 0, 'unknown-age': 0, neighbour: 0, quarantined: 0, mismatch: 0}
  const files: VacuumPlan['files'][number][] = []
  const neighbours = new Map<string, {name: string; location: string; files: number}>()
  const reached = await reachedBy(table, options, context)
  let figures: ReachedFigures | undefined
  try {
    for await (const {file, verdict, neighbour} of examineFiles(table, options, context, {reached})) {
      counts[verdict] += 1
      if (verdict === 'orphan') files.push({path: file.path, size: file.size, modifiedAt: file.modifiedAt ?? 0})
      if (neighbour) {
        const entry = neighbours.get(neighbour.location) ?? {...neighbour, files: 0}
        entry.files += 1
        neighbours.set(neighbour.location, entry)
      }
    }
    figures = reached?.figures()
  } finally {
    await reached?.close()
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
    ...(figures && {reached: figures}),
  }
}

function prepare(table: IcebergTable, given: VacuumOptions): ResolvedVacuumOptions {
  assertGcEnabledOrKnown(table, 'deleting files that its metadata does not name')
  assertNotEncrypted(table, 'telling its orphan files')
  return resolveVacuumOptions(given, table.location)
}

async function executeVacuum(table: IcebergTable, plan: VacuumPlan, context: OperationContext): Promise<VacuumResult> {
  assertWritable(table)
  const options = prepare(table, plan.options as VacuumOptions)
  const fresh = await table.refresh()
  if (!plan.noop) {
    const files = plan.files.map(({path}) => ({path, place: parseLocation(path, options)}))
    await assertNotNeeded(fresh, {plan, files}, options, context)
  }
  // Where there is metadata, whoever looks for what is left finds it.
  const [metadata, others] = partition(plan.files, ({path}) => path.endsWith('.metadata.json'))
  const {removed, bytes, failed, quarantine} = await removeFiles(
    fresh,
    [others, metadata],
    options.quarantine ? 'quarantine' : 'delete',
    context,
  )
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

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): readonly [Item[], Item[]] {
  const first: Item[] = []
  const second: Item[] = []
  for (const item of items) (isFirst(item) ? first : second).push(item)
  return [first, second]
}

interface PlacedPlan {
  readonly plan: VacuumPlan
  /** Of the plan, taken apart. */
  readonly files: readonly {readonly path: string; readonly place: Location}[]
}

/** Looks at the table, and again at whatever is reached, until nothing has come since the last look. */
async function assertNotNeeded(
  table: IcebergTable,
  placed: PlacedPlan,
  options: ResolvedVacuumOptions,
  context: OperationContext,
): Promise<void> {
  const reached = await reachedBy(table, options, context)
  try {
    for (let told = -1; told !== 0; ) {
      told = 0
      const look = async function* () {
        for await (const each of reached?.look() ?? []) {
          told += 1
          yield each
        }
      }
      const {neighbours, references} = await lookAround(table, reached, options, context, look())
      assertNotInNeighbours(neighbours, placed, options)
      await assertNotReferenced(references(), placed, options)
    }
  } finally {
    await reached?.close()
  }
}

function assertNotInNeighbours(neighbours: readonly Neighbour[], {plan, files}: PlacedPlan, options: ResolvedVacuumOptions): void {
  for (const {name, location} of neighbours) {
    const other = parseLocation(location, options)
    const inside = files.find(({place}) => isBelow(place, other))
    if (inside) throw planOutdated(plan, `${inside.path} lies in the location of ${name} now.`)
  }
}

/** The planned files are held and the references pass by. */
async function assertNotReferenced(
  references: AsyncIterable<readonly string[]>,
  {plan, files}: PlacedPlan,
  options: ResolvedVacuumOptions,
): Promise<void> {
  const prefixes = new Map<string, string[]>()
  for (const {place} of files) prefixes.set(place.path, [...(prefixes.get(place.path) ?? []), place.prefix])
  for await (const paths of references) {
    for (const text of paths) {
      const {prefix, path} = parseLocation(text, options)
      const planned = prefixes.get(path)
      const isOther = options.prefixMismatch === 'delete' && !planned?.includes(prefix)
      if (planned && !isOther) throw planOutdated(plan, `${text} is referenced now.`)
    }
  }
}

async function* explainVacuum(table: IcebergTable, given: VacuumOptions, context: OperationContext): AsyncIterable<Explanation> {
  const options = prepare(table, given)
  const reached = await reachedBy(table, options, context)
  try {
    for await (const {file, verdict, reason} of examineFiles(table, options, context, {reached})) {
      yield {subject: file.path, kind: 'object', touched: verdict === 'orphan', reason: reason()}
    }
  } finally {
    await reached?.close()
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
