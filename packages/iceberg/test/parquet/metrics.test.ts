import {stat} from 'node:fs/promises'
import {describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import {type Leaf, leavesOf} from '../../src/parquet/leaves.js'
import {createParquetFile, parquetWriteOptions} from '../../src/parquet/write-file.js'
import type {Schema, Value} from '../../src/spec/types.js'
import {bruteForce, encode, following, metricsOf, unitsOf} from './brute-force.js'
import {readRows, rowOf, schemaOf, showRow, TYPES, writeRows} from './samples.js'
import {parquetFolder} from './scratch.js'

const LENGTH = 4
const {io, newPath} = parquetFolder('metrics')
const truncated = {'write.metadata.metrics.default': `truncate(${LENGTH})`}

/** Every primitive type, and leaves at any depth of structs, lists and maps. */
const schema: Schema = {
  type: 'struct',
  fields: [
    ...schemaOf(Object.fromEntries(TYPES.map((type, index) => [`column_${index}`, type]))).fields,
    {id: 50, name: 'id', required: true, type: 'long'},
    {
      id: 51,
      name: 'place',
      required: false,
      type: {
        type: 'struct',
        fields: [
          {id: 52, name: 'name', required: false, type: 'string'},
          {id: 53, name: 'height', required: true, type: 'double'},
        ],
      },
    },
    {
      id: 54,
      name: 'tags',
      required: false,
      type: {
        type: 'list',
        'element-id': 55,
        'element-required': false,
        element: {type: 'list', 'element-id': 56, 'element-required': false, element: 'float'},
      },
    },
    {
      id: 57,
      name: 'scores',
      required: true,
      type: {type: 'map', 'key-id': 58, key: 'string', 'value-id': 59, value: 'decimal(18,4)', 'value-required': false},
    },
  ],
}

describe('the metrics of a written file', () => {
  test('are what brute force over its rows finds, whatever the types and however deep', async () => {
    const rowGroups = fc.array(fc.array(rowOf(schema), {minLength: 1, maxLength: 12}), {maxLength: 3})
    await fc.assert(
      fc.asyncProperty(rowGroups, async (groups) => {
        const path = newPath()
        const file = await writeRows(io, path, schema, groups, truncated)
        const rows = groups.flat()
        expect(metricsOf(file, schema)).toEqual(bruteForce(schema, rows, LENGTH))
        const {footer, rows: found} = await readRows(path, schema)
        expect(found).toEqual(rows.map((row) => showRow(schema, row)))
        expect(file).toMatchObject({recordCount: rows.length, fileSizeInBytes: (await stat(path)).size})
        const chunks = footer.row_groups.map(({columns}) => columns.map(({meta_data: chunk}) => chunk as NonNullable<typeof chunk>))
        const begins = chunks.map(([first]) => Number(first?.dictionary_page_offset ?? first?.data_page_offset))
        expect(file.splitOffsets).toEqual(begins)
        const sizes = leavesOf(schema).map(({fieldId}, index) => [
          fieldId,
          chunks.reduce((sum, columns) => sum + Number(columns[index]?.total_compressed_size), 0),
        ])
        expect([...(file.columnSizes ?? [])]).toEqual(sizes)
      }),
      {numRuns: 60},
    )
  })

  // Brute force alone says what a bound is; this says what a bound is for.
  test.each(['string', 'binary'])('bounds of type %s hold every value, in no more than the length they may have', async (type) => {
    const one = schemaOf({value: type})
    const rows = fc.array(rowOf(one), {minLength: 1, maxLength: 8})
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({min: 1, max: 20}), async (given, length) => {
        const properties = {'write.metadata.metrics.column.value': `truncate(${length})`}
        const {lowerBounds, upperBounds} = await writeRows(io, newPath(), one, [given], properties)
        const [lower, upper] = [lowerBounds?.get(1), upperBounds?.get(1)]
        const present = given.flatMap(({value}) => (value === null ? [] : [encode(type, value as Exclude<Value, null>)]))
        expect(lower === undefined).toBe(present.length === 0)
        for (const bound of [lower, upper]) expect(unitsOf(type, bound ?? new Uint8Array()).length).toBeLessThanOrEqual(length)
        for (const value of present) {
          expect(Buffer.compare(lower as Uint8Array, value)).toBeLessThanOrEqual(0)
          if (upper) expect(Buffer.compare(upper, value)).toBeGreaterThanOrEqual(0)
        }
        const isEndless = (value: Buffer) => {
          const units = unitsOf(type, value)
          return units.length > length && units.slice(0, length).every((unit) => following(type, unit) === undefined)
        }
        expect(upper === undefined).toBe(present.length === 0 || present.some(isEndless))
      }),
      {numRuns: 150},
    )
  })
})

const only = (value: string) => [[{id: 1n, name: value, ratio: Number.NaN}]]
const named = schemaOf({id: 'long', name: 'string', ratio: 'double'})

test('an upper bound is the next text after the cut, without surrogates, and is left out where there is none', async () => {
  const upperOf = async (value: string) => {
    const {upperBounds} = await writeRows(io, newPath(), named, only(value), {'write.metadata.metrics.default': 'truncate(2)'})
    const bound = upperBounds?.get(2)
    return bound && Buffer.from(bound).toString('utf8')
  }
  expect(await upperOf('ab')).toBe('ab')
  expect(await upperOf('abc')).toBe('ac')
  expect(await upperOf('a\ud7ffc')).toBe('a\ue000')
  expect(await upperOf('a\uffffc')).toBe('a\u{10000}')
  expect(await upperOf('😀😀😀')).toBe('😀😁')
  expect(await upperOf('a\u{10ffff}c')).toBe('b')
  expect(await upperOf('\u{10ffff}\u{10ffff}')).toBe('\u{10ffff}\u{10ffff}')
  expect(await upperOf('\u{10ffff}\u{10ffff}c')).toBeUndefined()
})

test('text that is not UTF-8 is counted and has no bounds', async () => {
  const one = schemaOf({name: 'string'})
  const [leaf] = leavesOf(one) as [Leaf]
  const writer = await createParquetFile(io, newPath(), one, parquetWriteOptions({}, one))
  await writer.writeRowGroup(2, () => ({leaf, values: [Uint8Array.of(0xff, 0x61), null], definitionLevels: Uint8Array.of(1, 0), rows: 2}))
  const {metrics} = await writer.close()
  expect(metrics.nullValueCounts?.get(1)).toBe(1)
  expect(metrics.lowerBounds?.has(1)).toBe(false)
  expect(metrics.upperBounds?.has(1)).toBe(false)
})

describe('write.metadata.metrics.*', () => {
  const text = 'a text of more than sixteen characters'
  const recorded = async (properties: Readonly<Record<string, string>>) => {
    const file = await writeRows(io, newPath(), named, only(text), properties)
    expect([...(file.columnSizes?.keys() ?? [])]).toEqual([1, 2, 3])
    return {
      counts: [...(file.valueCounts?.keys() ?? [])],
      nulls: [...(file.nullValueCounts?.keys() ?? [])],
      nans: [...(file.nanValueCounts?.keys() ?? [])],
      bounds: [...(file.lowerBounds?.keys() ?? [])],
      name: file.lowerBounds?.has(2) ? Buffer.from(file.lowerBounds.get(2) as Uint8Array).toString() : undefined,
    }
  }
  const all = {counts: [1, 2, 3], nulls: [1, 2, 3], nans: [3], bounds: [1, 2]}

  test('records counts, and bounds of at most 16 characters, where nothing is asked for', async () => {
    expect(await recorded({})).toEqual({...all, name: text.slice(0, 16)})
  })

  test('records as much of each column as its mode says', async () => {
    expect(await recorded({'write.metadata.metrics.default': 'full'})).toEqual({...all, name: text})
    expect(await recorded({'write.metadata.metrics.default': 'Truncate(5)'})).toEqual({...all, name: 'a tex'})
    expect(await recorded({'write.metadata.metrics.default': 'counts'})).toEqual({...all, bounds: [], name: undefined})
    expect(await recorded({'write.metadata.metrics.default': 'none'})).toEqual({
      counts: [],
      nulls: [],
      nans: [],
      bounds: [],
      name: undefined,
    })
    const mixed = {'write.metadata.metrics.default': 'none', 'write.metadata.metrics.column.name': 'full'}
    expect(await recorded(mixed)).toEqual({counts: [2], nulls: [2], nans: [], bounds: [2], name: text})
    const without = {'write.metadata.metrics.column.name': 'none', 'write.metadata.metrics.column.ratio': 'counts'}
    expect(await recorded(without)).toEqual({counts: [1, 3], nulls: [1, 3], nans: [3], bounds: [1], name: undefined})
  })

  test('records nothing of the columns after the first 100, or as many as the table says, unless it has a default', async () => {
    const wide = schemaOf(Object.fromEntries(Array.from({length: 103}, (_, index) => [`c${index}`, 'int'])))
    const rows = [[Object.fromEntries(wide.fields.map(({name}) => [name, 7]))]]
    const counted = async (properties: Readonly<Record<string, string>>) =>
      [...((await writeRows(io, newPath(), wide, rows, properties)).valueCounts?.keys() ?? [])].length
    expect(await counted({})).toBe(100)
    expect(await counted({'write.metadata.metrics.max-inferred-column-defaults': '2'})).toBe(2)
    expect(await counted({'write.metadata.metrics.column.c102': 'counts'})).toBe(101)
    expect(await counted({'write.metadata.metrics.default': 'counts'})).toBe(103)
  })

  test.each(['truncate(0)', 'truncate()', 'truncate(-1)', 'some', ''])('refuses the mode %j by name', async (mode) => {
    const key = 'write.metadata.metrics.column.name'
    await expect(async () => parquetWriteOptions({[key]: mode}, named)).rejects.toMatchObject({
      code: 'INVALID_PROPERTY',
      exit: 2,
      message: `Table property ${key} is ${JSON.stringify(mode)}; it has to be none, counts, full or truncate(<length>).`,
    })
  })
})
