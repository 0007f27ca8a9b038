import {formatBytes, formatCount, isPhloError, type OperationContext, type OperationPlan} from '@phlo/core'
import {type VacuumOptions, type VacuumPlan, type VacuumResult, vacuum} from '@phlo/iceberg'
import type {Reached, ReachedFigures, ReachedTable} from '@phlo/iceberg/catalog'
import type {NessieLakehouse} from '../lakehouse/nessie-lakehouse.js'
import {type Marks, reachedBy} from './history.js'
import {type Repository, repositoryOf} from './repository.js'
import {contentUnknown, type Skipped, type Subject, subjectsOf} from './subjects.js'
import {sweptTable} from './swept-table.js'

export interface GarbageOptions extends Omit<VacuumOptions, 'location' | 'wholeLocation'> {
  /** Places, URIs, that have nothing but tables of this catalog: what is in them and no commit that counts needs is garbage, whoever made it. */
  readonly locations?: readonly string[]
  /** Only tables that lie below one of these, URIs. Default: all. */
  readonly below?: readonly string[]
}

export interface GarbagePlan extends OperationPlan {
  readonly operation: 'branch-gc'
  /** What it was made of: nobody else's files are told by it. */
  readonly repository: Repository
  /** What goes, place by place; places without garbage are left out. */
  readonly places: readonly (Subject & {readonly reason: string; readonly plan: VacuumPlan})[]
  readonly skipped: readonly Skipped[]
  readonly reached: ReachedFigures
  /** Files, and their bytes. */
  readonly files: number
  readonly bytes: number
  readonly listedFiles: number
}

export interface GarbageResult {
  readonly summary: string
  readonly places: readonly (Pick<Subject, 'name' | 'location'> & Omit<VacuumResult, 'summary' | 'snapshotId'>)[]
  /** Places of the plan where something is needed now, or cannot be told to be garbage any more. */
  readonly skipped: readonly Skipped[]
  readonly deletedFiles: number
  readonly deletedBytes: number
}

/** Errors of one table that leave the others as they are. */
const OWN_ERRORS: readonly string[] = [
  'CONTENT_UNKNOWN',
  'FILE_NOT_FOUND',
  'MANIFEST_CORRUPT',
  'MANIFEST_LOST',
  'METADATA_GONE',
  'PREFIX_MISMATCH',
  'PLAN_OUTDATED',
]

/** Finds every file of the catalog's tables, dropped ones too, that no branch, tag or commit which counts needs. */
export async function planGarbage(
  lake: NessieLakehouse,
  {locations = [], below = [], ...options}: GarbageOptions,
  marks: Marks,
  context: OperationContext,
): Promise<GarbagePlan> {
  const repository = await repositoryOf(lake.nessie)
  const reached = reachedBy(marks)
  const told: ReachedTable[] = []
  for await (const table of reached.look()) {
    context.signal.throwIfAborted()
    told.push(table)
  }
  // Heads are not read again for each place: that is done before anything is deleted.
  const known = async function* () {
    yield* told
  }
  const places: GarbagePlan['places'][number][] = []
  const skipped: Skipped[] = []
  let listedFiles = 0
  for (const subject of await subjectsOf(marks, locations, below)) {
    await unlessOwn(subject, skipped, async () => {
      const plan = await vacuum.plan(
        await sweptTable(lake, subject, () => seenFrom(subject, {...reached, look: known})),
        {...options, wholeLocation: subject.id === null},
        context,
      )
      listedFiles += plan.listedFiles
      if (!plan.noop) places.push({...subject, reason: reasonOf(subject), plan})
    })
  }
  const files = places.reduce((sum, {plan}) => sum + plan.files.length, 0)
  const bytes = places.reduce((sum, {plan}) => sum + plan.bytes, 0)
  return {
    $type: '@phlo/plan',
    contract: 1,
    operation: 'branch-gc',
    repository,
    table: {catalog: lake.name, name: '*', ref: '*', uuid: ''},
    base: {metadataLocation: '', snapshotId: null},
    createdAt: new Date(context.clock.now()).toISOString(),
    options: {...options, locations, below} as OperationPlan['options'],
    noop: places.length === 0,
    summary:
      places.length === 0
        ? `nothing to do: no garbage among ${formatCount(listedFiles)} files`
        : `${options.quarantine ? 'quarantine' : 'delete'} ${formatCount(files)} files (${formatBytes(bytes)}) of ${formatCount(listedFiles)}, in ${formatCount(places.length)} places`,
    places,
    skipped,
    reached: reached.figures(),
    files,
    bytes,
    listedFiles,
  }
}

const reasonOf = ({id, isReached}: Subject) =>
  id === null
    ? 'no metadata that counts refers to them'
    : isReached
      ? 'no metadata of the table that counts refers to them'
      : 'no branch, tag or commit that counts has the table'

/** Does exactly a plan, but for places where something is needed by now. */
export async function executeGarbage(
  lake: NessieLakehouse,
  {places}: GarbagePlan,
  marks: Marks,
  context: OperationContext,
): Promise<GarbageResult> {
  const done: GarbageResult['places'][number][] = []
  const skipped: Skipped[] = []
  for (const {plan, ...subject} of places) {
    await unlessOwn(subject, skipped, async () => {
      const {
        summary: _,
        snapshotId: __,
        undo: ___,
        ...result
      } = await vacuum.execute(await sweptTable(lake, subject, () => seenFrom(subject, reachedBy(marks))), plan, context)
      const {name, location} = subject
      const undo = result.quarantine === null ? {} : {undo: `phlo branch gc --restore ${location}/_phlo_quarantine/${result.quarantine}`}
      done.push({name, location, ...result, ...undo})
    })
  }
  const deletedFiles = done.reduce((sum, each) => sum + each.deletedFiles, 0)
  const deletedBytes = done.reduce((sum, each) => sum + each.deletedBytes, 0)
  const summary = `removed ${formatCount(deletedFiles)} files (${formatBytes(deletedBytes)}) in ${formatCount(done.length)} places`
  return {summary, places: done, skipped, deletedFiles, deletedBytes}
}

/**
 * What is reached, as the place of a table sees it that nobody has any more: whatever does not tell where its files are may have taken it
 * over.
 */
function seenFrom({isReached, location}: Subject, reached: Omit<Reached, 'close'>): Omit<Reached, 'close'> {
  if (isReached) return reached
  return {
    ...reached,
    async *look() {
      for await (const content of reached.look()) {
        if (!content.isTable && content.folders.length === 0) throw contentUnknown(content.name, location)
        yield content
      }
    },
  }
}

async function unlessOwn({name}: Subject, skipped: Skipped[], work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isPhloError(error) || !OWN_ERRORS.includes(error.code)) throw error
    skipped.push({name, code: error.code, reason: error.message})
  }
}
