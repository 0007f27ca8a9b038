import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {expireSnapshots, optimize, rewriteManifests, scanRecordBatches} from '@phlo/iceberg'
import {findingsOf} from '../inspect/checked.js'
import {closeSound} from '../support/close-sound.js'
import {standingJava} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'

const java = standingJava()
afterAll(() => java.close())

const headOf = async (lake: Lake, name: string) => String((await lake.table(name)).metadata['current-snapshot-id'])

/** The rows that match, as objects by column; a variant is the value of its JSON. */
async function rowsOf(lake: Lake, name: string, where: string, columns: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  for await (const batch of scanRecordBatches(await lake.table(name), {where, columns})) {
    for (let row = 0; row < batch.numRows; row++) {
      rows.push(Object.fromEntries(columns.map((column) => [column, batch.getChild(column)?.get(row)])))
    }
  }
  return rows
}

describe.each([
  ['Parquet', ['parquet', 'parquet', 'parquet']],
  ['Parquet whose variants are shredded', ['shredded', 'shredded', 'parquet']],
  ['Avro and Parquet', ['avro', 'parquet', 'avro']],
])('a table of %s with the types and defaults of version 3', (_, formats) => {
  const name = `made.typed_${formats.join('_')}`
  let lake: Lake
  beforeAll(async () => {
    lake = await openLake()
    await java.createTyped(lake, name, formats)
  })
  afterAll(() => closeSound(lake))

  test('has the values that Iceberg’s Java library wrote', async () => {
    const found = await rowsOf(lake, name, 'id < 29', ['id', 'doc', 'nothing', 'place'])
    const docs = Object.fromEntries(found.map(({id, doc}) => [String(id), doc === null ? undefined : JSON.parse(doc as string)]))
    expect(docs).toMatchObject({
      1: true,
      2: -2,
      3: 300,
      4: 400_000,
      5: 50_000_000_000,
      8: 12.34,
      9: -123_456_789_012.345,
      11: '1969-10-04',
      12: '1970-01-01T00:00:12.000012+00:00',
      13: '1969-12-31T23:59:46.999987',
      14: '1970-01-01T00:00:14.000000014+00:00',
      15: '1969-12-31T23:59:44.999999985',
      16: '00:00:16.000016',
      17: '00000000-0000-0011-ffff-ffffffffffef',
      18: '0112',
      19: 'short 19',
      21: [1, 'two', [], {z: null}],
      22: {},
      23: {a: 23, b: 'b23'},
      24: {a: 'not a number', ä: 2, z: [24]},
      25: {b: null, tags: ['x', 'y25']},
      26: {deep: {a: 26, z: 1.5}, tags: ['x', 1]},
      27: {deep: 3, tags: []},
    })
    expect([docs['0'], docs['10'], docs['28']?.length]).toEqual([undefined, undefined, 300])
    expect(found.every(({nothing}) => nothing === null)).toBe(true)
  })

  test('has defaults where files lack the columns, and is found by them', async () => {
    const total = formats.length * 60
    const where = [
      'dBoolean = true and dInt = -7 and dLong = 9223372036854775807 and dFloat = 0.1 and dDouble = 0.1',
      "dDate = '1969-12-31' and dTime = '12:34:56.789012' and dTimestamp = '1950-01-02T03:04:05.678901'",
      "dMoment = '2050-01-02T03:04:05.678901+00:00' and dNanos = '1950-01-02T03:04:05.678901234'",
      "dMomentNanos = '2050-01-02T03:04:05.678901234+00:00' and dText = 'käse' and dKey = 'f79c3e09-677c-4bbd-a479-3f349cb785e7'",
      "dFixed = '0102ff' and dBinary = '00ff' and dSmall = -12.34 and dLarge = -1234567890123456789.0123456789 and dRequired = 0.001",
    ]
    for (const condition of where)
      expect({condition, rows: (await rowsOf(lake, name, condition, ['id'])).length}).toEqual({condition, rows: total})
    const late = await rowsOf(lake, name, 'place.late = 42', ['id'])
    expect(late.length).toBe(Array.from({length: total}, (__, id) => id).filter((id) => id % 11 !== 0).length)
  })

  test('is filtered by nanoseconds', async () => {
    const found = await rowsOf(lake, name, "nanos < '1969-12-31T23:59:42.000000153' and moment is not null", ['id'])
    expect(found.map(({id}) => Number(id)).sort((a, b) => a - b)).toEqual([1, 2])
  })

  test('passes the check', async () => {
    expect(await findingsOf(lake, await lake.table(name))).toEqual([])
  })

  test('keeps every value when manifests are rewritten, files are merged and copied, and snapshots expire', async () => {
    const before = await java.profile(lake, name)
    const head = await headOf(lake, name)
    const manifests = await lake.run(rewriteManifests, name, {})
    const merged = await lake.run(optimize, name, {rewriteAll: true, verify: 'full'})
    await lake.catalog.commitTable(
      (await lake.table(name)).name,
      [],
      [{action: 'set-properties', updates: {'write.parquet.row-group-size-bytes': '1000'}}],
    )
    const copied = await lake.run(optimize, name, {rewriteAll: true, verify: 'full'})
    expect(await findingsOf(lake, await lake.table(name))).toEqual([])
    const same = [manifests, merged, copied].map(({result}) => [String(result.snapshotId), before[head]])
    expect(await java.profile(lake, name)).toEqual({...before, ...Object.fromEntries(same)})
    await lake.run(expireSnapshots, name, {olderThan: 0})
    expect(Object.values(await java.profile(lake, name))).toEqual([before[head]])
  })
})
