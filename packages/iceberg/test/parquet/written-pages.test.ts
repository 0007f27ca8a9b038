import {readFile} from 'node:fs/promises'
import {describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import type {ColumnMetaData, FileMetaData, PageHeader} from 'hyparquet'
import {readBloomFilter, sbbfContains} from 'hyparquet/src/bloom.js'
import {parquetHeader} from 'hyparquet/src/column.js'
import {xxhash64} from 'hyparquet/src/xxhash.js'
import {type Leaf, leavesOf} from '../../src/parquet/leaves.js'
import {physicalType, toPhysical} from '../../src/parquet/physical.js'
import type {DataFile} from '../../src/spec/manifest.js'
import type {Schema, Value} from '../../src/spec/types.js'
import {expectPageIndexes} from './page-indexes.js'
import {type Row, readRows, rowOf, schemaOf, showRow, shred, TYPES, writeRows} from './samples.js'
import {mergeAndVerify, parquetFolder} from './scratch.js'
import {countSizes, statedSizes} from './value-sizes.js'

const {io, newPath} = parquetFolder('written-pages')

type Properties = Readonly<Record<string, string>>

async function merge(inputs: readonly DataFile[], schema: Schema, properties: Properties): Promise<string> {
  const [merged] = await mergeAndVerify({inputs, schema, properties, newPath})
  return merged?.path ?? ''
}

const table: Schema = {
  type: 'struct',
  fields: [
    ...schemaOf(Object.fromEntries(TYPES.map((type, index) => [`c${index}`, type]))).fields,
    {id: 50, name: 'id', required: true, type: 'string'},
    {id: 53, name: 'tags', required: false, type: {type: 'list', 'element-id': 54, 'element-required': false, element: 'string'}},
  ],
}

/** The headers of the data pages of a column. */
async function headersOf(path: string, chunk: ColumnMetaData | undefined): Promise<readonly PageHeader[]> {
  const bytes = await readFile(path)
  const [start, end] = [Number(chunk?.data_page_offset), Number(chunk?.total_compressed_size)]
  const begin = Number(chunk?.dictionary_page_offset ?? chunk?.data_page_offset)
  const reader = {view: new DataView(bytes.buffer, bytes.byteOffset, begin + end), offset: start}
  const headers: PageHeader[] = []
  while (reader.offset < begin + end) {
    const header = parquetHeader(reader)
    reader.offset += header.compressed_page_size
    headers.push(header)
  }
  return headers
}

async function rowsOfPages(path: string, footer: FileMetaData): Promise<number[]> {
  const chunks = footer.row_groups.flatMap(({columns}) => columns.map(({meta_data: chunk}) => chunk))
  const headers = await Promise.all(chunks.map((chunk) => headersOf(path, chunk)))
  return headers.flat().map(({data_page_header_v2: own}) => own?.num_rows ?? 0)
}

const manyRows = fc
  .array(rowOf(table), {minLength: 1, maxLength: 3})
  .chain((pool) => fc.array(fc.constantFrom(...pool), {minLength: 1, maxLength: 90}))

describe('a file that is written', () => {
  test('has pages of no more rows than its table wants, and tells the sizes of its values', async () => {
    await fc.assert(
      fc.asyncProperty(manyRows, fc.constantFrom(1, 7, 20_000), fc.constantFrom('60', '1048576'), async (rows, limit, bytes) => {
        const properties = {'write.parquet.page-row-limit': String(limit), 'write.parquet.page-size-bytes': bytes}
        const {filePath} = await writeRows(io, newPath(), table, [rows], properties)
        const {footer, rows: found} = await readRows(filePath, table)
        expect(found).toEqual(rows.map((row) => showRow(table, row)))
        expect(Math.max(...(await rowsOfPages(filePath, footer)))).toBeLessThanOrEqual(limit)
        for (const [index, leaf] of leavesOf(table).entries()) {
          const sizes = countSizes(table, leaf, rows)
          const stated = statedSizes(footer.row_groups[0]?.columns[index]?.meta_data)
          expect({leaf: leaf.name, ...stated}).toEqual({leaf: leaf.name, ...sizes})
        }
        await expectPageIndexes(filePath, footer, table, rows)
      }),
      {numRuns: 60},
    )
  })

  test('has pages of 20,000 rows where nothing else is asked for', async () => {
    const flags = schemaOf({flag: 'boolean'})
    const rows = Array.from({length: 50_000}, (_, at): Row => ({flag: at % 3 === 0}))
    const {filePath} = await writeRows(io, newPath(), flags, [rows])
    const {footer} = await readRows(filePath, flags)
    expect(await rowsOfPages(filePath, footer)).toEqual([20_000, 20_000, 10_000])
  })
})

const kinds = schemaOf({kind: 'string', id: 'long'})
const kindRows = (from: number, to: number, of = 'kind'): Row[] =>
  Array.from({length: to - from}, (_, at) => ({kind: at % 9 === 0 ? null : `${of} ${at % 5}`, id: BigInt(from + at)}))

describe('a merged column', () => {
  test('has no more rows in a page that was built, and says what its inputs say of sizes', async () => {
    const parts = [kindRows(0, 300), kindRows(300, 600, 'other')]
    const inputs = await Promise.all(parts.map((rows) => writeRows(io, newPath(), kinds, [rows])))
    const path = await merge(inputs, kinds, {'write.parquet.page-row-limit': '100'})
    const {footer, rows} = await readRows(path, kinds)
    expect(rows).toEqual(parts.flat().map((row) => showRow(kinds, row)))
    expect(await rowsOfPages(path, footer)).toEqual(new Array(12).fill(100))
    const [kind] = leavesOf(kinds) as [Leaf]
    expect(statedSizes(footer.row_groups[0]?.columns[0]?.meta_data)).toEqual(countSizes(kinds, kind, parts.flat()))
    expect(await expectPageIndexes(path, footer, kinds, parts.flat())).toBe(2)
  })

  test('keeps the pages that it copies, however many rows they have', async () => {
    const inputs = await Promise.all([0, 4000].map((from) => writeRows(io, newPath(), kinds, [kindRows(from, from + 4000)])))
    const path = await merge(inputs, kinds, {'write.parquet.page-row-limit': '100'})
    const {footer} = await readRows(path, kinds)
    const headers = await headersOf(path, footer.row_groups[0]?.columns[1]?.meta_data)
    expect(headers.map(({data_page_header_v2: own}) => own?.num_rows)).toEqual([4000, 4000])
  })
})

/** Whether the Bloom filters of a row group's columns have all of its values, by name; and how many of as many others. */
async function filtersOf(path: string, schema: Schema, rows: readonly Row[], others: (leaf: Leaf) => readonly Value[] = () => []) {
  const {footer} = await readRows(path, schema)
  const bytes = await readFile(path)
  const found = new Map<string, {readonly misses: number; readonly falsePositives: number; readonly size: number}>()
  for (const [index, leaf] of leavesOf(schema).entries()) {
    const {bloom_filter_offset: offset, bloom_filter_length: length} = footer.row_groups[0]?.columns[index]?.meta_data ?? {}
    if (offset === undefined) continue
    const filter = readBloomFilter({view: new DataView(bytes.buffer, bytes.byteOffset + Number(offset), Number(length)), offset: 0})
    const has = (value: Value) => value === null || sbbfContains(filter?.blocks ?? new Uint32Array(8), xxhash64(plainOf(leaf, value)))
    found.set(leaf.name, {
      misses: shred(schema, leaf, rows).values.filter((value) => !has(value)).length,
      falsePositives: others(leaf).filter(has).length,
      size: filter?.numBytes ?? 0,
    })
  }
  return found
}

function plainOf(leaf: Leaf, value: Exclude<Value, null>): Uint8Array {
  const physical = toPhysical(leaf.type)(value)
  if (physical instanceof Uint8Array) return physical
  const bytes = Buffer.alloc(8)
  switch (physicalType(leaf.type)?.type) {
    case 'INT64':
      bytes.writeBigInt64LE(physical as bigint)
      return bytes
    case 'DOUBLE':
      bytes.writeDoubleLE(physical as number)
      return bytes
    case 'FLOAT':
      bytes.writeFloatLE(physical as number)
      return bytes.subarray(0, 4)
    default:
      bytes.writeInt32LE(physical as number)
      return bytes.subarray(0, 4)
  }
}

const wanted = leavesOf(table).filter(({type}) => type !== 'boolean')
const filtered: Properties = Object.fromEntries(wanted.map(({name}) => [`write.parquet.bloom-filter-enabled.column.${name}`, 'true']))

describe('Bloom filters that a table asks for', () => {
  test('have every value of a written, a merged and a copied column', async () => {
    await fc.assert(
      fc.asyncProperty(
        manyRows,
        manyRows,
        fc.constantFrom('24', '2097152'),
        fc.constantFrom('60', '1048576'),
        async (one, other, dictionary, page) => {
          const properties = {...filtered, 'write.parquet.dict-size-bytes': dictionary, 'write.parquet.page-size-bytes': page}
          const inputs = await Promise.all([one, other].map((rows) => writeRows(io, newPath(), table, [rows], properties)))
          const merged = await merge(inputs, table, properties)
          const copied = await merge(inputs.slice(0, 1), table, {...properties, 'write.parquet.row-group-size-bytes': '1'})
          for (const [path, rows] of [
            [inputs[0]?.filePath ?? '', one],
            [merged, [...one, ...other]],
            [copied, one],
          ] as const) {
            const hasValues = (leaf: Leaf) => shred(table, leaf, rows).values.some((value) => value !== null)
            const filters = await filtersOf(path, table, rows)
            expect([...filters.keys()]).toEqual(wanted.filter(hasValues).map(({name}) => name))
            expect([...filters].filter(([, {misses}]) => misses > 0)).toEqual([])
          }
        },
      ),
      {numRuns: 25},
    )
  })

  const big = schemaOf({id: 'long', name: 'string'})
  const bigRows = (from: number) => Array.from({length: 10_000}, (_, at): Row => ({id: BigInt(from + at), name: `name ${from + at}`}))
  const others = ({type}: Leaf) => Array.from({length: 5000}, (_, at): Value => (type === 'long' ? BigInt(900_000 + at) : `other ${at}`))
  const properties = {
    'write.parquet.bloom-filter-enabled.column.id': 'true',
    'write.parquet.bloom-filter-enabled.column.name': 'true',
    'write.parquet.bloom-filter-fpp.column.name': '0.2',
  }

  test('are as large as the false positives want, and not larger than they may be', async () => {
    const inputs = await Promise.all([0, 10_000].map((from) => writeRows(io, newPath(), big, [bigRows(from)], properties)))
    const rows = [...bigRows(0), ...bigRows(10_000)]
    const found = await filtersOf(await merge(inputs, big, properties), big, rows, others)
    expect(found.get('id')).toMatchObject({misses: 0, size: 32_768})
    expect(found.get('name')).toMatchObject({misses: 0, size: 16_384})
    expect(found.get('id')?.falsePositives).toBeLessThan(50 * 2)
    expect(found.get('name')?.falsePositives).toBeLessThan(1000 * 1.2)
    const small = {...properties, 'write.parquet.bloom-filter-max-bytes': '5000'}
    expect((await filtersOf(await merge(inputs, big, small), big, rows)).get('id')).toEqual({misses: 0, falsePositives: 0, size: 4096})
  })

  test('are made where a row group that could be copied has none', async () => {
    const inputs = [await writeRows(io, newPath(), big, [bigRows(0)])]
    const path = await merge(inputs, big, {...properties, 'write.parquet.row-group-size-bytes': '400000'})
    expect((await filtersOf(path, big, bigRows(0))).get('id')).toMatchObject({misses: 0})
  })

  test('are refused with another number than one between 0 and 1', async () => {
    const wrong = {'write.parquet.bloom-filter-fpp.column.id': '2'}
    await expect(writeRows(io, newPath(), big, [bigRows(0)], wrong)).rejects.toMatchObject({code: 'INVALID_PROPERTY'})
  })
})

test('a row group that is copied keeps its page indexes', async () => {
  const small = {'write.parquet.page-row-limit': '100'}
  const input = await writeRows(io, newPath(), kinds, [kindRows(0, 1000)], small)
  const path = await merge([input], kinds, {'write.parquet.row-group-size-bytes': '1'})
  const {footer} = await readRows(path, kinds)
  expect(footer.row_groups[0]?.columns.every(({column_index_offset: offset}) => offset !== undefined)).toBe(true)
  expect(await expectPageIndexes(path, footer, kinds, kindRows(0, 1000))).toBe(2)
})
