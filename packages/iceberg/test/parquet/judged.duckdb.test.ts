import {execFileSync} from 'node:child_process'
import {join} from 'node:path'
import {expect, test} from '@jest/globals'
import fc from 'fast-check'
import {leavesOf} from '../../src/parquet/leaves.js'
import type {PrimitiveType, Schema, StructField, Value} from '../../src/spec/types.js'
import {required} from '../support/required.js'
import {isLess} from './brute-force.js'
import {type Row, rowOf, schemaOf, shred, TYPES, writeRows} from './samples.js'
import {merge, parquetFolder} from './scratch.js'

const {io, folder, newPath} = parquetFolder('duckdb')

const flat = schemaOf(Object.fromEntries(TYPES.map((type, index) => [`column_${index}`, type])))
const schema: Schema = {
  type: 'struct',
  fields: [
    ...flat.fields,
    {id: 50, name: 'place', required: false, type: {type: 'struct', fields: [{id: 51, name: 'name', required: false, type: 'string'}]}},
    {id: 52, name: 'tags', required: false, type: {type: 'list', 'element-id': 53, 'element-required': false, element: 'long'}},
    {
      id: 54,
      name: 'scores',
      required: false,
      type: {type: 'map', 'key-id': 55, key: 'string', 'value-id': 56, value: 'decimal(38,10)', 'value-required': false},
    },
  ],
}

/** DuckDB's days and times have narrower limits than Iceberg's integers, and it has no nanoseconds with a time zone. */
const within = (type: string): fc.Arbitrary<number | bigint> => {
  if (type === 'timestamptz_ns') return fc.bigInt({min: -(2n ** 52n), max: 2n ** 52n}).map((value) => value * 1000n)
  if (type === 'date') return fc.integer({min: -1_000_000, max: 1_000_000})
  if (type === 'time') return fc.bigInt({min: 0n, max: 86_399_999_999n})
  return fc.bigInt({min: -(2n ** 62n), max: 2n ** 62n})
}
const limited = flat.fields.filter(({type}) => /^(date|time)/.test(type as string))
const row = fc
  .tuple(rowOf(schema), fc.record(Object.fromEntries(limited.map(({name, type}) => [name, fc.option(within(type as string), {freq: 4})]))))
  .map(([all, times]): Row => ({...all, ...times}))
const sample = (seed: number, count: number) => fc.sample(row, {seed, numRuns: count})

function query(statements: readonly string[]): readonly (readonly (readonly (string | number | null)[])[])[] {
  const program = 'import duckdb, json, sys; print(json.dumps([duckdb.execute(sql).fetchall() for sql in sys.argv[1:]]))'
  return JSON.parse(
    execFileSync(required('PHLO_TEST_DUCKDB'), ['-c', program, ...statements], {encoding: 'utf8', maxBuffer: 64 * 1024 ** 2}),
  )
}

/** A value as SQL text that keeps all of it. */
function textOf(type: PrimitiveType, sql: string): string {
  if (type === 'string') return `hex(encode(${sql}))`
  if (type === 'binary' || type.startsWith('fixed')) return `hex(${sql})`
  if (type === 'date') return `(${sql} - DATE '1970-01-01')::VARCHAR`
  if (type.endsWith('_ns')) return `epoch_ns(${sql})::VARCHAR`
  if (type.startsWith('time')) return `epoch_us(${sql})::VARCHAR`
  return type === 'float' ? `${sql}::DOUBLE::VARCHAR` : `${sql}::VARCHAR`
}

/** The same text of a value of ours. */
function textOfOurs(type: PrimitiveType, value: Exclude<Value, null> | undefined): string | null {
  if (value === undefined) return null
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex').toUpperCase()
  if (type === 'string')
    return Buffer.from(value as string)
      .toString('hex')
      .toUpperCase()
  return String(value)
}

/** What is only written differently: decimals without their point, numbers as JavaScript writes them. */
function same(type: PrimitiveType, text: string | number | null | undefined): string | number | null | undefined {
  if (typeof text !== 'string') return text
  if (type.startsWith('decimal')) return String(BigInt(text.replace('.', '')))
  if (type === 'float' || type === 'double') return String(Number(text.replace('inf', 'Infinity')) + 0)
  return text
}

/** Text of a value as a constant, so that DuckDB looks at a row group's statistics before its values. */
function literal(type: PrimitiveType, text: string): string {
  if (type === 'string') return `decode(unhex('${text}'))`
  if (type === 'binary' || type.startsWith('fixed')) return `unhex('${text}')`
  if (type === 'date') return `(DATE '1970-01-01' + (${text}))`
  if (type === 'timestamp_ns') return `make_timestamp_ns(${text})`
  if (type === 'timestamp') return `make_timestamp(${text})`
  return `'${text}'::${type === 'long' ? 'BIGINT' : type}`
}

/** Types of which a constant can be written that is exactly a value. */
const isFound = (type: PrimitiveType) => !/^(time$|timestamptz|float|double|boolean)/.test(type)

const presentOf = (field: StructField, rows: readonly Row[]) =>
  rows.map((one) => one[field.name] as Value).filter((value) => value !== null && !Number.isNaN(value)) as Exclude<Value, null>[]

function judge(path: string, rows: readonly Row[]): void {
  const from = `FROM read_parquet('${path}')`
  const figures = flat.fields.map(({name, type}) => {
    const isNumber = type === 'float' || type === 'double' ? `FILTER (NOT isnan(${name}))` : ''
    const extreme = (which: string) => textOf(type as string, `(${which}(${name}) ${isNumber})`)
    return `SELECT count(*), count(${name}), ${extreme('min')}, ${extreme('max')} ${from}`
  })
  const nested = `SELECT count(place), count(place.name), count(tags), sum(len(tags))::BIGINT, sum(list_sum(tags)::HUGEINT)::VARCHAR,
    count(scores), sum(cardinality(scores))::BIGINT ${from}`
  const ids = `SELECT field_id FROM parquet_schema('${path}') WHERE field_id IS NOT NULL`
  const found = query([...figures, nested, ids])
  const constants: string[] = []
  const counts: number[] = []
  for (const [index, field] of flat.fields.entries()) {
    const type = field.type as string
    const present = presentOf(field, rows)
    const least = present.length === 0 ? undefined : present.reduce((a, b) => (isLess(type, b, a) ? b : a))
    const most = present.length === 0 ? undefined : present.reduce((a, b) => (isLess(type, a, b) ? b : a))
    const [count, nonNull, min, max] = found[index]?.[0] ?? []
    expect({type, count, nonNull, min: same(type, min), max: same(type, max)}).toEqual({
      type,
      count: rows.length,
      nonNull: rows.filter((one) => one[field.name] !== null).length,
      min: same(type, textOfOurs(type, least)),
      max: same(type, textOfOurs(type, most)),
    })
    for (const [text, value] of [[min, least] as const, [max, most] as const]) {
      if (!isFound(type) || value === undefined) continue
      constants.push(`SELECT count(*) ${from} WHERE ${field.name} = ${literal(type, String(text))}`)
      counts.push(present.filter((other) => !isLess(type, other, value) && !isLess(type, value, other)).length)
    }
  }
  expect(query(constants).map((answer) => answer[0]?.[0])).toEqual(counts)
  const values = (name: string) =>
    leavesOf(schema)
      .flatMap((leaf) => (leaf.name === name ? shred(schema, leaf, rows).values : []))
      .filter((value) => value !== null)
  const present = (name: string) => rows.map((one) => one[name]).filter((value) => value !== null)
  const lengths = (name: string) => present(name).reduce((sum: number, value) => sum + (value as readonly unknown[]).length, 0)
  expect(found[flat.fields.length]?.[0]).toEqual([
    present('place').length,
    values('place.name').length,
    present('tags').length,
    lengths('tags'),
    String(values('tags.element').reduce((sum: bigint, value) => sum + (value as bigint), 0n)),
    present('scores').length,
    lengths('scores'),
  ])
  expect(found[flat.fields.length + 1]?.map(([id]) => id)).toEqual([...flat.fields.map(({id}) => id), 50, 51, 52, 53, 54, 55, 56])
}

test.each(['zstd', 'snappy', 'gzip', 'uncompressed'])(
  'DuckDB reads every type from a file in %s, and finds each bound by its value',
  async (codec) => {
    const rows = sample(7, 400)
    const path = join(folder, `${codec}.parquet`)
    await writeRows(io, path, schema, [rows.slice(0, 150), rows.slice(150)], {'write.parquet.compression-codec': codec})
    judge(path, rows)
  },
)

test('DuckDB reads every type from a merged file, of which some row groups were copied', async () => {
  const parts = [sample(1, 20), sample(2, 300), sample(3, 20), sample(4, 300)]
  const inputs = await Promise.all(parts.map((rows) => writeRows(io, newPath(), schema, [rows])))
  const properties = {'write.parquet.row-group-size-bytes': '150000'}
  const [merged] = await merge({inputs, schema, properties, newPath})
  expect(merged?.splitOffsets.length).toBe(parts.length)
  judge(merged?.path ?? '', parts.flat())
})

test('DuckDB finds every value by the Bloom filters of written and merged files, and leaves row groups out by them', async () => {
  const two = schemaOf({id: 'long', name: 'string', amount: 'decimal(30,2)', at: 'timestamp'})
  const rowsFrom = (from: number) =>
    Array.from(
      {length: 2000},
      (_, at): Row => ({id: BigInt(2 * (from + at)), name: `name ${2 * (from + at)}`, amount: BigInt(at), at: BigInt(at)}),
    )
  const properties = Object.fromEntries(two.fields.map(({name}) => [`write.parquet.bloom-filter-enabled.column.${name}`, 'true']))
  const inputs = [
    await writeRows(io, newPath(), two, [rowsFrom(0)], properties),
    await writeRows(io, newPath(), two, [rowsFrom(2000)], properties),
  ]
  const [merged] = await merge({inputs, schema: two, properties, newPath})
  const excludes = (path: string, column: string, value: string) =>
    `SELECT CAST(bloom_filter_excludes AS INT) FROM parquet_bloom_probe('${path}', '${column}', ${value})`
  for (const {path, ids} of [
    {path: inputs[0]?.filePath ?? '', ids: [0, 2, 3998]},
    {path: merged?.path ?? '', ids: [0, 3998, 4000, 7998]},
  ]) {
    const present = ids.flatMap((id) => [excludes(path, 'id', `${id}::BIGINT`), excludes(path, 'name', `'name ${id}'`)])
    expect(query(present).flat(2)).toEqual(present.map(() => 0))
    const odd = Array.from({length: 100}, (_, at) => 2 * at + 1)
    const absent = odd.flatMap((id) => [excludes(path, 'id', `${id}::BIGINT`), excludes(path, 'name', `'name ${id}'`)])
    const left = query(absent).flat(2)
    expect(left.length).toBe(200)
    expect(left.filter((isLeft) => isLeft === 1).length).toBeGreaterThan(185)
    const [counts] = query([`SELECT count(bloom_filter_offset), count(*) FROM parquet_metadata('${path}')`])
    expect(counts).toEqual([[4, 4]])
  }
})
