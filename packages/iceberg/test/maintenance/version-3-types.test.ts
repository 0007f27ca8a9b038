import {mkdtempSync, writeFileSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {
  addFiles,
  append,
  type IcebergTable,
  localPath,
  optimize,
  planScan,
  type Schema,
  type StructField,
  scanRecordBatches,
} from '@phlo/iceberg'
import {Schema as ArrowSchema, Field, Int64, makeData, RecordBatch, RecordBatchStreamWriter, Struct, vectorFromArray} from 'apache-arrow'
import {parquetReadObjects} from 'hyparquet'
import {findingsOf} from '../inspect/checked.js'
import {closeSound} from '../support/close-sound.js'
import {type Lake, openLake} from '../support/lake.js'
import {writePlainParquet} from '../support/plain-parquet.js'

let lake: Lake
let tables = 0
const folder = mkdtempSync(join(tmpdir(), 'phlo-version-3-'))
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['v'], {})
})
afterAll(() => closeSound(lake))

async function create(
  fields: readonly Omit<StructField, 'required'>[],
  properties: Readonly<Record<string, string>> = {},
): Promise<string> {
  const name = `t${++tables}`
  const schema: Schema = {type: 'struct', 'schema-id': 0, fields: fields.map((field) => ({required: false, ...field}))}
  await lake.catalog.createTable({namespace: ['v'], name}, {schema, properties: {'format-version': '3', ...properties}})
  return `v.${name}`
}

async function rowsOf(table: IcebergTable): Promise<readonly Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  for await (const batch of scanRecordBatches(table)) for (const row of batch) rows.push(row.toJSON())
  return rows
}

describe('geometries, geographies and variants of a file that another program wrote', () => {
  const points = [1, 2, 3].map((x) => ({type: 'Point', coordinates: [x, -x]}))
  const docs = [{a: 1, b: ['x', null]}, 'text', {a: 2.5, c: {d: true}}]
  let name = ''
  beforeAll(async () => {
    name = await create([
      {id: 1, name: 'id', type: 'long'},
      {id: 2, name: 'place', type: 'geometry(OGC:CRS84)'},
      {id: 3, name: 'spot', type: 'geography(OGC:CRS84, spherical)'},
      {id: 4, name: 'doc', type: 'variant'},
    ])
    const files = [0, 1].map((file) => {
      const columns = [
        {name: 'id', type: 'INT64', data: [0n, 1n, 2n].map((id) => id + BigInt(3 * file))},
        {name: 'place', type: 'GEOMETRY', data: [points[0], null, points[1]]},
        {name: 'spot', type: 'GEOGRAPHY', data: [null, points[2], points[0]]},
        {name: 'doc', type: 'VARIANT', data: file === 0 ? docs : [null, ...docs.slice(1)]},
      ] as const
      return writePlainParquet(join(folder, `strange-${file}.parquet`), columns)
    })
    await lake.run(addFiles, name, {sources: files})
  })

  const live = async () => {
    const found = []
    for await (const {entry} of planScan(await lake.table(name))) found.push(entry.dataFile)
    return found
  }

  test('are added with their counts, and without bounds that their bytes would not be', async () => {
    const files = await live()
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      expect([...(file.lowerBounds?.keys() ?? [])]).toEqual([1])
      expect([2, 3].map((id) => file.nullValueCounts?.get(id))).toEqual([1, 1])
      expect(file.valueCounts?.get(4)).toBe(3)
    }
  })

  test('are scanned as well-known binary and as JSON', async () => {
    const rows = await rowsOf(await lake.table(name))
    const point = (bytes: unknown) => {
      const view = Buffer.from(bytes as Uint8Array)
      return [view.readUInt8(0), view.readUInt32LE(1), view.readDoubleLE(5), view.readDoubleLE(13)]
    }
    expect(rows.slice(0, 3).map(({place}) => place && point(place))).toEqual([[1, 1, 1, -1], null, [1, 1, 2, -2]])
    expect(rows.map(({doc}) => (doc === null ? null : JSON.parse(doc as string)))).toEqual([...docs, null, ...docs.slice(1)])
  })

  test.each([
    ['merged', {}],
    ['copied', {'write.parquet.row-group-size-bytes': '1'}],
  ])('are the same for the other program once they are %s', async (_, properties) => {
    await lake.catalog.commitTable((await lake.table(name)).name, [], [{action: 'set-properties', updates: properties}])
    await lake.run(optimize, name, {rewriteAll: true, verify: 'full'})
    const files = await live()
    expect(files.length).toBe(1)
    // This writer stores a null in a variant as a variant of null.
    for (const {lowerBounds, filePath, nullValueCounts} of files) {
      expect([lowerBounds?.has(2), lowerBounds?.has(4), nullValueCounts?.get(2), nullValueCounts?.get(4)]).toEqual([false, false, 2, 0])
      const bytes = await readFile(localPath(filePath))
      const rows = await parquetReadObjects({
        file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
        compressors: (await import('../../src/parquet/codecs.js')).decompressors,
      })
      expect(rows.map(({place, spot}) => [place ?? null, spot ?? null])).toEqual(
        [0, 1].flatMap(() => [
          [points[0], null],
          [null, points[2]],
          [points[1], points[0]],
        ]),
      )
      expect(rows.map(({doc}) => doc ?? null)).toEqual([...docs, null, ...docs.slice(1)])
    }
    expect(await findingsOf(lake, await lake.table(name))).toEqual([])
  })
})

describe('rows that are appended without some columns', () => {
  const fields = [
    {id: 1, name: 'id', type: 'long'},
    {id: 2, name: 'price', required: true, type: 'decimal(9,2)', 'initial-default': '1.00', 'write-default': '12.34'},
    {id: 3, name: 'text', type: 'string', 'write-default': 'written'},
    {
      id: 4,
      name: 'place',
      type: {
        type: 'struct',
        fields: [
          {id: 5, name: 'city', required: false, type: 'string'},
          {id: 6, name: 'zip', required: false, type: 'int', 'write-default': 7},
        ],
      },
    },
    {id: 7, name: 'never', type: 'unknown'},
  ] as const

  test('have what the table writes by default, from Parquet and from Arrow', async () => {
    const name = await create(fields as never)
    const parquet = writePlainParquet(join(folder, 'ids.parquet'), [{name: 'id', type: 'INT64', data: [1n, 2n]}])
    const city = makeData({
      type: new Struct([new Field('city', vectorFromArray(['x']).type, true)]),
      children: [vectorFromArray(['x', null]).data[0] as never],
      length: 2,
      nullCount: 1,
      nullBitmap: Uint8Array.of(1),
    })
    const ids = makeData({type: new Int64(), data: BigInt64Array.of(3n, 4n)})
    const schema = new ArrowSchema([new Field('id', new Int64()), new Field('place', city.type, true)])
    const batch = new RecordBatch(
      schema,
      makeData({type: new Struct(schema.fields), children: [ids, city] as never, length: 2, nullCount: 0}),
    )
    const arrow = join(folder, 'ids.arrow')
    writeFileSync(arrow, RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true))
    await lake.run(append, name, {files: [parquet, arrow]})
    const rows = (await rowsOf(await lake.table(name))).toSorted((a, b) => Number(a['id']) - Number(b['id']))
    expect(rows.map(({id, price, text, never}) => [id, (price as Uint32Array)[0], text, never])).toEqual(
      [1n, 2n, 3n, 4n].map((id) => [id, 1234, 'written', null]),
    )
    expect(rows.map(({place}) => place && (place as {toJSON(): unknown}).toJSON())).toEqual([null, null, {city: 'x', zip: 7}, null])
  })

  test('have a struct that cannot be stored refused by name', async () => {
    const name = await create([
      {id: 1, name: 'id', type: 'long'},
      {id: 2, name: 'empty', type: {type: 'struct', fields: [{id: 3, name: 'x', required: false, type: 'unknown'}]}},
    ])
    const parquet = writePlainParquet(join(folder, 'more.parquet'), [{name: 'id', type: 'INT64', data: [1n]}])
    await expect(lake.run(append, name, {files: [parquet]})).rejects.toMatchObject({
      code: 'TYPE_NOT_WRITTEN',
      message: expect.stringContaining('Column empty'),
    })
  })
})
