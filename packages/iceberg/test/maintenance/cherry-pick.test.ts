import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {
  appendFiles,
  cherryPick,
  commitTable,
  type DataFile,
  expireSnapshots,
  headOf,
  type IcebergTable,
  liveFiles,
  type ManifestEntry,
  type ManifestFile,
  optimize,
  type PickPlan,
  publish,
  readManifest,
  readManifestList,
  rollback,
  type Snapshot,
} from '@phlo/iceberg'
import fc from 'fast-check'
import {proposeSnapshot, type SnapshotChange} from '../../src/commit/propose-snapshot.js'
import {type Lake, openLake} from '../support/lake.js'
import {raced} from '../support/raced.js'

let lake: Lake
let next = 0
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['c'], {})
})
afterAll(() => lake.close())

/** A data file of a partition as a manifest tells of it; nothing here looks into it. */
const fileIn = (partition: string, content: DataFile['content'] = 'data'): DataFile => ({
  content,
  filePath: `file:///nowhere/${partition}-${next++}.parquet`,
  fileFormat: 'PARQUET',
  specId: 0,
  partition: [partition],
  recordCount: 10,
  fileSizeInBytes: 100,
  ...(content === 'equality-deletes' && {equalityIds: [1]}),
})

async function makeTable(version = '2', ...files: DataFile[]): Promise<string> {
  const name = `t${next++}`
  await lake.catalog.createTable(
    {namespace: ['c'], name},
    {
      schema: {type: 'struct', fields: [{id: 1, name: 'place', type: 'string', required: false}]},
      partitionSpec: {'spec-id': 0, fields: [{'source-id': 1, 'field-id': 1000, name: 'place', transform: 'identity'}]},
      properties: {'format-version': version},
    },
  )
  if (files.length > 0) await append(`c.${name}`, ...files)
  return `c.${name}`
}

const append = async (name: string, ...files: DataFile[]) => (await appendFiles(await lake.table(name), files, lake.context)).result

async function change(name: string, {added = [], removed = [], ...more}: Change, staged: boolean): Promise<Snapshot> {
  const paths = new Set(removed.map(({filePath}) => filePath))
  const {result} = await commitTable(
    await lake.table(name),
    async (base) => {
      const proposal = await proposeSnapshot(
        base,
        {...more, added: added.map((dataFile) => ({dataFile})), removed: {data: paths, deletes: new Set()}},
        lake.context,
      )
      return staged ? {...proposal, updates: proposal.updates.filter(({action}) => action !== 'set-snapshot-ref')} : proposal
    },
    lake.context,
  )
  return result
}

interface Change extends Pick<SnapshotChange, 'operation' | 'summary'> {
  readonly added?: readonly DataFile[]
  readonly removed?: readonly DataFile[]
}

/** Commits a snapshot that no ref points at, as a writer with a WAP id does. */
const stage = (name: string, what: Change) => change(name, what, true)

const OVERWRITE = {operation: 'overwrite' as const, summary: {'replace-partitions': 'true'}}
const idOf = (snapshot: Snapshot | undefined) => String(snapshot?.['snapshot-id'])
const pathsOf = (files: readonly DataFile[]) => files.map(({filePath}) => filePath).sort()

async function live(name: string): Promise<readonly string[]> {
  const paths: string[] = []
  for await (const {path} of liveFiles(await lake.table(name))) paths.push(path)
  return paths.sort()
}

async function filesBelow(table: IcebergTable): Promise<readonly string[]> {
  const found: string[] = []
  for await (const page of table.io.list(`${table.location}/`)) for (const {path} of page) found.push(path)
  return found.filter((path) => path.endsWith('.avro')).sort()
}

/** The manifest lists and manifests of all snapshots. */
async function referenced(name: string): Promise<readonly string[]> {
  const {io, metadata} = await lake.table(name)
  const found = new Set<string>()
  for (const snapshot of metadata.snapshots) {
    found.add(snapshot['manifest-list'] as string)
    for (const {manifestPath} of await readManifestList(io, snapshot, metadata['format-version'])) found.add(manifestPath)
  }
  return [...found].sort()
}

const pick = async (name: string, snapshot: Snapshot) => lake.run(cherryPick, name, {snapshot: idOf(snapshot)})

describe('a pick', () => {
  test.each(['1', '2', '3'])('of an append gives its files new sequence numbers and row ids, in a v%s table', async (version) => {
    const name = await makeTable(version, fileIn('a'))
    const added = fileIn('b')
    const staged = await stage(name, {operation: 'append', added: [added], summary: {'wap.id': 'w'}})
    await append(name, fileIn('c'))
    const before = (await lake.table(name)).metadata
    const {plan, result} = await pick(name, staged)
    expect(plan).toMatchObject({fastForward: false, added: [{path: added.filePath, size: 100}], removed: []})
    const table = await lake.table(name)
    const head = headOf(table) as Snapshot
    expect(result).toMatchObject({snapshotId: idOf(head), sourceSnapshotId: idOf(staged), undo: expect.stringContaining('rollback')})
    expect(head.summary).toMatchObject({'source-snapshot-id': idOf(staged), 'published-wap-id': 'w', 'total-data-files': '3'})
    const [manifest] = (await readManifestList(table.io, head, Number(version))).filter(
      ({addedSnapshotId}) => idOf(head) === String(addedSnapshotId),
    )
    const entries: ManifestEntry[] = []
    for await (const entry of readManifest(table.io, manifest as ManifestFile, table)) entries.push(entry)
    expect(entries).toMatchObject([{status: 'added', sequenceNumber: head['sequence-number'], dataFile: {filePath: added.filePath}}])
    if (version === '3') expect(entries[0]?.dataFile.firstRowId).toBe(before['next-row-id'])
    await expect(pick(name, staged)).rejects.toMatchObject({code: 'ALREADY_PICKED', exit: 6})
  })

  test('that was planned as a fast-forward is made in a new snapshot when somebody committed meanwhile', async () => {
    const first = fileIn('a')
    const name = await makeTable('2', first)
    const [ours, theirs] = [fileIn('b'), fileIn('b')]
    const staged = await stage(name, {operation: 'append', added: [ours]})
    const table = await raced(lake, name, () => append(name, theirs))
    const plan = await cherryPick.plan(table, {snapshot: idOf(staged)}, lake.context)
    expect(plan.fastForward).toBe(true)
    const result = await cherryPick.execute(table, JSON.parse(JSON.stringify(plan)), lake.context)
    expect(result).toMatchObject({fastForward: false})
    expect(await live(name)).toEqual(pathsOf([first, ours, theirs]))
  })

  test('of an overwrite is rebuilt on the fresh head when something landed in another partition', async () => {
    const [a, b] = [fileIn('a'), fileIn('b')]
    const name = await makeTable('2', a, b)
    const [newA, inB] = [fileIn('a'), fileIn('b')]
    const staged = await stage(name, {...OVERWRITE, added: [newA], removed: [a]})
    await append(name, fileIn('c'))
    const table = await raced(lake, name, () => append(name, inB))
    const plan = await cherryPick.plan(table, {snapshot: idOf(staged)}, lake.context)
    await cherryPick.execute(table, plan, lake.context)
    const paths = await live(name)
    expect(paths).toEqual(expect.arrayContaining(pathsOf([newA, b, inB])))
    expect(paths).toHaveLength(4)
    expect(headOf(await lake.table(name))?.summary).toMatchObject({operation: 'overwrite', 'deleted-data-files': '1'})
  })

  test.each([
    ['a data file', (file: DataFile) => ({operation: 'append' as const, added: [fileIn('a')], removed: [] as DataFile[], file})],
    [
      'an equality delete',
      (file: DataFile) => ({operation: 'delete' as const, added: [fileIn('a', 'equality-deletes')], removed: [], file}),
    ],
    ['a rewrite', (file: DataFile) => ({operation: 'replace' as const, added: [fileIn('a')], removed: [file], file})],
    ['a removal', (file: DataFile) => ({operation: 'delete' as const, added: [], removed: [file], file})],
  ])('of an overwrite is no longer possible once %s landed in its partition, and leaves nothing behind', async (_what, landing) => {
    const a = fileIn('a')
    const name = await makeTable('2', a, fileIn('b'))
    const staged = await stage(name, {...OVERWRITE, added: [fileIn('a')], removed: [a]})
    await append(name, fileIn('c'))
    const {file: _, ...landed} = landing(a)
    let after: unknown
    const stateOf = async () => [(await lake.table(name)).metadataLocation, await referenced(name)]
    const table = await raced(lake, name, async () => {
      await change(name, landed, false)
      after = await stateOf()
    })
    const plan = await cherryPick.plan(table, {snapshot: idOf(staged)}, lake.context)
    await expect(cherryPick.execute(table, plan, lake.context)).rejects.toMatchObject({code: 'PLAN_OUTDATED', exit: 5})
    expect(await stateOf()).toEqual(after)
    expect(await filesBelow(table)).toEqual(await referenced(name))
    await expect(pick(name, staged)).rejects.toMatchObject({code: 'PARTITIONS_CHANGED', exit: 6})
  })

  test('of a snapshot that expired since the plan is a conflict', async () => {
    const name = await makeTable('2', fileIn('a'))
    const staged = await stage(name, {operation: 'append', added: [fileIn('a')]})
    await append(name, fileIn('a'))
    const stale = await lake.table(name)
    const plan = await cherryPick.plan(stale, {snapshot: idOf(staged)}, lake.context)
    await lake.run(expireSnapshots, name, {snapshotIds: [idOf(staged)], metadataOnly: true})
    await expect(cherryPick.execute(stale, plan, lake.context)).rejects.toMatchObject({code: 'PLAN_OUTDATED', exit: 5})
  })

  test('never adds a file twice, also where the history that would tell has expired', async () => {
    const name = await makeTable('2', fileIn('a'))
    const staged = await stage(name, {operation: 'append', added: [fileIn('a')]})
    await append(name, fileIn('a'))
    const {result} = await pick(name, staged)
    await append(name, fileIn('a'))
    const {metadata} = await lake.table(name)
    const old = metadata.snapshots.map(idOf).filter((id) => id !== idOf(staged) && id !== String(metadata['current-snapshot-id']))
    expect(old).toContain(result.currentSnapshotId)
    await lake.run(expireSnapshots, name, {snapshotIds: old, metadataOnly: true})
    await expect(pick(name, staged)).rejects.toMatchObject({code: 'ALREADY_PICKED', exit: 6})
  })

  test('is possible again once it was rolled back', async () => {
    const name = await makeTable('2', fileIn('a'))
    const staged = await stage(name, {operation: 'append', added: [fileIn('a')], summary: {'wap.id': 'again'}})
    const second = await append(name, fileIn('a'))
    await lake.run(publish, name, {wapId: 'again'})
    await expect(lake.run(publish, name, {wapId: 'again'})).rejects.toMatchObject({code: 'ALREADY_PICKED'})
    await lake.run(rollback, name, {to: idOf(second)})
    await lake.run(publish, name, {wapId: 'again'})
    expect(await live(name)).toHaveLength(3)
    expect(headOf(await lake.table(name))?.summary?.['source-snapshot-id']).toBe(idOf(staged))
  })

  test('of an append that brought deletes, a delete, or a compaction is refused, unless the branch is at its parent', async () => {
    const a = fileIn('a')
    const name = await makeTable('2', a)
    const changes: Change[] = [
      {operation: 'append', added: [fileIn('a'), fileIn('a', 'equality-deletes')]},
      {operation: 'delete', removed: [a]},
      {operation: 'replace', added: [fileIn('a')], removed: [a]},
      {operation: 'overwrite', added: [fileIn('a')], removed: [a]},
    ]
    const staged = []
    for (const what of changes) staged.push(await stage(name, what))
    const plans: PickPlan[] = []
    for (const snapshot of staged) plans.push(await cherryPick.plan(await lake.table(name), {snapshot: idOf(snapshot)}, lake.context))
    expect(plans.map(({fastForward}) => fastForward)).toEqual([true, true, true, true])
    await append(name, fileIn('b'))
    for (const [index, snapshot] of staged.entries()) {
      await expect(pick(name, snapshot)).rejects.toMatchObject({code: 'NOT_PICKABLE', exit: 6})
      const plan = plans[index] as PickPlan
      await expect(cherryPick.execute(await lake.table(name), plan, lake.context)).rejects.toMatchObject({code: 'PLAN_OUTDATED'})
    }
  })

  test('fills a table that has nothing yet, by moving main', async () => {
    const name = await makeTable('2')
    const staged = await stage(name, {operation: 'append', added: [fileIn('a')]})
    const {result} = await pick(name, staged)
    expect(result).toMatchObject({fastForward: true, snapshotId: null, currentSnapshotId: idOf(staged)})
    expect(result.undo).toBeUndefined()
    expect((await lake.run(optimize, name, {})).plan.noop).toBe(true)
    expect(await live(name)).toHaveLength(1)
  })
})

test('picks in any order give the files that a model of partitions gives', async () => {
  const place = fc.constantFrom('a', 'b', 'c')
  const step = fc.oneof(
    fc.record({do: fc.constant('append' as const), place}),
    fc.record({do: fc.constant('stage' as const), place, overwrites: fc.boolean()}),
    fc.record({do: fc.constant('pick' as const), which: fc.nat(5)}),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('1', '2', '3'), fc.array(step, {minLength: 3, maxLength: 10}), async (version, steps) => {
      const seed = ['a', 'b', 'c'].map((where) => fileIn(where))
      const name = await makeTable(version, ...seed)
      const model = new Map(seed.map((file) => [file.filePath, file]))
      /** When each partition changed last, in commits to main. */
      const touched = new Map<string, number>()
      let commits = 0
      const staged: {snapshot: Snapshot; file: DataFile; removed: DataFile[]; at: number; picked: boolean}[] = []
      const inPlace = (where: string) => [...model.values()].filter(({partition}) => partition[0] === where)
      for (const what of steps) {
        if (what.do === 'append') {
          const file = fileIn(what.place)
          await append(name, file)
          model.set(file.filePath, file)
          touched.set(what.place, ++commits)
        } else if (what.do === 'stage') {
          const file = fileIn(what.place)
          const removed = what.overwrites ? inPlace(what.place) : []
          const own = what.overwrites ? OVERWRITE : {operation: 'append' as const}
          staged.push({snapshot: await stage(name, {...own, added: [file], removed}), file, removed, at: commits, picked: false})
        } else if (staged.length > 0) {
          const chosen = staged[what.which % staged.length] as (typeof staged)[number]
          const where = chosen.file.partition[0] as string
          const isOverwrite = chosen.snapshot.summary?.operation === 'overwrite'
          const allowed = !chosen.picked && !(isOverwrite && (touched.get(where) ?? 0) > chosen.at)
          const outcome = await pick(name, chosen.snapshot).then(
            () => true,
            (error: {exit: number}) => error.exit !== 6,
          )
          expect(outcome).toBe(allowed)
          if (!allowed) continue
          for (const {filePath} of chosen.removed) model.delete(filePath)
          model.set(chosen.file.filePath, chosen.file)
          chosen.picked = true
          touched.set(where, ++commits)
        }
        expect(await live(name)).toEqual([...model.keys()].sort())
      }
    }),
    {numRuns: 40},
  )
})
