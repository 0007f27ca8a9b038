import {describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import {leavesOf} from '../../src/parquet/leaves.js'
import {rowKeys} from '../../src/sort/row-keys.js'
import type {RowOrder} from '../../src/sort/row-order.js'
import {compareKeys, joinKeys} from '../../src/sort/sort-keys.js'
import type {SortField} from '../../src/spec/table-metadata.js'
import type {PrimitiveType, Schema, Value} from '../../src/spec/types.js'
import {leafValues, type Row, schemaOf, TYPES, valueOf} from '../parquet/samples.js'
import {compareByField, fieldOf, sign} from './reference.js'

const schemaOfType = (type: PrimitiveType): Schema => schemaOf({x: type})

/** The keys of some values of a column under an order. */
function keysOf(order: RowOrder, schema: Schema, rows: readonly Row[]) {
  return rowKeys(order, leavesOf(schema))((leaf) => leafValues(schema, leaf, rows), rows.length)
}

const sortBy = (...fields: readonly SortField[]): RowOrder => ({kind: 'sort', text: '', fields})
const zorder = (columns: readonly number[], varLength = 8): RowOrder => ({kind: 'zorder', text: '', columns, varLength, constant: []})

const ascending: SortField = {'source-id': 1, transform: 'identity', direction: 'asc', 'null-order': 'nulls-first'}
const hexOf = (order: RowOrder, type: PrimitiveType, ...values: readonly Value[]) => {
  const {bytes, offsets, rows} = keysOf(
    order,
    schemaOfType(type),
    values.map((x) => ({x})),
  )
  return Array.from({length: rows}, (_, row) => Buffer.from(bytes.slice(offsets[row], offsets[row + 1])).toString('hex'))
}

describe.each(TYPES)('keys of a column of type %s', (type) => {
  const schema = schemaOfType(type)
  const value = fc.option(valueOf(type), {freq: 5})

  test('are in the order of the values, with every transform, upwards and downwards, nulls first and last', () => {
    fc.assert(
      fc.property(fieldOf(1, type), fc.array(value, {minLength: 2, maxLength: 12}), (field, values) => {
        const keys = keysOf(
          sortBy(field),
          schema,
          values.map((x) => ({x})),
        )
        for (const [i, left] of values.entries()) {
          for (const [j, right] of values.entries()) {
            expect(sign(compareKeys(keys, i, keys, j))).toBe(sign(compareByField(field, type, left, right)))
          }
        }
      }),
    )
  })

  test('have the same order of bytes, without a sign, as of the comparison', () => {
    fc.assert(
      fc.property(fc.array(value, {minLength: 2, maxLength: 12}), (values) => {
        const rows = values.map((x) => ({x}))
        const {bytes, offsets, ...keys} = keysOf(sortBy(ascending), schema, rows)
        const own = (row: number) => bytes.subarray(offsets[row], offsets[row + 1])
        for (const i of rows.keys()) {
          for (const j of rows.keys()) {
            expect(sign(Buffer.compare(own(i), own(j)))).toBe(sign(compareKeys({bytes, offsets, ...keys}, i, {bytes, offsets, ...keys}, j)))
          }
        }
      }),
    )
  })

  test('of a z-order of one column are in its order too, as far as their length tells', () => {
    fc.assert(
      fc.property(valueOf(type), valueOf(type), (left, right) => {
        const keys = keysOf(zorder([1]), schema, [{x: left}, {x: right}, {x: null}])
        const order = sign(compareByField(ascending, type, left, right))
        expect([0, order]).toContain(sign(compareKeys(keys, 0, keys, 1)))
        expect(compareKeys(keys, 2, keys, 0)).toBeLessThanOrEqual(0)
        if (!/string|binary|uuid|decimal\(38/.test(type)) expect(sign(compareKeys(keys, 0, keys, 1))).toBe(order)
      }),
    )
  })
})

describe('keys of several columns', () => {
  const schema = schemaOf({a: 'string', b: 'binary', c: 'double'})
  const row = fc.record({
    a: fc.option(fc.string({unit: fc.constantFrom('\0', 'a', 'b'), maxLength: 3}), {freq: 4}),
    b: fc.option(
      fc.array(fc.constantFrom(0, 1, 255), {maxLength: 3}).map((all) => Uint8Array.from(all)),
      {freq: 4},
    ),
    c: fc.option(fc.constantFrom(Number.NaN, 0, -0, 1, -1), {freq: 4}),
  })
  const fields = fc.tuple(fieldOf(1, 'string'), fieldOf(2, 'binary'), fieldOf(3, 'double'))

  test('decide by the first column that differs, however long the values before it are', () => {
    fc.assert(
      fc.property(fields, row, row, ([a, b, c], left, right) => {
        const keys = keysOf(sortBy(a, b, c), schema, [left, right])
        const order =
          compareByField(a, 'string', left.a, right.a) ||
          compareByField(b, 'binary', left.b, right.b) ||
          compareByField(c, 'double', left.c, right.c)
        expect(sign(compareKeys(keys, 0, keys, 1))).toBe(sign(order))
      }),
    )
  })

  test('are the same when they are made in parts and joined', () => {
    fc.assert(
      fc.property(fields, fc.array(row, {minLength: 1, maxLength: 9}), fc.nat(9), (order, rows, cut) => {
        const make = (some: readonly Row[]) => keysOf(sortBy(...order), schema, some)
        expect(joinKeys([make(rows.slice(0, cut)), make(rows.slice(cut))])).toEqual(make(rows))
      }),
    )
  })
})

describe('a z-value', () => {
  test('takes bits of the columns in turn, the highest first', () => {
    expect(hexOf(zorder([1]), 'int', -1, 0, 1)).toEqual(['7fffffffffffffff', '8000000000000000', '8000000000000001'])
    const schema = schemaOf({a: 'long', b: 'long'})
    const {bytes} = keysOf(zorder([1, 2]), schema, [{a: -1n, b: 0n}])
    // 0111… and 1000… taken in turn.
    expect(Buffer.from(bytes).toString('hex')).toBe(`6${'a'.repeat(31)}`)
  })

  test('goes on with the other columns where one has no more bits', () => {
    const schema = schemaOf({a: 'string', b: 'int'})
    const {bytes} = keysOf(zorder([1, 2], 1), schema, [{a: '\u007f', b: 1}])
    // 01111111 and 10000000 in turn, then the seven bytes that are left of the number.
    expect(Buffer.from(bytes).toString('hex')).toBe('6aaa00000000000001')
  })

  test('has the bytes that Iceberg gives to a boolean, a null, a string and negative numbers', () => {
    expect(hexOf(zorder([1]), 'boolean', true, false, null)).toEqual(['8100000000000000', '0000000000000000', '0000000000000000'])
    expect(hexOf(zorder([1], 4), 'string', 'abcdef', 'a', null)).toEqual(['61626364', '61000000', '00000000'])
    expect(hexOf(zorder([1]), 'double', -1.5, -0, 0, Number.NaN)).toEqual([
      '4007ffffffffffff',
      '7fffffffffffffff',
      '8000000000000000',
      'fff8000000000000',
    ])
  })

  test('tells small decimals of 38 digits apart, and large ones too', () => {
    const values = [-(10n ** 37n), -5n, 0n, 1n, 2n, 10n ** 20n, 10n ** 37n]
    const keys = hexOf(zorder([1]), 'decimal(38,2)', ...values)
    expect(keys).toEqual(keys.toSorted())
    expect(new Set(keys).size).toBe(values.length)
  })
})
