import {existsSync} from 'node:fs'
import {readFile, rm} from 'node:fs/promises'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from '@jest/globals'
import {type ComputeStatsResult, computeStats, expireSnapshots, headOf, type IcebergTable, localPath, vacuum} from '@phlo/iceberg'
import {readPuffinBlob, readPuffinFooter} from '../../src/puffin/read.js'
import {createPuffinFile} from '../../src/puffin/write.js'
import {addDeletes, appendRows, entriesOf, findingsOf, openCheckedLake, positionDeletes, twoCommits, vectors} from '../inspect/checked.js'
import {closeSound} from '../support/close-sound.js'
import {type Lake, testContext} from '../support/lake.js'

let lake: Lake
let name: string
let table: IcebergTable

beforeAll(async () => {
  lake = await openCheckedLake()
})
afterAll(() => closeSound(lake))
const makeTable = async (version: number) => {
  ;({name, table} = await twoCommits(lake, version))
}
beforeEach(() => makeTable(2))

const ndvs = ({columns}: ComputeStatsResult) => Object.fromEntries(columns.map((column) => [column.name, column.ndv]))
const headId = () => String(headOf(table)?.['snapshot-id'])

/** Rows 0 to 39 and 100 to 139: a NaN where the number can be divided by 11, a null place where by 7. */
const EXPECTED = {id: 80, weight: 74, place: 3}

describe('computing statistics', () => {
  test('counts the distinct values of every column, and does nothing the second time', async () => {
    const {plan, result} = await lake.run(computeStats, name, {})
    expect(plan).toMatchObject({noop: false, snapshotId: headId(), known: [], previous: null, rows: 80})
    expect(ndvs(result)).toEqual(EXPECTED)
    const changed = await lake.table(name)
    expect(headOf(changed)).toEqual(headOf(table))
    expect(changed.metadata.statistics).toMatchObject([
      {
        'snapshot-id': headOf(table)?.['snapshot-id'],
        'statistics-path': result.statisticsFile,
        'file-size-in-bytes': (await readFile(localPath(result.statisticsFile as string))).length,
        'blob-metadata': [1, 2, 3].map((id) => ({type: 'apache-datasketches-theta-v1', fields: [id]})),
      },
    ])
    const second = await lake.run(computeStats, name, {})
    expect(second).toMatchObject({plan: {noop: true, summary: expect.stringContaining('the 3 columns already')}, result: {columns: []}})
    expect((await lake.table(name)).metadataLocation).toBe(changed.metadataLocation)
    expect(await findingsOf(lake, changed, {data: true})).toEqual([])
  })

  test.each([2, 3])('leaves out the rows that deletes of a v%d table have taken', async (version) => {
    await makeTable(version)
    const files = (await entriesOf(await lake.table(name))).map(({dataFile}) => dataFile)
    const file = files.find(({partition}) => partition[0] === 'place 1')
    if (!file) throw new Error('there is a file of place 1')
    const rows = [0, 1, 2]
    await addDeletes(lake, name, version === 2 ? [await positionDeletes(table, file, rows)] : await vectors(table, [file], rows))
    const {result} = await lake.run(computeStats, name, {columns: ['id']})
    expect(ndvs(result)).toEqual({id: EXPECTED.id - 3})
  })

  test('adds columns to those that are counted, and counts anew when it is forced to', async () => {
    const first = await lake.run(computeStats, name, {columns: ['place']})
    expect(ndvs(first.result)).toEqual({place: 3})
    const {plan, result} = await lake.run(computeStats, name, {})
    expect(plan).toMatchObject({columns: [{name: 'id'}, {name: 'weight'}], known: [{name: 'place'}], previous: first.result.statisticsFile})
    expect(ndvs(result)).toEqual({id: 80, weight: 74})
    expect((await lake.table(name)).metadata.statistics?.[0]?.['blob-metadata']).toMatchObject([
      {fields: [3]},
      {fields: [1]},
      {fields: [2]},
    ])
    const forced = await lake.run(computeStats, name, {force: true})
    expect(ndvs(forced.result)).toEqual(EXPECTED)
    expect((await lake.table(name)).metadata.statistics).toHaveLength(1)
  })

  test('takes over what others have written into the statistics file, and leaves that of other snapshots', async () => {
    const [older, head] = table.metadata.snapshots
    const path = `${table.location}/metadata/others.stats`
    const writer = await createPuffinFile(table.io, path)
    const described = {type: 'histogram-of-theirs', fields: [1, 2], 'snapshot-id': head?.['snapshot-id'] as bigint, 'sequence-number': 2n}
    const data = Buffer.from('theirs '.repeat(100))
    await writer.append({...described, data, 'compression-codec': 'zstd', properties: {why: 'not'}})
    const file = {'statistics-path': path, 'file-size-in-bytes': await writer.close(), 'file-footer-size-in-bytes': 1}
    for (const snapshot of [older, head]) {
      const statistics = {...file, 'snapshot-id': snapshot?.['snapshot-id'] as bigint, 'blob-metadata': [described]}
      await lake.catalog.commitTable(table.name, [], [{action: 'set-statistics', statistics}])
    }
    const {result} = await lake.run(computeStats, name, {columns: ['id']})
    const {metadata} = await lake.table(name)
    expect(metadata.statistics?.map((other) => other['statistics-path'])).toEqual([path, result.statisticsFile])
    const puffin = await table.io.open(result.statisticsFile as string)
    const [first, second] = (await readPuffinFooter(puffin)).blobs
    expect(first).toMatchObject({type: 'histogram-of-theirs', fields: [1, 2], 'compression-codec': 'zstd', properties: {why: 'not'}})
    expect(Buffer.from(await readPuffinBlob(puffin, first as NonNullable<typeof first>))).toEqual(data)
    expect(second).toMatchObject({fields: [1], properties: {ndv: '80'}})
    await puffin.close()
  })

  test('of an older snapshot counts the rows that it had', async () => {
    const [older] = table.metadata.snapshots
    const {result} = await lake.run(computeStats, name, {snapshotId: String(older?.['snapshot-id'])})
    expect(ndvs(result)).toMatchObject({id: 40})
    expect((await lake.table(name)).metadata.statistics).toMatchObject([{'snapshot-id': older?.['snapshot-id']}])
  })

  test('is computed again when the statistics file is gone', async () => {
    const {result} = await lake.run(computeStats, name, {})
    await rm(localPath(result.statisticsFile as string))
    const again = await lake.run(computeStats, name, {})
    expect(ndvs(again.result)).toEqual(EXPECTED)
    expect(await findingsOf(lake, await lake.table(name), {data: true})).toEqual([])
  })

  test('of a table without snapshots has nothing to do', async () => {
    await lake.catalog.createTable({namespace: ['c'], name: `empty_${name.slice(2)}`}, {schema: {type: 'struct', fields: []}})
    const {plan} = await lake.run(computeStats, `c.empty_${name.slice(2)}`, {})
    expect(plan).toMatchObject({noop: true, snapshotId: null})
  })
})

describe('what it does not do', () => {
  test.each([
    [{columns: ['nothing']}, 'COLUMN_NOT_FOUND'],
    [{snapshotId: '12'}, 'SNAPSHOT_NOT_FOUND'],
    [{snapshotId: 'x'}, 'SNAPSHOT_NOT_FOUND'],
  ])('is anything, when asked for %p', async (options, code) => {
    await expect(lake.run(computeStats, name, options)).rejects.toMatchObject({code, exit: 2})
    expect((await lake.table(name)).metadataLocation).toBe(table.metadataLocation)
  })

  test('is to disturb commits that land meanwhile, or to put statistics in the place of others', async () => {
    const stale = await lake.table(name)
    const plan = await computeStats.plan(stale, {columns: ['id']}, lake.context)
    await appendRows(lake, name, 500)
    await computeStats.execute(stale, plan, lake.context)
    const fresh = await lake.table(name)
    expect(fresh.metadata.snapshots).toHaveLength(3)
    expect(fresh.metadata.statistics).toMatchObject([{'snapshot-id': headOf(stale)?.['snapshot-id']}])
    const options = {columns: ['place'], snapshotId: headId()}
    const late = await computeStats.plan(fresh, options, lake.context)
    await lake.run(computeStats, name, options)
    const before = await lake.table(name)
    await expect(computeStats.execute(fresh, late, lake.context)).rejects.toMatchObject({code: 'PLAN_OUTDATED', exit: 5})
    expect((await lake.table(name)).metadataLocation).toBe(before.metadataLocation)
  })

  test('is to leave files behind for a snapshot that is gone, and vacuum keeps what the table refers to', async () => {
    const {result} = await lake.run(computeStats, name, {})
    const later = testContext(() => Date.now() + 3 * 86_400_000)
    const options = {olderThan: 0, forceUnsafeAge: true}
    await vacuum.execute(await lake.table(name), await vacuum.plan(await lake.table(name), options, later), later)
    expect(existsSync(localPath(result.statisticsFile as string))).toBe(true)
    await appendRows(lake, name, 500)
    await lake.run(expireSnapshots, name, {olderThan: 0})
    expect(existsSync(localPath(result.statisticsFile as string))).toBe(false)
    expect((await lake.table(name)).metadata.statistics ?? []).toEqual([])
  })
})
