import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {optimize, rewriteDeletes, rewriteManifests, scanRecordBatches} from '@phlo/iceberg'
import {planScan} from '../../src/scan/plan.js'
import {findingsOf} from '../inspect/checked.js'
import {closeSound} from '../support/close-sound.js'
import {standingJava} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'

const java = standingJava()
afterAll(() => java.close())

const headOf = async (lake: Lake, name: string) => String((await lake.table(name)).metadata['current-snapshot-id'])

/** How many live data files there are of each format. */
async function formats(lake: Lake, name: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for await (const {entry} of planScan(await lake.table(name))) {
    found[entry.dataFile.fileFormat] = (found[entry.dataFile.fileFormat] ?? 0) + 1
  }
  return found
}

/** Nulls of each flat column of the head as Phlo reads it, and its rows. */
async function scanned(lake: Lake, name: string, where?: string) {
  let rows = 0
  const nulls: Record<string, number> = {}
  let ids = 0n
  for await (const batch of scanRecordBatches(await lake.table(name), {...(where !== undefined && {where})})) {
    rows += batch.numRows
    for (const {name: column} of batch.schema.fields) nulls[column] = (nulls[column] ?? 0) + (batch.getChild(column)?.nullCount ?? 0)
    for (const id of batch.getChild('id') ?? []) ids += id as bigint
  }
  return {rows, nulls, ids: String(ids)}
}

describe.each([1, 3])('a v%d table of which every second data file is Avro', (version) => {
  const name = `made.half_avro_v${version}`
  let lake: Lake
  beforeAll(async () => {
    lake = await openLake()
    await java.create(lake, name, version, 12, 60, 'avro')
  })
  afterAll(() => closeSound(lake))

  test('has the rows that Iceberg’s Java library finds', async () => {
    const profile = (await java.profile(lake, name))[await headOf(lake, name)]
    const {rows, nulls, ids} = await scanned(lake, name)
    expect({rows, ids}).toEqual({rows: profile?.rows, ids: profile?.columns['id']?.sum})
    for (const [column, count] of Object.entries(nulls)) expect({column, count}).toEqual({column, count: profile?.columns[column]?.nulls})
  })

  test('is read to its end, and nothing found, when it is checked', async () => {
    expect(await findingsOf(lake, await lake.table(name))).toEqual([])
  })

  test('is filtered by values of its rows, which Avro files have no bounds for', async () => {
    const all = await scanned(lake, name)
    const low = await scanned(lake, name, "amount < -500 and name like 'a rather%'")
    const high = await scanned(lake, name, "not (amount < -500 and name like 'a rather%')")
    expect(low.rows).toBeGreaterThan(50)
    const unknown = await scanned(
      lake,
      name,
      "(amount is null or amount >= -500) and (name is null or name not like 'a rather%') and (amount is null or name is null)",
    )
    expect(low.rows + high.rows + unknown.rows).toBe(all.rows)
  })

  test('has the same rows, all in Parquet, once it is optimized', async () => {
    const before = await java.profile(lake, name)
    const head = await headOf(lake, name)
    expect((await formats(lake, name))['AVRO']).toBeGreaterThan(5)
    const {result} = await lake.run(optimize, name, {rewriteAll: true, verify: 'full'})
    expect(Object.keys(await formats(lake, name))).toEqual(['PARQUET'])
    expect(await java.profile(lake, name)).toEqual({...before, [String(result.snapshotId)]: before[head]})
  })
})

describe.each([2, 3])('a v%d table of Avro files with every kind of delete, in Avro too', (version) => {
  const name = `made.avro_deletes_v${version}`
  let lake: Lake
  beforeAll(async () => {
    lake = await openLake()
    await java.createDeleted(lake, name, version, 'avro')
  })
  afterAll(() => closeSound(lake))

  test('has the rows that Iceberg’s Java library finds, in every snapshot', async () => {
    const table = await lake.table(name)
    const found: Record<string, {rows: number; ids: string}> = {}
    for (const snapshot of table.metadata.snapshots) {
      let [rows, ids] = [0, 0n]
      for await (const batch of scanRecordBatches(table, {snapshot, columns: ['id']})) {
        rows += batch.numRows
        for (const id of batch.getChild('id') ?? []) ids += id as bigint
      }
      found[String(snapshot['snapshot-id'])] = {rows, ids: String(ids)}
    }
    const judged = Object.entries(await java.profile(lake, name)).map(([id, {rows, columns}]) => [
      id,
      {rows, ids: columns['id']?.sum ?? '0'},
    ])
    expect(found).toEqual(Object.fromEntries(judged))
  })

  test('keeps them when manifests and deletes are rewritten', async () => {
    const before = await java.profile(lake, name)
    const head = await headOf(lake, name)
    const manifests = await lake.run(rewriteManifests, name, {sortBy: ['kind']})
    const positions = await lake.run(rewriteDeletes, name, {minInputFiles: 2})
    const equalities = await lake.run(rewriteDeletes, name, {equality: true})
    expect(equalities.result.deletedRows).toBeGreaterThan(30)
    const same = [manifests, positions, equalities].map(({result}) => [String(result.snapshotId), before[head]])
    expect(await java.profile(lake, name)).toEqual({...before, ...Object.fromEntries(same)})
  })

  test('keeps them, and their row ids, when it is optimized into Parquet', async () => {
    const other = `${name}_at_once`
    await java.createDeleted(lake, other, version, 'avro')
    const before = await java.profile(lake, other)
    const head = await headOf(lake, other)
    const {result} = await lake.run(optimize, other, {rewriteAll: true, verify: 'full'})
    expect(result.deletedRows).toBeGreaterThan(50)
    expect(Object.keys(await formats(lake, other))).toEqual(['PARQUET'])
    expect(await java.profile(lake, other)).toEqual({...before, [String(result.snapshotId)]: before[head]})
  })
})
