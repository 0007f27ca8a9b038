import {readdir, readFile, writeFile} from 'node:fs/promises'
import {describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import {type FileMetaData, parquetMetadata} from 'hyparquet'
import {ByteWriter} from 'hyparquet-writer'
import {writeMetadata} from 'hyparquet-writer/src/metadata.js'
import {leavesOf} from '../../src/parquet/leaves.js'
import type {MergedFile} from '../../src/parquet/merge-files.js'
import type {DataFile} from '../../src/spec/manifest.js'
import {isList, isMap, isStruct} from '../../src/spec/schema.js'
import type {Schema, StructField, StructType, Type, Value} from '../../src/spec/types.js'
import {writeAvro} from '../avro/avro-files.js'
import {bruteForce, isLess, metricsOf} from './brute-force.js'
import {type Nested, type Row, readRows, rowOf, schemaOf, showRow, shred, writeRows} from './samples.js'
import {mergeAndVerify, parquetFolder} from './scratch.js'

const LENGTH = 4
const {io, folder, newPath} = parquetFolder('merge')
const truncated = {'write.metadata.metrics.default': `truncate(${LENGTH})`}

const merge = (
  inputs: readonly DataFile[],
  schema: Schema,
  properties: Readonly<Record<string, string>> = {},
  outputs = 1,
  identity: ReadonlyMap<number, Value> = new Map(),
): Promise<readonly MergedFile[]> => mergeAndVerify({inputs, schema, properties, outputs, identity, newPath})

const table: Schema = {
  type: 'struct',
  fields: [
    {id: 1, name: 'id', required: true, type: 'long'},
    {id: 2, name: 'flag', required: false, type: 'boolean'},
    {id: 3, name: 'ratio', required: false, type: 'double'},
    {id: 4, name: 'cost', required: false, type: 'decimal(9,1)'},
    {id: 5, name: 'price', required: false, type: 'decimal(18,2)'},
    {id: 6, name: 'total', required: false, type: 'decimal(38,4)'},
    {id: 7, name: 'name', required: false, type: 'string'},
    {id: 8, name: 'at', required: false, type: 'timestamptz'},
    {
      id: 9,
      name: 'place',
      required: false,
      type: {
        type: 'struct',
        fields: [
          {id: 10, name: 'name', required: false, type: 'string'},
          {id: 11, name: 'height', required: false, type: 'float'},
        ],
      },
    },
    {id: 12, name: 'tags', required: false, type: {type: 'list', 'element-id': 13, 'element-required': false, element: 'long'}},
    {
      id: 14,
      name: 'scores',
      required: false,
      type: {type: 'map', 'key-id': 15, key: 'string', 'value-id': 16, value: 'double', 'value-required': false},
    },
  ],
}

/** What a type may have been before it was promoted. */
const BEFORE: Readonly<Record<string, string>> = {
  long: 'int',
  double: 'float',
  'decimal(9,1)': 'decimal(5,1)',
  'decimal(18,2)': 'decimal(7,2)',
  'decimal(38,4)': 'decimal(18,4)',
}

function typeBefore(type: Type): Type {
  if (isStruct(type)) return {...type, fields: type.fields.slice(0, 1).map(({name, ...field}) => ({...field, name: `${name}_old`}))}
  if (isList(type)) return {...type, element: typeBefore(type.element)}
  if (isMap(type)) return {...type, value: typeBefore(type.value)}
  return BEFORE[type] ?? type
}

interface FileShape {
  readonly schema: Schema
  readonly codec: string
  readonly hasIds: boolean
  readonly isAvro: boolean
}

/** A file that was written before columns were added, renamed, reordered or promoted; or one of the table as it is. */
const shape: fc.Arbitrary<FileShape> = fc.record({
  schema: fc.oneof(
    fc.constant(table),
    fc.boolean().map((isOld) => renamed(table, isOld ? table.fields.map(({id}) => id) : [1, 7])),
    fc
      .record({
        fields: fc.shuffledSubarray(table.fields.slice(1)).map((others) => [...others, table.fields[0] as StructField]),
        narrow: fc.subarray(table.fields.map(({id}) => id)),
        old: fc.subarray(table.fields.map(({id}) => id)),
      })
      .map(({fields, narrow, old}) => {
        const before = fields.map((field) => (narrow.includes(field.id) ? {...field, type: typeBefore(field.type)} : field))
        return renamed({type: 'struct', fields: before}, old)
      }),
  ),
  codec: fc.constantFrom('zstd', 'snappy', 'gzip', 'uncompressed'),
  hasIds: fc.boolean(),
  isAvro: fc.boolean(),
})

const renamed = ({fields}: StructType, ids: readonly number[]): Schema => ({
  type: 'struct',
  fields: fields.map((field) => (ids.includes(field.id) ? {...field, name: `${field.name}_old`} : field)),
})

/** The table's name mapping: every field by the name that it has and the one that it had. */
const mappingOf = (type: Type): unknown[] => {
  const entry = (id: number, name: string, inner: Type) => ({'field-id': id, names: [name, `${name}_old`], fields: mappingOf(inner)})
  if (isStruct(type)) return type.fields.map((field) => entry(field.id, field.name, field.type))
  if (isList(type)) return [entry(type['element-id'], 'element', type.element)]
  return isMap(type) ? [entry(type['key-id'], 'key', type.key), entry(type['value-id'], 'value', type.value)] : []
}
const mapped = {'schema.name-mapping.default': JSON.stringify(mappingOf(table))}

/** A file's value as the table has it: fields by their ids, null where the file lacks one, numbers as wide as they are now. */
function project(from: Type, to: Type, value: Nested | undefined): Nested {
  if (value === null || value === undefined) return null
  if (isStruct(to)) {
    const given = (from as StructType).fields
    return Object.fromEntries(
      to.fields.map((field) => {
        const own = given.find(({id}) => id === field.id)
        return [field.name, own ? project(own.type, field.type, (value as Row)[own.name]) : null]
      }),
    )
  }
  if (isList(to)) return (value as readonly Nested[]).map((element) => project((from as typeof to).element, to.element, element))
  if (isMap(to)) {
    return (value as readonly Row[]).map((entry) => ({...entry, value: project((from as typeof to).value, to.value, entry['value'])}))
  }
  return to === 'long' ? BigInt(value as number) : value
}

/** Takes the field ids out of a file, and what Iceberg wrote of its schema, as if another engine had written it. */
async function withoutFieldIds(file: DataFile): Promise<DataFile> {
  const all = await readFile(file.filePath)
  const metadata = parquetMetadata(all.buffer.slice(all.byteOffset, all.byteOffset + all.length) as ArrayBuffer)
  const writer = new ByteWriter()
  writer.appendBytes(all.subarray(0, all.length - 8 - metadata.metadata_length))
  const schema = metadata.schema.map(({field_id: _, ...element}) => element)
  // Other engines write statistics without bounds, too.
  const groups = metadata.row_groups.map(({columns, ...group}) => ({
    ...group,
    columns: columns.map((column) => {
      const data = column.meta_data as NonNullable<typeof column.meta_data>
      return {...column, meta_data: {...data, statistics: {null_count: data.statistics?.null_count ?? 0n}}}
    }),
  }))
  writeMetadata(writer, {...metadata, schema, row_groups: groups, key_value_metadata: []})
  writer.appendUint32(0x31524150)
  const bytes = writer.getBytes()
  const filePath = newPath()
  await writeFile(filePath, bytes)
  return {...file, filePath, fileSizeInBytes: bytes.length}
}

async function writeShape({schema, codec, hasIds, isAvro}: FileShape, rowGroups: readonly (readonly Row[])[]): Promise<DataFile> {
  if (isAvro) return writeAvro(io, newPath(), schema, rowGroups.flat(), {hasIds, codec: codec === 'zstd' ? 'zstandard' : 'deflate'})
  const written = await writeRows(io, newPath(), schema, rowGroups, {...truncated, 'write.parquet.compression-codec': codec})
  return hasIds ? written : withoutFieldIds(written)
}

const file = shape.chain((given) =>
  fc.record({
    given: fc.constant(given),
    rowGroups: fc.array(fc.array(rowOf(given.schema), {minLength: 1, maxLength: 6}), {maxLength: 3}),
  }),
)

describe('a merge of files with missing, renamed, reordered and promoted columns, in four codecs and two formats, with and without field ids', () => {
  test('has the rows of its inputs in their order, the table’s field ids, and metrics that are right', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, {minLength: 1, maxLength: 4}),
        fc.integer({min: 1, max: 3}),
        fc.constantFrom(undefined, '1', '2000'),
        async (files, outputs, rowGroupBytes) => {
          const inputs: DataFile[] = []
          for (const {given, rowGroups} of files) {
            inputs.push(await writeShape(given, rowGroups))
          }
          const expected = files.flatMap(({given, rowGroups}) => rowGroups.flat().map((row) => project(given.schema, table, row) as Row))
          const properties = {
            ...truncated,
            ...mapped,
            ...(rowGroupBytes !== undefined && {'write.parquet.row-group-size-bytes': rowGroupBytes}),
          }
          const merged = await merge(inputs, table, properties, outputs)
          expect(merged.length).toBe(outputs)
          let from = 0
          for (const one of merged) {
            const rows = expected.slice(from, from + one.recordCount)
            from += one.recordCount
            const {footer, rows: found} = await readRows(one.path, table)
            expect(found).toEqual(rows.map((row) => showRow(table, row)))
            expectFooter(footer, rows)
            expectMetrics(one, rows, {isExact: rowGroupBytes === undefined, isWhole: outputs === 1})
          }
          expect(from).toBe(expected.length)
        },
      ),
      {numRuns: 80},
    )
  })
})

function expectFooter(footer: FileMetaData, rows: readonly Row[]): void {
  expect(footer.num_rows).toBe(BigInt(rows.length))
  const elements = footer.schema.slice(1).filter(({field_id: id}) => id !== undefined)
  expect(elements.map(({field_id: id}) => id)).toEqual(Array.from({length: 16}, (_, index) => index + 1))
  let from = 0
  for (const {num_rows: count, columns} of footer.row_groups) {
    const own = rows.slice(from, from + Number(count))
    from += own.length
    for (const [index, leaf] of leavesOf(table).entries()) {
      const chunk = columns[index]?.meta_data
      const {values} = shred(table, leaf, own)
      expect(chunk?.path_in_schema.filter((name) => name !== 'list' && name !== 'key_value').join('.')).toBe(leaf.name)
      expect(chunk?.num_values).toBe(BigInt(values.length))
      expect(chunk?.statistics?.null_count).toBe(BigInt(values.filter((value) => value === null).length))
      // hyparquet rounds the bounds of decimals; DuckDB judges those.
      if (leaf.type.startsWith('decimal') || chunk?.statistics?.min_value === undefined) continue
      const {min_value: min, max_value: max} = chunk.statistics
      const numbers = values.filter((value) => value !== null && !Number.isNaN(value)) as Exclude<Value, null>[]
      expect(numbers.filter((value) => isLess(leaf.type, value, min as Value & {}) || isLess(leaf.type, max as Value & {}, value))).toEqual(
        [],
      )
    }
  }
  expect(from).toBe(rows.length)
}

/** Of row groups that are copied, bounds and NaNs are what the manifest said of the whole file: not known, or right for all of it. */
function expectMetrics(merged: MergedFile, rows: readonly Row[], {isExact, isWhole}: {isExact: boolean; isWhole: boolean}): void {
  const found = metricsOf(merged.metrics, table)
  const expected = bruteForce(table, rows, LENGTH)
  if (isExact) expect(found).toEqual(expected)
  for (const [index, {values, nulls, nans, lower, upper, name}] of found.entries()) {
    const right = expected[index]
    expect({name, values, nulls}).toEqual({name, values: right?.values, nulls: right?.nulls})
    if (nans !== undefined) expect({name, nans}).toEqual({name, nans: right?.nans})
    if (!isWhole) continue
    if (lower !== undefined) expect({name, lower}).toEqual({name, lower: right?.lower})
    if (upper !== undefined) expect({name, upper}).toEqual({name, upper: right?.upper})
  }
}

const bytesOf = async (path: string, {columns}: FileMetaData['row_groups'][number]) => {
  const all = await readFile(path)
  return columns.map(({meta_data: chunk}) => {
    const start = Number(chunk?.dictionary_page_offset ?? chunk?.data_page_offset)
    return all.subarray(start, start + Number(chunk?.total_compressed_size)).toString('base64')
  })
}

describe('a large row group', () => {
  const events = schemaOf({
    id: 'long',
    at: 'timestamp',
    raw: 'binary',
    name: 'string',
    ratio: 'double',
    price: 'decimal(18,2)',
    day: 'date',
  })
  const event = (id: number): Row => ({
    id: BigInt(id),
    at: 1_700_000_000_000_000n + BigInt(id) * 1001n,
    raw: Uint8Array.of(0xff, id & 0xff),
    name: id % 7 === 0 ? null : `name ${id}`,
    ratio: id % 11 === 0 ? Number.NaN : id / 3,
    price: 90_071_992_547_409_93n + BigInt(id),
    day: id % 20_000,
  })
  const range = (from: number, to: number) => Array.from({length: to - from}, (_, index) => event(from + index))
  const write = (schema: Schema, rows: readonly Row[], codec: string) =>
    writeRows(io, newPath(), schema, [rows], {'write.parquet.compression-codec': codec})

  test('is copied byte for byte between small ones that are merged, and the metrics are those of all rows', async () => {
    const parts = [range(0, 5), range(5, 9), range(9, 2009), range(2009, 2012), range(2012, 2014)]
    const codecs = ['snappy', 'uncompressed', 'gzip', 'zstd', 'snappy']
    const inputs = await Promise.all(parts.map((rows, index) => write(events, rows, codecs[index] as string)))
    const [merged] = await merge(inputs, events, {'write.parquet.row-group-size-bytes': String(200_000)})
    const {footer, rows} = await readRows(merged?.path as string, events)
    expect(rows).toEqual(parts.flat().map((row) => showRow(events, row)))
    expect(footer.row_groups.map(({columns, num_rows: count}) => [columns[0]?.meta_data?.codec, count])).toEqual([
      ['ZSTD', 9n],
      ['GZIP', 2000n],
      ['ZSTD', 5n],
    ])
    const large = inputs[2] as DataFile
    const before = await readRows(large.filePath, events)
    expect(await bytesOf(merged?.path as string, footer.row_groups[1] as never)).toEqual(
      await bytesOf(large.filePath, before.footer.row_groups[0] as never),
    )
    expect(metricsOf(merged?.metrics ?? {}, events)).toEqual(bruteForce(events, parts.flat(), 16))
  })

  test('has the columns’ new names, and statistics that are exact to the last microsecond and byte, once it is copied', async () => {
    const written = {...events, fields: events.fields.map((field) => ({...field, name: `${field.name}_old`}))}
    const old = (row: Row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [`${name}_old`, value]))
    const rows = range(1, 2000)
    const large = await write(written, rows.map(old), 'zstd')
    const [merged] = await merge([large, await write(events, range(2000, 2001), 'zstd')], events, {
      'write.parquet.row-group-size-bytes': '1000',
    })
    const {footer, rows: found} = await readRows(merged?.path as string, events)
    expect(found).toEqual(range(1, 2001).map((row) => showRow(events, row)))
    const chunks = footer.row_groups[0]?.columns.map(({meta_data: chunk}) => chunk as NonNullable<typeof chunk>) ?? []
    expect(chunks.map(({path_in_schema: [name]}) => name)).toEqual(events.fields.map(({name}) => name))
    const bounds = Object.fromEntries(
      chunks.map(({path_in_schema: [name], statistics}) => [name, [statistics?.min_value, statistics?.max_value]]),
    )
    expect(bounds).toMatchObject({
      id: [1n, 1999n],
      at: [1_700_000_000_001_001n, 1_700_000_002_000_999n],
      raw: [Uint8Array.of(0xff, 0), Uint8Array.of(0xff, 0xff)],
      day: [1, 1999],
      // Rounded ones are none.
      price: [undefined, undefined],
    })
  })
})

describe('a column that a file lacks', () => {
  test('gets the value of an identity partition field, else its initial default, else null', async () => {
    const before = schemaOf({id: 'long'})
    const now: Schema = {
      ...before,
      fields: [
        ...before.fields,
        {id: 2, name: 'region', required: false, type: 'string'},
        {id: 3, name: 'rate', required: true, type: 'decimal(9,2)', 'initial-default': '14.20'},
        {id: 4, name: 'note', required: false, type: 'string'},
      ],
    }
    const inputs = [
      await writeRows(io, newPath(), before, [[{id: 1n}]]),
      await writeRows(io, newPath(), now, [[{id: 2n, region: 'north', rate: 5n, note: 'a'}]]),
    ]
    const [merged] = await merge(inputs, now, {}, 1, new Map([[2, 'north']]))
    expect((await readRows(merged?.path as string, now)).rows).toEqual(
      [
        {id: 1n, region: 'north', rate: 1420n, note: null},
        {id: 2n, region: 'north', rate: 5n, note: 'a'},
      ].map((row) => showRow(now, row)),
    )
  })

  test('is not taken for another that has its name now', async () => {
    const before = schemaOf({a: 'int', b: 'int'})
    const now: Schema = {
      type: 'struct',
      fields: [{...before.fields[0], name: 'b'} as StructField, {...before.fields[1], name: 'a'} as StructField],
    }
    const [merged] = await merge([await writeRows(io, newPath(), before, [[{a: 1, b: 2}]])], now)
    expect((await readRows(merged?.path as string, now)).rows).toEqual([showRow(now, {b: 1, a: 2})])
  })
})

describe('what is not as the manifest says is refused by name, and nothing is left behind', () => {
  const one = schemaOf({id: 'long'})
  const sample = () => writeRows(io, newPath(), one, [[{id: 1n}, {id: 2n}]])
  const attempt = async (input: DataFile, schema = one) => {
    const before = await readdir(folder)
    const failure = await merge([input], schema).catch((error: unknown) => error)
    expect(await readdir(folder)).toEqual(before)
    return failure
  }

  test('another size', async () => {
    const input = await sample()
    const failure = await attempt({...input, fileSizeInBytes: 7})
    const message = `${input.filePath} has ${input.fileSizeInBytes} bytes; its manifest says 7.`
    expect(failure).toMatchObject({code: 'FILE_SIZE_MISMATCH', message})
  })

  test('another number of rows', async () => {
    const input = await sample()
    const message = `${input.filePath} has 2 rows; its manifest says 3.`
    expect(await attempt({...input, recordCount: 3})).toMatchObject({code: 'ROW_COUNT_MISMATCH', message})
  })

  test('no field ids and no name mapping', async () => {
    const input = await withoutFieldIds(await sample())
    const message = expect.stringContaining(input.filePath)
    expect(await attempt(input)).toMatchObject({code: 'NO_FIELD_IDS', exit: 6, message})
  })

  test.each(['string', 'int', 'decimal(9,2)', 'uuid'])('a long that should have become %s', async (type) => {
    const input = await sample()
    const failure = await attempt(input, schemaOf({id: type}))
    expect(failure).toMatchObject({
      code: 'PARQUET_UNSUPPORTED',
      exit: 6,
      message: expect.stringMatching(`^Column id of ${input.filePath} `),
    })
  })
})
