import type {EngineColumn} from '@phlo/core'
import fc from 'fast-check'
import type {SchemaElement} from 'hyparquet'

export type Value = boolean | number | bigint | string | Uint8Array | null

/** A type that an engine may meet: how Parquet has it, values of it, and their order. */
export interface EngineType {
  readonly type: string
  readonly element: Omit<SchemaElement, 'name'>
  readonly values: fc.Arbitrary<Exclude<Value, null>>
}

const int32 = fc.integer({min: -(2 ** 31), max: 2 ** 31 - 1})
const int64 = fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n})
const bytes = (length: number) => fc.uint8Array({minLength: length, maxLength: length})
const digits = (most: bigint) => fc.bigInt({min: -most, max: most})
const texts = fc.oneof(
  fc.string({unit: 'binary', maxLength: 20}),
  fc.array(fc.constantFrom('a', 'z', '\0', '\u007f', '\u0080', '\uffff', '\u{10000}'), {maxLength: 16}).map((points) => points.join('')),
)
const floats = (values: fc.Arbitrary<number>) => fc.oneof(values, fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY))
const timestamp = (isAdjustedToUTC: boolean, unit: 'MICROS' | 'NANOS') =>
  ({type: 'INT64', logical_type: {type: 'TIMESTAMP', isAdjustedToUTC, unit}}) as const
const decimal = (precision: number, scale: number) => ({converted_type: 'DECIMAL', precision, scale}) as const

/** Types that have an order which a term may be about. */
export const ORDERED: readonly EngineType[] = [
  {type: 'boolean', element: {type: 'BOOLEAN'}, values: fc.boolean()},
  {type: 'int', element: {type: 'INT32'}, values: int32},
  {type: 'long', element: {type: 'INT64'}, values: int64},
  {type: 'date', element: {type: 'INT32', converted_type: 'DATE'}, values: int32},
  {
    type: 'time',
    element: {type: 'INT64', logical_type: {type: 'TIME', isAdjustedToUTC: false, unit: 'MICROS'}},
    values: fc.bigInt({min: 0n, max: 86_399_999_999n}),
  },
  {type: 'timestamp', element: timestamp(false, 'MICROS'), values: int64},
  {type: 'timestamptz', element: timestamp(true, 'MICROS'), values: int64},
  {type: 'timestamp_ns', element: timestamp(false, 'NANOS'), values: int64},
  {type: 'timestamptz_ns', element: timestamp(true, 'NANOS'), values: int64},
  {type: 'decimal(9, 2)', element: {type: 'INT32', ...decimal(9, 2)}, values: digits(999_999_999n)},
  {type: 'decimal(18, 0)', element: {type: 'INT64', ...decimal(18, 0)}, values: digits(2n ** 53n)},
  {type: 'string', element: {type: 'BYTE_ARRAY', converted_type: 'UTF8'}, values: texts},
  {type: 'uuid', element: {type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: {type: 'UUID'}}, values: bytes(16)},
  {type: 'binary', element: {type: 'BYTE_ARRAY'}, values: fc.uint8Array({maxLength: 20})},
  {type: 'fixed[3]', element: {type: 'FIXED_LEN_BYTE_ARRAY', type_length: 3}, values: bytes(3)},
]

/** Types whose rows are ordered by keys alone. */
export const CARRIED: readonly EngineType[] = [
  {type: 'float', element: {type: 'FLOAT'}, values: floats(fc.float())},
  {type: 'double', element: {type: 'DOUBLE'}, values: floats(fc.double())},
]

/** The columns of a file that has one of each of these types: `c0`, `c1`, … */
export const columnsOf = (types: readonly EngineType[]): readonly EngineColumn[] =>
  types.map(({type}, index) => ({path: [`c${index}`], type}))

/** So many rows of a type, nulls among them, and not seldom the same again. */
export const valuesOf = ({values}: EngineType, rows: number): fc.Arbitrary<readonly Value[]> =>
  fc
    .array(fc.option(values, {freq: 4}), {minLength: 1, maxLength: Math.max(1, rows)})
    .chain((some) => fc.array(fc.constantFrom(...some), {minLength: rows, maxLength: rows}))

/** Less than, equal to or more than zero, as the contract of engines orders values of one type. */
export function compare(left: Exclude<Value, null>, right: Exclude<Value, null>): number {
  const [a, b] = [left, right].map((value) => (typeof value === 'string' ? Buffer.from(value) : value)) as [typeof left, typeof right]
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b)
  return a < b ? -1 : a > b ? 1 : 0
}
