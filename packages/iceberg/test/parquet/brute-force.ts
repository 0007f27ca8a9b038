import {type Leaf, leavesOf} from '../../src/parquet/leaves.js'
import type {FileMetrics} from '../../src/parquet/metrics.js'
import type {PrimitiveType, Schema, Value} from '../../src/spec/types.js'
import {type Row, shred} from './samples.js'

/** What is known of a leaf of a file, the bounds in hexadecimal. */
export interface Measured {
  readonly name: string
  readonly values: number | undefined
  readonly nulls: number | undefined
  readonly nans: number | undefined
  readonly lower: string | undefined
  readonly upper: string | undefined
}

/** What a file's metrics say of each leaf. */
export const metricsOf = (metrics: FileMetrics, schema: Schema): readonly Measured[] =>
  leavesOf(schema).map(({name, fieldId: id}) => ({
    name,
    values: metrics.valueCounts?.get(id),
    nulls: metrics.nullValueCounts?.get(id),
    nans: metrics.nanValueCounts?.get(id),
    lower: hexOf(metrics.lowerBounds?.get(id)),
    upper: hexOf(metrics.upperBounds?.get(id)),
  }))

/** What the metrics of some rows have to be, with bounds of at most `length` characters or bytes. */
export const bruteForce = (schema: Schema, rows: readonly Row[], length: number): readonly Measured[] =>
  leavesOf(schema).map((leaf) => {
    const {values} = shred(schema, leaf, rows)
    const present = values.filter((value) => value !== null)
    const numbers = present.filter((value) => !Number.isNaN(value))
    const isFloating = leaf.type === 'float' || leaf.type === 'double'
    const {lower, upper} = leaf.maxRepetitionLevel > 0 ? {} : boundsOf(leaf, numbers, length)
    return {
      name: leaf.name,
      values: values.length,
      nulls: values.length - present.length,
      nans: isFloating ? present.length - numbers.length : undefined,
      lower: hexOf(lower),
      upper: hexOf(upper),
    }
  })

const hexOf = (all: Uint8Array | undefined) => all && Buffer.from(all).toString('hex')

/** The bytes of a bound that is not cut short (spec, "Binary single-value serialization"), from the definition. */
export function encode(type: PrimitiveType, value: Exclude<Value, null>): Buffer {
  if (typeof value === 'boolean') return Buffer.of(Number(value))
  if (value instanceof Uint8Array) return Buffer.from(value)
  if (type === 'uuid') return Buffer.from((value as string).replaceAll('-', ''), 'hex')
  if (typeof value === 'string') return Buffer.from(value)
  const all = Buffer.alloc(typeof value === 'bigint' || type === 'double' ? 8 : 4)
  if (type === 'float') all.writeFloatLE(value as number)
  else if (type === 'double') all.writeDoubleLE(value as number)
  else if (type.startsWith('decimal')) return shortest(value as bigint)
  else if (typeof value === 'bigint') all.writeBigInt64LE(value)
  else all.writeInt32LE(value)
  return all
}

/** Two's complement, big-endian, in the fewest bytes. */
function shortest(value: bigint): Buffer {
  const wide = Buffer.from(BigInt.asUintN(256, value).toString(16).padStart(64, '0'), 'hex')
  const sign = value < 0n ? 0xff : 0
  let from = 0
  while (from < 31 && wide[from] === sign && ((wide[from + 1] ?? 0) & 0x80) === (sign & 0x80)) from += 1
  return wide.subarray(from)
}

/** The order of a type's values, by what they mean; text in the order of its UTF-8 bytes. */
export function isLess(type: PrimitiveType, left: Exclude<Value, null>, right: Exclude<Value, null>): boolean {
  if (left === 0 && right === 0) return Object.is(left, -0) && !Object.is(right, -0)
  if (typeof left === 'string' || left instanceof Uint8Array) return Buffer.compare(encode(type, left), encode(type, right)) < 0
  return left < right
}

const points = (text: Uint8Array) => Array.from(Buffer.from(text).toString('utf8'), (char) => char.codePointAt(0) as number)
export const unitsOf = (type: PrimitiveType, all: Uint8Array) => (type === 'string' ? points(all) : [...all])
/** What comes after a code point or a byte; undefined after the last. Surrogates are no characters. */
export const following = (type: PrimitiveType, unit: number) => {
  if (type === 'binary') return unit === 0xff ? undefined : unit + 1
  return unit === 0x10ffff ? undefined : unit === 0xd7ff ? 0xe000 : unit + 1
}

/** The bounds of a leaf's values by brute force, with at most `length` characters or bytes in those of text and binary. */
function boundsOf(
  {type}: Leaf,
  values: readonly Exclude<Value, null>[],
  length: number,
): {readonly lower?: Buffer; readonly upper?: Buffer} {
  const [first, ...others] = values
  if (first === undefined) return {}
  const lower = encode(
    type,
    others.reduce((least, value) => (isLess(type, value, least) ? value : least), first),
  )
  const upper = encode(
    type,
    others.reduce((most, value) => (isLess(type, most, value) ? value : most), first),
  )
  if (type !== 'string' && type !== 'binary') return {lower, upper}
  const back = (units: readonly number[]) => (type === 'string' ? Buffer.from(String.fromCodePoint(...units)) : Buffer.from(units))
  const cut = back(unitsOf(type, lower).slice(0, length))
  const units = unitsOf(type, upper)
  if (units.length <= length) return {lower: cut, upper}
  const at = units.slice(0, length).findLastIndex((unit) => following(type, unit) !== undefined)
  return at < 0 ? {lower: cut} : {lower: cut, upper: back([...units.slice(0, at), following(type, units[at] as number) as number])}
}
