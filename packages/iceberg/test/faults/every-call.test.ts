import {writeFileSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {hasCode, type OperationPlan, type OperationResult, type TableOperation} from '@phlo/core'
import {
  append,
  cherryPick,
  computePartitionStats,
  computeStats,
  createRef,
  expireSnapshots,
  headOf,
  type IcebergTable,
  localFileIO,
  localPath,
  optimize,
  repair,
  vacuum,
} from '@phlo/iceberg'
import {tableFromArrays, tableToIPC} from 'apache-arrow'
import type {PartitionField} from '../../src/spec/table-metadata.js'
import {withFile} from '../inspect/checked.js'
import {type Call, FAULTS, type Failed, type Fault, faultyIO} from '../support/faulty-io.js'
import {type Lake, openLake, testContext} from '../support/lake.js'
import {filesOnDisk, type OpenedLake, referencedFiles, rowsBySnapshot, rowsOf, type SavedLake, saveLake} from '../support/saved-lake.js'

const DAY = 86_400_000
const NAME = 't.rows'
/** A table whose old metadata files are deleted after a commit, so that something can still fail when the commit was made. */
const PROPERTIES = {'write.metadata.delete-after-commit.enabled': 'true', 'write.metadata.previous-versions-max': '2'}
const ADDED = ['7,seven', '8,eight', 'null,null']

/** Two days from now: every file is old enough for vacuum. */
const context = testContext(() => Date.now() + 2 * DAY)

interface Result extends OperationResult {
  readonly failedDeletes?: readonly {readonly path: string}[]
}

/** An operation, the table that it is tried on, and what it adds to the rows. */
interface Trial {
  readonly prepare: (lake: Lake) => Promise<void>
  readonly run: (table: IcebergTable, source: string) => Promise<Result>
  readonly adds: readonly string[]
  /** Every kind of call that it makes: a fault that was never met would prove nothing. */
  readonly calls: readonly Call[]
  /** Files that it deletes for itself, whose failed deletion it need not tell of: vacuum finds them. */
  readonly own: RegExp
}

/** Plans and executes; the plan goes through JSON, as a saved one does. */
const runner =
  <Options, Plan extends OperationPlan, Done extends Result>(
    operation: TableOperation<Options, Plan, Done, IcebergTable>,
    options: Options | ((source: string) => Options),
  ) =>
  async (table: IcebergTable, source: string): Promise<Done> => {
    const given = typeof options === 'function' ? (options as (source: string) => Options)(source) : options
    const plan = JSON.parse(JSON.stringify(await operation.plan(table, given, context))) as Plan
    return operation.execute(table, plan, context)
  }

const appendFrom = runner(append, (source: string) => ({files: [source]}))
const optimizeAll = runner(optimize, {minInputFiles: 2})
const expireAll = runner(expireSnapshots, {olderThan: 0, retainLast: 1})
const vacuumAll = runner(vacuum, {olderThan: 0, forceUnsafeAge: true})

async function createTable(lake: Lake, partitionSpec = {'spec-id': 0, fields: [] as readonly PartitionField[]}): Promise<void> {
  await lake.catalog.createNamespace(['t'], {})
  const fields = [
    {id: 1, name: 'id', type: 'long', required: false},
    {id: 2, name: 'name', type: 'string', required: false},
  ]
  await lake.catalog.createTable(
    {namespace: ['t'], name: 'rows'},
    {schema: {type: 'struct', fields}, partitionSpec, properties: PROPERTIES},
  )
}

const write = (path: string, ids: readonly (number | null)[], names: readonly (string | null)[]) =>
  writeFileSync(path, tableToIPC(tableFromArrays({id: ids.map((id) => (id === null ? null : BigInt(id))), name: names}), 'file'))

async function appendTo(lake: Lake, ids: readonly number[]): Promise<void> {
  const source = join(lake.folder, `source-${ids[0]}.arrow`)
  write(
    source,
    ids,
    ids.map((id) => `name ${id}`),
  )
  await lake.run(append, NAME, {files: [source]})
}

async function smallFiles(lake: Lake, spec?: Parameters<typeof createTable>[1]): Promise<void> {
  await createTable(lake, spec)
  for (const ids of [[1, 2], [3]]) await appendTo(lake, ids)
}

/** A table with an entry that says something wrong, of which no reader takes notice. */
async function damaged(lake: Lake): Promise<void> {
  await smallFiles(lake)
  await withFile(lake, NAME, () => ({splitOffsets: [1], nullValueCounts: new Map([[1, 1]])}))
}

/** The same, a file for each row. */
const partitioned = (lake: Lake) =>
  smallFiles(lake, {'spec-id': 0, fields: [{'source-id': 1, 'field-id': 1000, name: 'id', transform: 'identity'}]})

/** Two branches with the same new rows, off a main that went on. */
async function withBranches(lake: Lake): Promise<void> {
  await smallFiles(lake)
  const source = join(lake.folder, 'branch.arrow')
  write(source, [7, 8, null], ['seven', 'eight', null])
  for (const name of ['a', 'b']) {
    await lake.run(createRef, NAME, {type: 'branch', name})
    await appendFrom(await lake.table(NAME, name), source)
  }
  await appendTo(lake, [4])
}

/** Picks the first branch that was not picked yet. */
async function pickNext(table: IcebergTable, source: string): Promise<Result> {
  try {
    return await runner(cherryPick, {snapshot: 'a'})(table, source)
  } catch (error) {
    if (!hasCode(error, 'ALREADY_PICKED')) throw error
    return await runner(cherryPick, {snapshot: 'b'})(table, source)
  }
}

async function expirable(lake: Lake): Promise<void> {
  await smallFiles(lake)
  await lake.run(optimize, NAME, {minInputFiles: 2})
}

async function withStrangers(lake: Lake): Promise<void> {
  await smallFiles(lake)
  const location = localPath((await lake.table(NAME)).location)
  for (const stranger of ['data/stranger.parquet', 'metadata/stranger.avro']) await writeFile(join(location, stranger), stranger)
}

/** Metadata files are read whole, all others piece by piece; what is written is created, written and closed. */
const FILES: readonly Call[] = ['readAll', 'open', 'read', 'create', 'write', 'close']
const JOURNAL = /\/metadata\/phlo-deletion-[^/]*\.json$/
/** What a commit deletes when it was made. */
const OLD_METADATA = /\/metadata\/[^/]*\.metadata\.json$/
const BOTH = new RegExp(`${JOURNAL.source}|${OLD_METADATA.source}`)
const TRIALS: Readonly<Record<string, Trial>> = {
  append: {prepare: smallFiles, run: appendFrom, adds: ADDED, calls: [...FILES, 'delete'], own: OLD_METADATA},
  'cherry-pick': {prepare: withBranches, run: pickNext, adds: ADDED, calls: [...FILES, 'delete'], own: OLD_METADATA},
  optimize: {prepare: smallFiles, run: optimizeAll, adds: [], calls: [...FILES, 'delete'], own: OLD_METADATA},
  'optimize that sorts': {
    prepare: smallFiles,
    run: runner(optimize, {sort: 'name desc, bucket(2, id)', targetFileSize: 700}),
    adds: [],
    calls: [...FILES, 'delete'],
    own: OLD_METADATA,
  },
  'compute-stats': {prepare: smallFiles, run: runner(computeStats, {}), adds: [], calls: [...FILES, 'delete'], own: OLD_METADATA},
  'compute-partition-stats': {
    prepare: partitioned,
    run: runner(computePartitionStats, {}),
    adds: [],
    calls: [...FILES, 'delete'],
    own: OLD_METADATA,
  },
  repair: {prepare: damaged, run: runner(repair, {}), adds: [], calls: [...FILES, 'stat', 'delete'], own: OLD_METADATA},
  'expire-snapshots': {prepare: expirable, run: expireAll, adds: [], calls: [...FILES, 'delete'], own: BOTH},
  'expire-snapshots into quarantine': {
    prepare: expirable,
    run: runner(expireSnapshots, {olderThan: 0, retainLast: 1, quarantine: true}),
    adds: [],
    calls: [...FILES, 'delete', 'move'],
    own: OLD_METADATA,
  },
  vacuum: {prepare: withStrangers, run: vacuumAll, adds: [], calls: [...FILES, 'list', 'delete'], own: JOURNAL},
  'vacuum into quarantine': {
    prepare: withStrangers,
    run: runner(vacuum, {olderThan: 0, forceUnsafeAge: true, quarantine: true}),
    adds: [],
    calls: [...FILES, 'list', 'move'],
    own: JOURNAL,
  },
}

const headRows = (table: IcebergTable) => rowsOf(table, headOf(table))

/** Runs the operation with a fault; says what failed, and what the operation told of it. */
async function runWithFault(lake: OpenedLake, {run}: Trial, source: string, fault: Fault, at: number) {
  const {io, failed} = faultyIO(localFileIO(), fault, at)
  const outcome = await lake
    .table(NAME, io)
    .then((table) => run(table, source))
    .then(
      (result) => ({result}),
      (error: unknown) => ({error}),
    )
  return {failed, outcome}
}

/** An error that says which file could not be read or written, or a success that names all that it could not delete. */
function expectToldOf(failed: readonly Failed[], outcome: {result: Result} | {error: unknown}, own: RegExp): void {
  if ('error' in outcome) {
    expect(outcome.error).toMatchObject({name: 'PhloError', exit: 3, code: expect.stringMatching(/^STORAGE_(UNAVAILABLE|FULL)$/)})
    return
  }
  const named = new Set(outcome.result.failedDeletes?.map(({path}) => path))
  expect(failed.filter(({call, path}) => !named.has(path) && !(call === 'delete' && own.test(path)))).toEqual([])
}

describe.each(Object.entries(TRIALS))('%s', (name, trial) => {
  let saved: SavedLake
  let source: string
  let before: Readonly<Record<string, readonly string[]>>
  let rows: readonly string[]
  beforeAll(async () => {
    const lake = await openLake()
    await trial.prepare(lake)
    source = join(lake.folder, 'source.arrow')
    write(source, [7, 8, null], ['seven', 'eight', null])
    before = await rowsBySnapshot(await lake.table(NAME))
    rows = await headRows(await lake.table(NAME))
    saved = await saveLake(lake)
  })
  afterAll(() => saved.remove())

  const afterAdding = (times: number) => [...rows, ...Array.from({length: times}, () => trial.adds).flat()].sort()

  test.each(Object.keys(FAULTS) as Fault[])('with %s at any call loses no row and no file, and can be run again', async (fault) => {
    const met = new Set<Call>()
    for (let at = 1; ; at++) {
      const lake = await saved.restore()
      const {failed, outcome} = await runWithFault(lake, trial, source, fault, at)
      for (const {call} of failed) met.add(call)
      expectToldOf(failed, outcome, trial.own)

      const table = await lake.table(NAME)
      const done = 'result' in outcome ? 1 : 0
      const now = await rowsBySnapshot(table)
      expect(now[String(headOf(table)?.['snapshot-id'])]).toEqual(afterAdding(done))
      if (!name.startsWith('expire')) expect(Object.keys(now)).toEqual(expect.arrayContaining(Object.keys(before)))
      for (const [id, found] of Object.entries(now)) expect(found).toEqual(before[id] ?? afterAdding(done))
      expect(await filesOnDisk(table)).toEqual(expect.arrayContaining(await referencedFiles(table)))

      await trial.run(await lake.table(NAME), source)
      await vacuumAll(await lake.table(NAME), source)
      const clean = await lake.table(NAME)
      expect(await filesOnDisk(clean)).toEqual(await referencedFiles(clean))
      expect(await headRows(clean)).toEqual(afterAdding(done + 1))
      await lake.close()
      if (failed.length === 0) break
    }
    expect([...met].sort()).toEqual(trial.calls.filter((call) => FAULTS[fault].calls.some((known) => known === call)).sort())
  })
})
