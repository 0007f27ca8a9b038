import {existsSync} from 'node:fs'
import {truncate} from 'node:fs/promises'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from '@jest/globals'
import {computePartitionStats, expireSnapshots, headOf, type IcebergTable, localPath, optimize, repair} from '@phlo/iceberg'
import {readPartitionStatistics} from '../../src/maintenance/compute-partition-stats/statistics-file.js'
import {unifiedPartition} from '../../src/maintenance/compute-partition-stats/unified-partition.js'
import {
  addDeletes,
  appendRows,
  emptyTable,
  entriesOf,
  findingsOf,
  openCheckedLake,
  positionDeletes,
  twoCommits,
  vectors,
  withEntries,
  withFile,
} from '../inspect/checked.js'
import type {Lake} from '../support/lake.js'

let lake: Lake
let name: string
let table: IcebergTable

beforeAll(async () => {
  lake = await openCheckedLake()
})
afterAll(() => lake.close())

const makeTable = async (version: number) => {
  ;({name, table} = await twoCommits(lake, version))
}

/** The rows of the head's partition statistics file, in the order of the file. */
async function counted() {
  const fresh = await lake.table(name)
  const id = headOf(fresh)?.['snapshot-id']
  const file = fresh.metadata['partition-statistics']?.find((other) => other['snapshot-id'] === id)
  if (!file) throw new Error('the head has no partition statistics')
  const place = {path: file['statistics-path'], size: file['file-size-in-bytes']}
  return [...(await readPartitionStatistics(fresh.io, place, unifiedPartition(fresh.metadata), fresh.metadata['format-version'])).values()]
}

const run = async (options = {}) => (await lake.run(computePartitionStats, name, options)).result

describe.each([1, 2, 3])('partition statistics of a v%d table', (version) => {
  beforeEach(() => makeTable(version))

  test('count files, rows and bytes of each partition, in the order of the partitions, nulls first', async () => {
    const result = await run()
    expect(result).toMatchObject({partitions: 4, isIncremental: false, snapshotId: null})
    const rows = await counted()
    expect(rows.map(({partition}) => partition)).toEqual([[null], ['place 0'], ['place 1'], ['place 2']])
    const files = (await entriesOf(await lake.table(name))).map(({dataFile}) => dataFile)
    for (const row of rows) {
      const own = files.filter(({partition}) => partition[0] === row.partition[0])
      expect(row).toMatchObject({
        specId: 0,
        dataFiles: own.length,
        dataRecords: own.reduce((sum, {recordCount}) => sum + recordCount, 0),
        dataBytes: own.reduce((sum, {fileSizeInBytes}) => sum + fileSizeInBytes, 0),
        updatedBy: headOf(table)?.['snapshot-id'],
        updatedAt: headOf(table)?.['timestamp-ms'],
      })
    }
    expect((await lake.run(computePartitionStats, name, {})).plan).toMatchObject({noop: true, summary: expect.stringContaining('already')})
    expect(await findingsOf(lake, await lake.table(name), {data: true})).toEqual([])
  })

  test('are counted on from those of an ancestor, and come to what counting everything does', async () => {
    await run()
    await appendRows(lake, name, 200)
    await lake.run(optimize, name, {rewriteAll: true})
    await appendRows(lake, name, 300)
    expect(await run()).toMatchObject({isIncremental: true})
    const incremental = await counted()
    expect(await run({force: true})).toMatchObject({isIncremental: false})
    expect(await counted()).toEqual(incremental)
    expect((await lake.table(name)).metadata['partition-statistics']).toHaveLength(2)
  })
})

test.each([2, 3])('deletes of a v%d table are counted, deletion vectors by themselves', async (version) => {
  await makeTable(version)
  const [file] = (await entriesOf(table)).map(({dataFile}) => dataFile).filter(({partition}) => partition[0] === 'place 1')
  if (!file) throw new Error('there is a file of place 1')
  await run()
  await addDeletes(lake, name, version === 2 ? [await positionDeletes(table, file, [0, 3])] : await vectors(table, [file], [0, 3]))
  expect(await run()).toMatchObject({isIncremental: true})
  const row = (await counted()).find(({partition}) => partition[0] === 'place 1')
  const expected = version === 2 ? {positionDeleteFiles: 1, deletionVectors: 0} : {positionDeleteFiles: 0, deletionVectors: 1}
  expect(row).toMatchObject({positionDeleteRecords: 2, equalityDeleteFiles: 0, ...expected})
})

describe('everything is counted anew', () => {
  beforeEach(async () => {
    await makeTable(2)
    await run()
  })

  test('when somebody has left files out without saying so', async () => {
    await withEntries(lake, name, (entries) => entries.slice(1))
    expect((await lake.run(computePartitionStats, name, {})).plan.countedFrom).not.toBeNull()
    expect(await run()).toMatchObject({isIncremental: false})
    const sum = (await counted()).reduce((total, {dataFiles}) => total + dataFiles, 0)
    expect(sum).toBe((await entriesOf(await lake.table(name))).length)
  })

  test('when the statistics to count on from are damaged', async () => {
    const [file] = (await lake.table(name)).metadata['partition-statistics'] ?? []
    await truncate(localPath(file?.['statistics-path'] as string), 20)
    await appendRows(lake, name, 200)
    expect(await run()).toMatchObject({isIncremental: false})
    expect((await counted()).reduce((total, {dataRecords}) => total + dataRecords, 0)).toBe(120)
  })

  test('when rows that were counted wrongly have been repaired', async () => {
    await withFile(lake, name, ({recordCount}) => ({recordCount: recordCount + 5}))
    await lake.run(repair, name, {})
    expect((await lake.table(name)).metadata['partition-statistics']).toEqual([])
    expect(await run()).toMatchObject({isIncremental: false})
    expect((await counted()).reduce((total, {dataRecords}) => total + dataRecords, 0)).toBe(80)
  })
})

describe('nothing is counted', () => {
  test('of a table that is not partitioned, or has no snapshot', async () => {
    name = await emptyTable(lake, 2, null)
    await appendRows(lake, name)
    expect((await lake.run(computePartitionStats, name, {})).plan).toMatchObject({
      noop: true,
      summary: expect.stringContaining('not partitioned'),
    })
    name = await emptyTable(lake, 2)
    expect((await lake.run(computePartitionStats, name, {})).plan).toMatchObject({
      noop: true,
      summary: expect.stringContaining('no snapshot'),
    })
  })

  test('of a snapshot without files, as Iceberg does', async () => {
    await makeTable(2)
    await withEntries(lake, name, () => [])
    expect(await run()).toMatchObject({statisticsFile: null, partitions: 0, summary: expect.stringContaining('no files')})
    expect((await lake.table(name)).metadata['partition-statistics'] ?? []).toEqual([])
  })

  test('of a snapshot that is not there, or has got other statistics since it was planned', async () => {
    await makeTable(2)
    await expect(run({snapshotId: '5'})).rejects.toMatchObject({code: 'SNAPSHOT_NOT_FOUND', exit: 2})
    const plan = await computePartitionStats.plan(table, {}, lake.context)
    await run()
    const before = await lake.table(name)
    await expect(computePartitionStats.execute(table, plan, lake.context)).rejects.toMatchObject({code: 'PLAN_OUTDATED', exit: 5})
    expect((await lake.table(name)).metadataLocation).toBe(before.metadataLocation)
  })

  test('any more when the snapshot expires: its file goes with it', async () => {
    await makeTable(2)
    const {statisticsFile} = await run()
    await appendRows(lake, name, 200)
    await lake.run(expireSnapshots, name, {olderThan: 0})
    expect(existsSync(localPath(statisticsFile as string))).toBe(false)
    expect((await lake.table(name)).metadata['partition-statistics'] ?? []).toEqual([])
  })
})
