import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import {leavesOf, type PhysicalValue} from '../../src/parquet/leaves.js'
import {inOrder} from '../../src/sort/check-order.js'
import type {RowOrder} from '../../src/sort/row-order.js'
import {type SortRequest, sortRows} from '../../src/sort/sort-rows.js'
import type {SortField} from '../../src/spec/table-metadata.js'
import type {Schema, StructType, Value} from '../../src/spec/types.js'
import type {RowBatch} from '../../src/write/row-batch.js'
import {leafValues, type Row, rowOf, schemaOf, TYPES} from '../parquet/samples.js'
import {compareByField, fieldOf} from './reference.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phlo-test-sort-'))
})
afterAll(() => rm(folder, {recursive: true}))

/** A column of every type, some of them in a struct, and lists and maps that are carried along. */
const primitive = TYPES.map((type, index) => ({id: index + 1, name: `c${index}`, required: false, type}))
const inner: StructType = {type: 'struct', fields: primitive.slice(11).map((field) => ({...field}))}
const schema: Schema = {
  type: 'struct',
  fields: [
    ...primitive.slice(0, 11),
    {id: 50, name: 'inner', required: false, type: inner},
    {id: 51, name: 'tags', required: false, type: {type: 'list', 'element-id': 52, element: 'string', 'element-required': false}},
    {
      id: 53,
      name: 'props',
      required: false,
      type: {type: 'map', 'key-id': 54, key: 'int', 'value-id': 55, value: 'double', 'value-required': false},
    },
  ],
}

const sourceOf = (row: Row, id: number): Value => {
  const {name} = primitive[id - 1] as (typeof primitive)[number]
  return ((id > 11 ? ((row['inner'] ?? {}) as Row) : row)[name] ?? null) as Value
}

/** The rows as a sort has to give them back: by the plain comparison, those that are alike as they came. */
const expected = (rows: readonly Row[], fields: readonly SortField[]) =>
  rows.toSorted((left, right) => {
    for (const field of fields) {
      const id = field['source-id']
      const order = compareByField(field, primitive[id - 1]?.type ?? '', sourceOf(left, id), sourceOf(right, id))
      if (order !== 0) return order
    }
    return 0
  })

async function* inBatches(own: Schema, rows: readonly Row[], size: number): AsyncIterable<RowBatch> {
  for (let at = 0; at < rows.length; at += size) {
    const part = rows.slice(at, at + size)
    yield {rows: part.length, column: (leaf) => leafValues(own, leaf, part)}
  }
}

type Given = Pick<SortRequest, 'order' | 'schema' | 'batches'> & Partial<SortRequest>

const sorting = (given: Given) =>
  sortRows({memoryLimit: 2 ** 30, batchBytes: 2 ** 20, signal: new AbortController().signal, tempFolder: folder, ...given})

/** The values and levels of every leaf, batch after batch. */
async function collect(own: Schema, batches: AsyncIterable<RowBatch>) {
  const leaves = leavesOf(own).map((leaf) => ({
    leaf,
    values: [] as PhysicalValue[],
    definition: [] as number[],
    repetition: [] as number[],
  }))
  for await (const batch of batches) {
    for (const {leaf, values, definition, repetition} of leaves) {
      const {definitionLevels, repetitionLevels, ...column} = batch.column(leaf)
      values.push(...(column.values as PhysicalValue[]))
      const entries = column.values.length
      definition.push(...(definitionLevels ?? new Uint8Array(entries).fill(leaf.maxDefinitionLevel)))
      repetition.push(...(repetitionLevels ?? new Uint8Array(entries)))
    }
  }
  return leaves.map(({leaf, values, ...levels}) => ({
    name: leaf.name,
    values: values.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : Object.is(value, -0) ? '-0' : value)),
    ...levels,
  }))
}

const sortFields = fc
  .uniqueArray(fc.nat(primitive.length - 1), {minLength: 1, maxLength: 4})
  .chain((ids) => fc.tuple(...ids.map((id) => fieldOf(id + 1, TYPES[id] as string))))

const by = (fields: readonly SortField[]): RowOrder => ({kind: 'sort', text: 'some columns', fields})

describe('rows of every type', () => {
  test('come out in the order of the specification, each whole, those that are alike as they came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rowOf(schema), {maxLength: 25}), sortFields, fc.integer({min: 1, max: 30}), async (rows, fields, size) => {
        const sorted = sorting({order: by(fields), schema, batches: inBatches(schema, rows, size)})
        const inRows = inBatches(schema, expected(rows, fields), 100)
        expect(await collect(schema, sorted)).toEqual(await collect(schema, inRows))
      }),
    )
  })

  test('come out the same when they go through temporary files, of which none is left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(rowOf(schema), {minLength: 1, maxLength: 20}),
        sortFields,
        fc.constantFrom(2000, 8000, 20_000),
        async (rows, fields, memoryLimit) => {
          const sort = (limit: number) => sorting({order: by(fields), schema, batches: inBatches(schema, rows, 7), memoryLimit: limit})
          expect(await collect(schema, sort(memoryLimit))).toEqual(await collect(schema, sort(2 ** 30)))
          expect(await readdir(folder)).toEqual([])
        },
      ),
      {numRuns: 30},
    )
  })
})

describe('more rows than memory holds', () => {
  const plain = schemaOf({id: 'long', name: 'string', kind: 'string', weight: 'double'})
  const rows: readonly Row[] = Array.from({length: 6000}, (_, row) => ({
    id: BigInt(row),
    name: row % 11 === 0 ? null : `name ${(row * 7919) % 2003}`,
    kind: ['a', 'b', 'c'][row % 3] as string,
    weight: row % 5 === 0 ? Number.NaN : (row * 31) % 97,
  }))
  const fields: readonly SortField[] = [
    {'source-id': 2, transform: 'truncate[6]', direction: 'desc', 'null-order': 'nulls-first'},
    {'source-id': 4, transform: 'identity', direction: 'asc', 'null-order': 'nulls-last'},
  ]
  const request = {order: by(fields), schema: plain, memoryLimit: 16_384}
  const idsOf = async (batches: AsyncIterable<RowBatch>) => (await collect(plain, batches))[0]?.values

  test('are merged in several passes where there are too many runs for one', async () => {
    const compare = (left: Row, right: Row) =>
      compareByField(fields[0] as SortField, 'string', left['name'] as Value, right['name'] as Value) ||
      compareByField(fields[1] as SortField, 'double', left['weight'] as Value, right['weight'] as Value)
    const ids = rows.toSorted(compare).map(({id}) => id)
    let runs = 0
    const watched = (async function* () {
      for await (const batch of inBatches(plain, rows, 100)) {
        const [spill] = await readdir(folder)
        runs = spill === undefined ? 0 : (await readdir(join(folder, spill))).length
        yield batch
      }
    })()
    expect(await idsOf(sorting({...request, batches: watched}))).toEqual(ids)
    expect(runs).toBeGreaterThan(16)
    expect(await readdir(folder)).toEqual([])
  })

  test('leave no temporary file when their source fails, nor when who reads them stops', async () => {
    const failing = (async function* () {
      yield* inBatches(plain, rows.slice(0, 3000), 100)
      expect(await readdir(folder)).toHaveLength(1)
      throw new Error('the source broke')
    })()
    await expect(idsOf(sorting({...request, batches: failing}))).rejects.toThrow('the source broke')
    expect(await readdir(folder)).toEqual([])
    for await (const batch of sorting({...request, batches: inBatches(plain, rows, 100)})) {
      expect(batch.rows).toBeGreaterThan(0)
      break
    }
    expect(await readdir(folder)).toEqual([])
  })

  test('leave no temporary file when they are interrupted, at whatever batch', async () => {
    for (const after of [10, 59]) {
      const controller = new AbortController()
      let seen = 0
      const interrupted = (async function* () {
        for await (const batch of inBatches(plain, rows, 100)) {
          if (seen++ === after) controller.abort(new Error('interrupted'))
          yield batch
        }
      })()
      await expect(idsOf(sorting({...request, batches: interrupted, signal: controller.signal}))).rejects.toThrow('interrupted')
      expect(await readdir(folder)).toEqual([])
    }
  })

  test('are refused with the path where there is no room for them', async () => {
    const missing = join(folder, 'nowhere')
    await expect(idsOf(sorting({...request, batches: inBatches(plain, rows, 100), tempFolder: missing}))).rejects.toMatchObject({
      name: 'PhloError',
      exit: 3,
      message: expect.stringContaining(missing),
    })
  })
})

describe('the look at what was sorted', () => {
  const plain = schemaOf({id: 'long'})
  const order = by([{'source-id': 1, transform: 'identity', direction: 'desc', 'null-order': 'nulls-last'}])
  const checked = (ids: readonly (bigint | null)[], size: number) =>
    collect(
      plain,
      inOrder(
        inBatches(
          plain,
          ids.map((id) => ({id})),
          size,
        ),
        order,
        plain,
      ),
    )

  test('lets pass what is in order', async () => {
    expect((await checked([5n, 3n, 3n, 1n, null], 2))[0]?.values).toEqual([5n, 3n, 3n, 1n, null])
  })

  test.each([1, 2, 5])('refuses a row that is out of order, in batches of %d', async (size) => {
    await expect(checked([5n, 3n, null, 1n], size)).rejects.toMatchObject({
      code: 'VERIFICATION_FAILED',
      exit: 6,
      message: expect.stringContaining('some columns'),
    })
  })
})
