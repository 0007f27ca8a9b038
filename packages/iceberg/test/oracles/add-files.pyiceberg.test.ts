import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {addFiles, optimize, parsePartitionSpec, parseType, type Schema, scanRecordBatches} from '@phlo/iceberg'
import {writeArrowFiles} from '../support/arrow-files.js'
import {closeSound} from '../support/close-sound.js'
import {type Profile, standingJava, standingPyiceberg} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'

const java = standingJava()
const pyiceberg = standingPyiceberg()
afterAll(() => Promise.all([java.close(), pyiceberg.close()]))

const ROWS = 200
const SCHEMA: Schema = {
  type: 'struct',
  'schema-id': 0,
  fields: [
    ['id', 'long'],
    ['amount', 'double'],
    ['price', 'decimal(11,2)'],
    ['at', 'timestamp'],
    ['name', 'string'],
    ['tags', 'list<string>'],
    ['place', 'struct<city: string, zip: long>'],
    ['country', 'string'],
    ['day', 'date'],
  ].map(([name = '', type = ''], index) => ({id: index + 1, name, required: index === 0, type: parseType(type)})),
}

describe('files of PyArrow without field ids', () => {
  let lake: Lake
  const folder = mkdtempSync(join(tmpdir(), 'phlo-arrow-'))
  beforeAll(async () => {
    lake = await openLake()
    await lake.catalog.createNamespace(['t'], {})
  })
  afterAll(() => closeSound(lake))

  const create = async (name: string, schema: Schema, version: number, partition?: string) =>
    void (await lake.catalog.createTable(
      {namespace: ['t'], name},
      {
        schema,
        ...(partition !== undefined && {partitionSpec: parsePartitionSpec(partition, schema)}),
        properties: {'format-version': String(version)},
      },
    ))

  test.each([1, 2, 3])('in Hive’s folders are read by PyIceberg and Java from a v%d table as PyArrow wrote them', async (version) => {
    const name = `hive_v${version}`
    const landed = join(folder, name)
    writeArrowFiles('hive', landed, String(ROWS))
    await create(name, SCHEMA, version, 'country, day')
    const {plan, result} = await lake.run(addFiles, `t.${name}`, {sources: [landed]})
    expect(result).toMatchObject({rows: ROWS, addedDataFiles: 6, changedPartitions: 6})
    expect(new Set(plan.files.map(({partition}) => partition)).size).toBe(6)

    const expected = {rows: ROWS, ...expectedProfile()}
    // Java's generic reader takes columns without ids by their position and has nothing for those inside of structs.
    const {'place.zip': _, ...byPosition} = expected
    expect(profilesOf(await java.profile(lake, `t.${name}`))).toEqual([byPosition])
    if (version < 3) expect(profilesOf(await pyiceberg.profile(lake, `t.${name}`))).toEqual([expected])
    let rows = 0
    for await (const batch of scanRecordBatches(await lake.table(`t.${name}`), {where: "country = 'C/H' AND id < 100"}))
      rows += batch.numRows
    expect(rows).toBe(34)

    await lake.run(optimize, `t.${name}`, {rewriteAll: true, verify: 'full'})
    expect(profilesOf(await java.profile(lake, `t.${name}`))).toEqual([byPosition, expected])
  })

  const profilesOf = (profile: Profile) => Object.values(profile).map(({rows, columns}) => ({rows, ...pick(columns)}))

  /** What the generator writes, counted here once more. */
  function expectedProfile() {
    const all = Array.from({length: ROWS}, (_, id) => id)
    const sum = (of: (id: number) => number) => all.reduce((total, id) => total + of(id), 0)
    const nulls = (isNull: (id: number) => boolean) => all.filter(isNull).length
    const cents = sum((id) => id * 17 - 900)
    return {
      id: {nulls: 0, sum: String(sum((id) => id))},
      amount: {nulls: nulls((id) => id % 7 === 0), sum: String(sum((id) => (id % 7 === 0 ? 0 : id / 4)))},
      price: {nulls: 0, sum: String(cents / 100)},
      name: {nulls: nulls((id) => id % 3 === 0), sum: String(sum((id) => (id % 3 ? Buffer.byteLength(`käse \u{1f680} ${id}`) : 0)))},
      tags: {nulls: nulls((id) => id % 5 === 0), sum: String(sum((id) => (id % 5 ? Math.min(3, id % 4) : 0)))},
      country: {nulls: nulls((id) => id % 3 === 2), sum: String(sum((id) => [3, 2, 0][id % 3] ?? 0))},
      'place.zip': {nulls: 0, sum: String(sum((id) => (id % 6 ? id : 0)))},
    }
  }

  const pick = (columns: Readonly<Record<string, {nulls: number; sum: string}>>) =>
    Object.fromEntries(
      Object.entries(columns)
        .filter(([name]) => ['id', 'amount', 'price', 'name', 'tags', 'country', 'place.zip'].includes(name))
        .map(([name, {nulls, sum}]) => [name, {nulls, sum}]),
    )

  test('are refused for a type that means something else, and taken for one that they promote to', async () => {
    const types = mkdtempSync(join(tmpdir(), 'phlo-arrow-types-'))
    writeArrowFiles('types', types)
    const outcomes: Record<string, string> = {}
    for (const [file, type] of [
      ['local', 'timestamp'],
      ['local', 'timestamptz'],
      ['zoned', 'timestamptz'],
      ['zoned', 'timestamp'],
      ['nanos', 'timestamp'],
      ['nanos', 'timestamp_ns'],
      ['millis', 'timestamp'],
      ['unsigned', 'long'],
      ['unsigned', 'int'],
      ['wide', 'decimal(9,2)'],
      ['narrow', 'decimal(20,2)'],
      ['narrow', 'decimal(20,3)'],
      ['int', 'long'],
      ['int', 'date'],
      ['float', 'double'],
      ['date', 'timestamp'],
      ['date', 'int'],
    ] as const) {
      const name = `types_${Object.keys(outcomes).length}`
      await create(name, {type: 'struct', 'schema-id': 0, fields: [{id: 1, name: 'value', required: true, type}]}, 3)
      const path = join(types, `${file}.parquet`)
      outcomes[`${file} as ${type}`] = await lake.run(addFiles, `t.${name}`, {sources: [path]}).then(
        async () => Object.values(await java.profile(lake, `t.${name}`))[0]?.columns['value']?.sum ?? '',
        (error: Error & {code?: string}) => (error.message.includes(path) ? (error.code ?? '') : error.message),
      )
    }
    const noon = String(Date.UTC(2026, 0, 1, 12) * 1000)
    expect(outcomes).toEqual({
      'local as timestamp': noon,
      'local as timestamptz': 'COLUMN_TYPE_DIFFERS',
      'zoned as timestamptz': noon,
      'zoned as timestamp': 'COLUMN_TYPE_DIFFERS',
      'nanos as timestamp': 'COLUMN_TYPE_DIFFERS',
      'nanos as timestamp_ns': noon,
      'millis as timestamp': noon,
      'unsigned as long': 'COLUMN_TYPE_DIFFERS',
      'unsigned as int': 'COLUMN_TYPE_DIFFERS',
      'wide as decimal(9,2)': 'COLUMN_TYPE_DIFFERS',
      'narrow as decimal(20,2)': '1.25',
      'narrow as decimal(20,3)': 'COLUMN_TYPE_DIFFERS',
      'int as long': '7',
      'int as date': 'COLUMN_TYPE_DIFFERS',
      'float as double': '1.5',
      'date as timestamp': 'COLUMN_TYPE_DIFFERS',
      'date as int': 'COLUMN_TYPE_DIFFERS',
    })
  })
})
