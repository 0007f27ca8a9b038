import {describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import {parsePredicate} from '../../src/scan/parse-predicate.js'
import {compilePredicate} from '../../src/scan/predicate.js'
import {fileMayMatch, manifestMayMatch} from '../../src/scan/prune.js'
import {compareValues} from '../../src/spec/compare-values.js'
import type {DataFile, ManifestFile} from '../../src/spec/manifest.js'
import {partitioner, partitionFields} from '../../src/spec/partition-spec.js'
import {valueToBytes} from '../../src/spec/single-value.js'
import type {Schema, Value} from '../../src/spec/types.js'

const schema: Schema = {
  type: 'struct',
  'schema-id': 0,
  fields: [
    {id: 1, name: 'id', required: true, type: 'long'},
    {id: 2, name: 'name', required: false, type: 'string'},
    {id: 3, name: 'day', required: false, type: 'date'},
    {id: 4, name: 'at', required: false, type: 'timestamp'},
    {id: 5, name: 'price', required: false, type: 'decimal(12,2)'},
    {id: 6, name: 'ratio', required: false, type: 'double'},
    {id: 7, name: 'flag', required: false, type: 'boolean'},
    {id: 8, name: 'place', required: false, type: {type: 'struct', fields: [{id: 9, name: 'City', required: false, type: 'string'}]}},
  ],
}

const row = (values: Record<number, Value>) => (id: number) => values[id] ?? null
const matches = async (text: string, values: Record<number, Value>) => compilePredicate(await parsePredicate(text, schema))(row(values))

describe('a condition', () => {
  test.each([
    ['id = 9007199254740993123', {1: 9007199254740993123n}, true],
    ['id = 9007199254740993123', {1: 9007199254740993124n}, false],
    ['5 < id', {1: 6n}, true],
    ['id IN (1, 2, 3)', {1: 2n}, true],
    ['id NOT IN (1, 2, 3)', {1: 2n}, false],
    ['NOT (id IN (1, 2) OR id > 10)', {1: 5n}, true],
    ["name LIKE 'ab%'", {2: 'abc'}, true],
    ["name NOT LIKE 'ab%'", {2: 'abc'}, false],
    ["name LIKE 'abc'", {2: 'abc'}, true],
    ["day = '1970-01-02'", {3: 1}, true],
    ["day BETWEEN DATE '1970-01-02' AND '1970-01-05'", {3: 5}, false],
    ["day NOT BETWEEN '1970-01-02' AND '1970-01-04'", {3: 4}, true],
    ["at >= '1970-01-01 00:00:01.5'", {4: 1_500_000n}, true],
    ["at < '1970-01-02'", {4: 86_400_000_000n}, false],
    ['price = 12.50', {5: 1250n}, true],
    ['price > 12.5', {5: 1250n}, false],
    ['ratio = 0', {6: -0}, true],
    ['flag', {7: true}, true],
    ['NOT flag', {7: false}, true],
    ["place.City = 'Bern'", {9: 'Bern'}, true],
    ["PLACE.city = 'Bern'", {9: 'Bern'}, true],
    ['name IS NULL', {}, true],
    ['NOT name IS NULL', {}, false],
    ['true', {}, true],
  ] as [string, Record<number, Value>, boolean][])('%s on %p is %p', async (text, values, expected) => {
    expect(await matches(text, values)).toBe(expected)
  })

  test('never matches a null but by IS NULL, negated or not', async () => {
    for (const text of ["name = 'a'", "name != 'a'", "NOT name = 'a'", "name NOT IN ('a')", "NOT name LIKE 'a%'", "name < 'a'"]) {
      expect(await matches(text, {})).toBe(false)
    }
  })

  test.each([
    ['', 'INVALID_PREDICATE'],
    ['id =', 'INVALID_PREDICATE'],
    ['id = id', 'INVALID_PREDICATE'],
    ['id + 1 = 2', 'INVALID_PREDICATE'],
    ["id = 'x'", 'INVALID_PREDICATE'],
    ['id = 1.5', 'INVALID_PREDICATE'],
    ['id = 99999999999999999999', 'INVALID_PREDICATE'],
    ["day = '2024-02-30'", 'INVALID_PREDICATE'],
    ["name LIKE '%x'", 'INVALID_PREDICATE'],
    ['place = 1', 'INVALID_PREDICATE'],
    ['id', 'INVALID_PREDICATE'],
    ['lower(name) = 1', 'INVALID_PREDICATE'],
    ["nmae = 'x'", 'COLUMN_NOT_FOUND'],
  ])('that cannot be understood is refused: %j', async (text, code) => {
    await expect(parsePredicate(text, schema)).rejects.toMatchObject({code, exit: 2})
  })

  test('names the column that was probably meant', async () => {
    await expect(parsePredicate("nmae = 'x'", schema)).rejects.toMatchObject({suggestions: ['did you mean name?']})
  })
})

const operators = fc.constantFrom('=', '!=', '<', '<=', '>', '>=')
const ids = fc.bigInt({min: -30n, max: 30n})
const names = fc.string({unit: fc.constantFrom('a', 'b', '\u{ff5e}', '\u{1f680}'), maxLength: 4})
const days = fc.integer({min: -800, max: 800})
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
const iso = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10)

const leaf = fc.oneof(
  fc.tuple(operators, ids).map(([op, value]) => `id ${op} ${value}`),
  fc.array(ids, {minLength: 1, maxLength: 4}).map((values) => `id IN (${values.join(', ')})`),
  fc.array(ids, {minLength: 1, maxLength: 4}).map((values) => `id NOT IN (${values.join(', ')})`),
  fc.tuple(operators, names).map(([op, value]) => `name ${op} ${quoted(value)}`),
  fc.tuple(fc.constantFrom('LIKE', 'NOT LIKE'), names).map(([op, value]) => `name ${op} ${quoted(`${value}%`)}`),
  fc.constantFrom('name IS NULL', 'name IS NOT NULL', 'ratio IS NULL'),
  fc.tuple(operators, days).map(([op, value]) => `day ${op} ${quoted(iso(value))}`),
  fc.tuple(operators, fc.constantFrom('0', '1.5', '-2')).map(([op, value]) => `ratio ${op} ${value}`),
)
const {condition} = fc.letrec<{condition: string}>((tie) => ({
  condition: fc.oneof(
    {maxDepth: 3},
    leaf,
    fc.tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('condition').map((inner) => `NOT (${inner})`),
  ),
}))

const rows = fc.array(
  fc.record({
    id: ids,
    name: fc.option(names),
    day: fc.option(days),
    ratio: fc.option(fc.oneof(fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY), fc.double({noNaN: true, min: -3, max: 3}))),
  }),
  {minLength: 1, maxLength: 6},
)

const spec = {
  'spec-id': 0,
  fields: [
    {'source-id': 1, 'field-id': 1000, name: 'id_bucket', transform: 'bucket[4]'},
    {'source-id': 3, 'field-id': 1001, name: 'day_month', transform: 'month'},
    {'source-id': 2, 'field-id': 1002, name: 'name_trunc', transform: 'truncate[2]'},
    {'source-id': 6, 'field-id': 1003, name: 'ratio', transform: 'identity'},
    {'source-id': 1, 'field-id': 1004, name: 'id_null', transform: 'void'},
  ],
}
const fields = partitionFields(spec, [schema])
const partitionOf = partitioner(fields)
const TYPES = new Map(schema.fields.map(({id, type}) => [id, type as string]))

function summarise(values: readonly Value[], type: string) {
  const present = values.filter((value) => value !== null && !Number.isNaN(value)) as Exclude<Value, null>[]
  const sorted = present.toSorted(compareValues(type))
  return {
    nulls: values.filter((value) => value === null).length,
    nans: values.filter((value) => Number.isNaN(value)).length,
    lower: sorted.length > 0 ? valueToBytes(type, sorted[0] as Exclude<Value, null>) : undefined,
    upper: sorted.length > 0 ? valueToBytes(type, sorted.at(-1) as Exclude<Value, null>) : undefined,
  }
}

describe('pruning', () => {
  test('never drops a file with a row that matches', async () => {
    await fc.assert(
      fc.asyncProperty(condition, rows, fc.boolean(), async (text, given, withMetrics) => {
        const predicate = await parsePredicate(text, schema)
        const accepts = compilePredicate(predicate)
        const values = given.map(({id, name, day, ratio}) => ({1: id, 2: name, 3: day, 6: ratio}) as Record<number, Value>)
        const [first] = values
        const partition = partitionOf(row(first as Record<number, Value>))
        const same = values.filter((candidate) => JSON.stringify(partitionOf(row(candidate)), text64) === JSON.stringify(partition, text64))
        const file = withMetrics ? fileOf(same, partition) : {...fileOf(same, partition), lowerBounds: new Map(), upperBounds: new Map()}
        const hit = same.some((candidate) => accepts(row(candidate)))
        expect(!hit || fileMayMatch(predicate, file, fields)).toBe(true)
        expect(!hit || manifestMayMatch(predicate, manifestOf(partition), fields)).toBe(true)
      }),
      {numRuns: 600},
    )
  })

  test('drops a file by its partition, and by its bounds', async () => {
    const file = fileOf([{1: 5n, 2: 'mango', 3: 40, 6: 1}], partitionOf(row({1: 5n, 2: 'mango', 3: 40, 6: 1})))
    for (const text of ['id > 5', "name LIKE 'z%'", "day < '1970-01-15'", 'ratio IS NULL', 'id = 6', "name = 'man'"]) {
      expect([text, fileMayMatch(await parsePredicate(text, schema), file, fields)]).toEqual([text, false])
    }
  })
})

const text64 = (_key: string, value: unknown) =>
  typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : Number.isNaN(value) ? 'NaN' : value

function fileOf(values: readonly Record<number, Value>[], partition: readonly Value[]): DataFile {
  const columns = [1, 2, 3, 6].map((id) => ({
    id,
    ...summarise(
      values.map((value) => value[id] ?? null),
      TYPES.get(id) as string,
    ),
  }))
  const known = <T>(of: (column: (typeof columns)[number]) => T | undefined) =>
    new Map(columns.flatMap((column) => (of(column) === undefined ? [] : [[column.id, of(column) as T] as const])))
  return {
    content: 'data',
    filePath: 'f',
    fileFormat: 'PARQUET',
    specId: 0,
    partition,
    recordCount: values.length,
    fileSizeInBytes: 1,
    valueCounts: known(() => values.length),
    nullValueCounts: known(({nulls}) => nulls),
    nanValueCounts: known(({id, nans}) => (id === 6 ? nans : undefined)),
    lowerBounds: known(({lower}) => lower),
    upperBounds: known(({upper}) => upper),
  }
}

function manifestOf(partition: readonly Value[]): ManifestFile {
  const partitions = fields.map(({type}, index) => {
    const {nulls, nans, lower, upper} = summarise([partition[index] ?? null], type)
    return {
      containsNull: nulls > 0,
      containsNan: nans > 0,
      ...(lower && {lowerBound: lower}),
      ...(upper && {upperBound: upper}),
    }
  })
  return {partitions} as unknown as ManifestFile
}
