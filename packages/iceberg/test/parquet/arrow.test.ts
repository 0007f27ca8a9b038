import {expect, test} from '@jest/globals'
import fc from 'fast-check'
import {loadArrow} from '../../src/parquet/arrow-type.js'
import {type LeafValues, leavesOf, type PhysicalValue} from '../../src/parquet/leaves.js'
import {toArrowBatch} from '../../src/parquet/to-arrow.js'
import type {Schema, Type} from '../../src/spec/types.js'
import {arrowRows} from '../../src/write/arrow-source.js'
import {leafValues} from './samples.js'

const schema: Schema = {
  type: 'struct',
  fields: [
    {id: 1, name: 'id', required: true, type: 'long'},
    {id: 2, name: 'at', required: false, type: 'timestamptz'},
    {id: 3, name: 'price', required: false, type: 'decimal(38,10)'},
    {
      id: 4,
      name: 'items',
      required: false,
      type: {
        type: 'list',
        'element-id': 5,
        'element-required': false,
        element: {
          type: 'struct',
          fields: [
            {id: 6, name: 'name', required: false, type: 'string'},
            {id: 7, name: 'count', required: true, type: 'int'},
          ],
        },
      },
    },
  ],
}

const bytes = fc.uint8Array({minLength: 17, maxLength: 17}).map((value) => value.with(0, (value[1] ?? 0) > 127 ? 255 : 0))
const row = fc.record({
  id: fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}),
  at: fc.option(fc.bigInt({min: -(2n ** 62n), max: 2n ** 62n})),
  items: fc.option(fc.array(fc.option(fc.record({name: fc.option(fc.string()), count: fc.integer()})), {maxLength: 4})),
})

const plain = ({values, definitionLevels, repetitionLevels, leaf}: LeafValues) => ({
  values: Array.from(values as ArrayLike<PhysicalValue>, (value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  ),
  definition: Array.from(definitionLevels ?? new Uint8Array(values.length).fill(leaf.maxDefinitionLevel)),
  repetition: Array.from(repetitionLevels ?? []),
})

test('leaves of nested rows come back from an Arrow batch as they went in', async () => {
  const [id, at, price, name, count] = leavesOf(schema)
  await fc.assert(
    fc.asyncProperty(fc.array(row, {minLength: 1, maxLength: 20}), bytes, async (rows, decimal) => {
      const column = (leaf: typeof id) => ({leaf: leaf as NonNullable<typeof id>, rows: rows.length})
      const optional = (values: PhysicalValue[]) => ({
        values,
        definitionLevels: Uint8Array.from(values, (value) => (value === null ? 0 : 1)),
      })
      const nested = (of: (item: {name: string | null; count: number}) => PhysicalValue, deepest: number) => {
        const [values, definition, repetition]: [PhysicalValue[], number[], number[]] = [[], [], []]
        for (const {items} of rows) {
          const entries = items === null || items.length === 0 ? [undefined] : items
          entries.forEach((item, index) => {
            const value = item ? of(item) : null
            values.push(value)
            repetition.push(index === 0 ? 0 : 1)
            definition.push(items === null ? 0 : item === undefined ? 1 : item === null ? 2 : value === null ? 3 : deepest)
          })
        }
        return {values, definitionLevels: Uint8Array.from(definition), repetitionLevels: Uint8Array.from(repetition)}
      }
      const leaves: LeafValues[] = [
        {...column(id), values: BigInt64Array.from(rows, (one) => one.id)},
        {...column(at), ...optional(rows.map((one) => one.at))},
        {...column(price), ...optional(rows.map((_, index) => (index % 2 === 0 ? decimal.slice(1) : null)))},
        {...column(name), ...nested((item) => (item.name === null ? null : Buffer.from(item.name)), 4)},
        {...column(count), ...nested((item) => item.count, 3)},
      ]
      const batch = toArrowBatch(await loadArrow(), schema, leaves, rows.length)
      expect(batch.numRows).toBe(rows.length)
      expect(batch.getChild('items')?.toArray().length).toBe(rows.length)
      const back = arrowRows(batch, schema)
      expect(leaves.map(({leaf}) => plain(back.column(leaf)))).toEqual(leaves.map(plain))
    }),
  )
})

test('lists in lists have what is theirs, whatever is null or empty around them', async () => {
  const list = (id: number, element: Type): Type => ({type: 'list', 'element-id': id, 'element-required': false, element})
  const nested: Schema = {type: 'struct', fields: [{id: 1, name: 'lists', required: false, type: list(2, list(3, 'int'))}]}
  const lists = [[[1, 2], [3], null, []], null, [], [[4], [5, null]], null]
  const rows = lists.map((value) => ({lists: value}))
  const leaves = leavesOf(nested).map((leaf) => leafValues(nested, leaf, rows))
  const batch = toArrowBatch(await loadArrow(), nested, leaves, rows.length)
  expect(JSON.parse(JSON.stringify(batch.getChild('lists')?.toArray()))).toEqual(lists)
})
