import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {engine} from '@phlo/engine-duckdb'
import fc from 'fast-check'
import {localFileIO} from '../../iceberg/src/io/local.js'
import {leavesOf, type PhysicalValue} from '../../iceberg/src/parquet/leaves.js'
import type {RowOrder} from '../../iceberg/src/sort/row-order.js'
import {refusalOf, type SortingEngine, sortByEngine} from '../../iceberg/src/sort/sort-by-engine.js'
import {sortRows} from '../../iceberg/src/sort/sort-rows.js'
import type {Schema} from '../../iceberg/src/spec/types.js'
import type {RowBatch} from '../../iceberg/src/write/row-batch.js'
import {leafValues, type Row, rowOf, schemaOf, TYPES, writeRows} from '../../iceberg/test/parquet/samples.js'
import {fieldOf} from '../../iceberg/test/sort/reference.js'

const duckdb = engine as SortingEngine
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phlo-test-engine-'))
})
afterAll(() => rm(folder, {recursive: true}))

const held = TYPES.filter((type) => refusalOf(duckdb, schemaOf({c: type}), 2 ** 29) === undefined)
/** A column of every type, and the same within a struct, beside lists and maps of them. */
const schema: Schema = schemaOf({
  ...Object.fromEntries(held.map((type, index) => [`c${index}`, type])),
  'Odd "name"': 'int',
  'odd "NAME"': 'int',
  file_row_number: 'long',
  inner: {type: 'struct', fields: held.map((type, index) => ({id: 100 + index, name: `c${index}`, required: index % 4 === 0, type}))},
  tags: {type: 'list', 'element-id': 200, element: 'string', 'element-required': false},
  props: {type: 'map', 'key-id': 201, key: 'int', 'value-id': 202, value: 'double', 'value-required': false},
})

async function* inBatches(own: Schema, rows: readonly Row[]): AsyncIterable<RowBatch> {
  if (rows.length > 0) yield {rows: rows.length, column: (leaf) => leafValues(own, leaf, rows)}
}

/** Every value and level of the rows, in their order; a float by its bits. */
async function collect(own: Schema, batches: AsyncIterable<RowBatch>): Promise<unknown> {
  const leaves = leavesOf(own)
  const found = leaves.map(({name}) => ({name, entries: [] as unknown[]}))
  const shown = (value: PhysicalValue) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : Object.is(value, -0) ? '-0' : String(value)
  for await (const batch of batches) {
    for (const [index, leaf] of leaves.entries()) {
      const {values, definitionLevels, repetitionLevels} = batch.column(leaf)
      for (let at = 0; at < values.length; at++) {
        const levels = [definitionLevels?.[at] ?? leaf.maxDefinitionLevel, repetitionLevels?.[at] ?? 0]
        found[index]?.entries.push([shown(values[at] as PhysicalValue), ...levels])
      }
    }
  }
  return found
}

let files = 0
const fileOf = (own: Schema, rows: readonly Row[]) => writeRows(localFileIO(), join(folder, `rows-${files++}.parquet`), own, [rows])

const signal = new AbortController().signal

/** What DuckDB makes of rows, read by Phlo. */
async function byDuckDB(own: Schema, parts: readonly (readonly Row[])[], order: RowOrder, memoryLimit = 2 ** 28): Promise<unknown> {
  const inputs = await Promise.all(parts.map((rows) => fileOf(own, rows)))
  const request = {
    io: localFileIO(),
    inputs,
    schema: own,
    identity: new Map(),
    properties: {},
    signal,
    order,
    memoryLimit,
    tempFolder: folder,
  }
  const sorted = await sortByEngine(duckdb, request)
  try {
    return await collect(own, sorted?.batches() ?? inBatches(own, []))
  } finally {
    await sorted?.close()
    for (const {filePath} of inputs) await rm(filePath)
  }
}

const byPhlo = (own: Schema, parts: readonly (readonly Row[])[], order: RowOrder) =>
  collect(
    own,
    sortRows({
      order,
      schema: own,
      batches: inBatches(own, parts.flat()),
      memoryLimit: 2 ** 30,
      batchBytes: 2 ** 20,
      signal,
      tempFolder: folder,
    }),
  )

const columns = leavesOf(schema).filter(({maxRepetitionLevel}) => maxRepetitionLevel === 0)
const sorts: fc.Arbitrary<RowOrder> = fc
  .uniqueArray(fc.nat(columns.length - 1), {minLength: 1, maxLength: 4})
  .chain((places) => fc.tuple(...places.map((place) => fieldOf(columns[place]?.fieldId as number, columns[place]?.type as string))))
  .map((fields) => ({kind: 'sort', text: 'some columns', fields}))
const identities = sorts.map(
  (order): RowOrder =>
    order.kind === 'sort' ? {...order, fields: order.fields.map((field) => ({...field, transform: 'identity'}))} : order,
)
const zOrders: fc.Arbitrary<RowOrder> = fc
  .uniqueArray(fc.constantFrom(...columns.map(({fieldId}) => fieldId)), {minLength: 1, maxLength: 3})
  .map((ids) => ({kind: 'zorder', text: 'a curve', columns: ids, varLength: 4, constant: []}))

describe('rows of every type that DuckDB holds', () => {
  const rows = fc.array(fc.array(rowOf(schema), {minLength: 1, maxLength: 12}), {minLength: 1, maxLength: 3})
  test.each([
    ['columns', identities],
    ['transforms', sorts],
    ['z-values', zOrders],
  ])('come out by %s as Phlo sorts them, to the last bit', async (_, orders) => {
    await fc.assert(
      fc.asyncProperty(rows, orders, async (parts, order) => {
        expect(await byDuckDB(schema, parts, order)).toEqual(await byPhlo(schema, parts, order))
      }),
      {numRuns: 40, endOnFailure: true},
    )
    expect(await readdir(folder)).toEqual([])
  })

  test('keep both zeros of a column', async () => {
    const own = schemaOf({
      id: 'int',
      price: 'double',
      size: {type: 'struct', fields: [{id: 10, name: 'w', required: false, type: 'float'}]},
    })
    const rows = [0, -0, 0, -0, Number.NaN, -0].map((price, id): Row => ({id: 10 - id, price, size: {w: -price}}))
    for (const id of [1, 2]) {
      const order: RowOrder = {
        kind: 'sort',
        text: 'a column',
        fields: [{'source-id': id, transform: 'identity', direction: 'asc', 'null-order': 'nulls-first'}],
      }
      expect(await byDuckDB(own, [rows], order)).toEqual(await byPhlo(own, [rows], order))
    }
  })
})
