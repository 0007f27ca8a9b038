import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {
  appendFiles,
  createRef,
  type DataFile,
  deleteRef,
  expireSnapshots,
  type IcebergTable,
  liveFiles,
  optimize,
  tableStats,
} from '@phlo/iceberg'
import {commitTable} from '../../src/commit/commit-table.js'
import {proposeSnapshot} from '../../src/commit/propose-snapshot.js'
import {type Lake, openLake} from '../support/lake.js'

const NAME = 't.files'
const COMMITS = 24

let lake: Lake
beforeAll(async () => {
  lake = await openLake()
})
afterAll(() => lake.close())

const file = (name: string, given: Partial<DataFile> = {}): DataFile => ({
  content: 'data',
  filePath: `${lake.warehouse}/t/files/data/${name}.parquet`,
  fileFormat: 'PARQUET',
  specId: 0,
  partition: [],
  recordCount: 10,
  fileSizeInBytes: 1000,
  ...given,
})

/** A table of many commits: appends, deletes, two branches, one of which is gone again, and files that were taken out. */
async function manyCommits(): Promise<void> {
  await lake.catalog.createNamespace(['t'], {})
  const fields = [{id: 1, name: 'id', type: 'long', required: false}]
  await lake.catalog.createTable({namespace: ['t'], name: 'files'}, {schema: {type: 'struct', fields}})
  for (let commit = 0; commit < COMMITS; commit++) {
    const table = await lake.table(NAME)
    await appendFiles(table, [file(`a${commit}`), file(`b${commit}`)], lake.context)
    if (commit % 6 === 1) await lake.run(createRef, NAME, {type: 'branch', name: `branch${commit}`})
    if (commit % 6 === 2) await appendFiles(await lake.table(NAME, `branch${commit - 1}`), [file(`c${commit}`)], lake.context)
    if (commit % 6 === 4) await change(await lake.table(NAME), [file(`d${commit}`, {content: 'position-deletes'})], [])
    if (commit % 6 === 5) await change(await lake.table(NAME), [], [file(`a${commit - 1}`).filePath])
  }
  await lake.run(deleteRef, NAME, {type: 'branch', name: 'branch7'})
}

async function change(table: IcebergTable, added: readonly DataFile[], removed: readonly string[]): Promise<void> {
  const changes = {
    operation: 'overwrite' as const,
    added: added.map((dataFile) => ({dataFile})),
    removed: {data: new Set(removed), deletes: new Set<string>()},
  }
  await commitTable(table, (base) => proposeSnapshot(base, changes, lake.context), lake.context)
}

/** The same table, with a count of how often each of its manifests and manifest lists is opened. */
function counted(table: IcebergTable) {
  const opened = new Map<string, number>()
  const io: IcebergTable['io'] = {
    ...table.io,
    open(path, options) {
      opened.set(path, (opened.get(path) ?? 0) + 1)
      return table.io.open(path, options)
    },
  }
  return {table: {...table, io}, opened}
}

const readAgain = (opened: ReadonlyMap<string, number>) => [...opened].filter(([, times]) => times > 1)

describe('what is read of a table', () => {
  beforeAll(manyCommits)

  test('to expire snapshots: every manifest list, and every manifest that it takes, once', async () => {
    const {table, opened} = counted(await lake.table(NAME))
    const plan = await expireSnapshots.plan(table, {olderThan: 0}, {...lake.context, clock: {now: () => Date.now() + 1}})
    expect(plan.files.dataFiles.map(({path}) => path)).toEqual(expect.arrayContaining([file('a4').filePath]))
    expect(readAgain(opened)).toEqual([])
    const lists = table.metadata.snapshots.map((snapshot) => snapshot['manifest-list'])
    expect(lists.length).toBeGreaterThan(COMMITS)
    expect([...opened.keys()]).toEqual(expect.arrayContaining(lists))
  })

  test('to plan an optimize, deletes and all: every manifest once, and the list once', async () => {
    const {table, opened} = counted(await lake.table(NAME))
    const plan = await optimize.plan(table, {minInputFiles: 2}, lake.context)
    expect(plan.inputFiles).toBeGreaterThan(COMMITS)
    expect(readAgain(opened)).toEqual([])
  })

  test('for its figures: every manifest of the head once', async () => {
    const {table, opened} = counted(await lake.table(NAME))
    const stats = await tableStats(table, lake.context)
    expect(opened.size).toBe(stats.manifests + 1)
    expect(readAgain(opened)).toEqual([])
  })

  test('for its first files: the list and a few manifests, however many there are', async () => {
    const {table, opened} = counted(await lake.table(NAME))
    const {manifests} = await tableStats(await lake.table(NAME), lake.context)
    for await (const _ of liveFiles(table)) break
    expect(manifests).toBeGreaterThan(COMMITS)
    expect(opened.size).toBeLessThan(manifests / 2)
  })
})
