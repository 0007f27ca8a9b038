import {bigintToBytes} from './decimal-text.js'
import {hashLong, murmur3} from './murmur3.js'
import {baseType} from './primitive-types.js'
import {dateOf, floorDivide} from './time-text.js'
import type {PrimitiveType, Value} from './types.js'
import {uuidToBytes} from './uuid-text.js'

/** A partition transform (spec, "Partition Transforms"). One that is not known is kept by its text. */
export type Transform =
  | {readonly kind: 'identity' | 'year' | 'month' | 'day' | 'hour' | 'void'}
  /** `width`: the number of buckets, or the width to truncate to. */
  | {readonly kind: 'bucket' | 'truncate'; readonly width: number}
  | {readonly kind: 'unknown'; readonly text: string}

const SIMPLE = /^(identity|year|month|day|hour|void)$/i
const WITH_WIDTH = /^(bucket|truncate)\[\s*([1-9]\d{0,9})\s*\]$/i

/** Reads `bucket[16]`; a name that is not of the specification becomes an `unknown` transform. */
export function parseTransform(text: string): Transform {
  const simple = SIMPLE.exec(text)?.[1]?.toLowerCase()
  if (simple) return {kind: simple as 'identity'}
  const match = WITH_WIDTH.exec(text)
  const width = Number(match?.[2])
  if (match && width <= 0x7fffffff) return {kind: match[1]?.toLowerCase() as 'bucket', width}
  return {kind: 'unknown', text}
}

const DATES = ['date', 'timestamp', 'timestamptz', 'timestamp_ns', 'timestamptz_ns']
const TIMES = DATES.slice(1)
const BUCKETS = ['int', 'long', 'decimal', ...DATES, 'time', 'string', 'uuid', 'fixed', 'binary']
const TRUNCATES = ['int', 'long', 'decimal', 'string', 'binary']

/** True when the specification allows the transform for a source of this type. */
export function canTransform(transform: Transform, source: PrimitiveType): boolean {
  const base = baseType(source)
  switch (transform.kind) {
    case 'identity':
      return base !== 'geometry' && base !== 'geography' && base !== 'variant'
    case 'bucket':
      return BUCKETS.includes(base)
    case 'truncate':
      return TRUNCATES.includes(base)
    case 'year':
    case 'month':
    case 'day':
      return DATES.includes(base)
    case 'hour':
      return TIMES.includes(base)
    case 'void':
      return true
    case 'unknown':
      return false
  }
}

/** The type of what the transform makes of such a source. What an unknown transform makes is taken for a string, as Java does. */
export function resultType(transform: Transform, source: PrimitiveType): PrimitiveType {
  switch (transform.kind) {
    case 'identity':
    case 'truncate':
    case 'void':
      return source
    case 'day':
      return 'date'
    case 'unknown':
      return 'string'
    default:
      return 'int'
  }
}

/**
 * The transform as a function of values of one source type. Null goes to null.
 *
 * @throws RangeError when the transform cannot be applied to the type, or is unknown
 */
export function bindTransform(transform: Transform, source: PrimitiveType): (value: Value) => Value {
  if (!canTransform(transform, source)) throw new RangeError(`transform ${formatTransform(transform)} cannot be applied to ${source}`)
  const present = bindPresent(transform, source)
  return (value) => (value === null ? null : present(value))
}

/** `bucket[16]`, as metadata has it. */
export function formatTransform(transform: Transform): string {
  if (transform.kind === 'unknown') return transform.text
  return 'width' in transform ? `${transform.kind}[${transform.width}]` : transform.kind
}

function bindPresent(transform: Transform, source: PrimitiveType): (value: Exclude<Value, null>) => Value {
  switch (transform.kind) {
    case 'identity':
      return (value) => value
    case 'bucket': {
      const hash = hashOf(source)
      return (value) => (hash(value) & 0x7fffffff) % transform.width
    }
    case 'truncate':
      return truncate(transform.width, source)
    case 'year':
      return (value) => dateOf(daysOf(source, value)).year - 1970
    case 'month':
      return (value) => {
        const {year, month} = dateOf(daysOf(source, value))
        return (year - 1970) * 12 + month - 1
      }
    case 'day':
      return (value) => daysOf(source, value)
    case 'hour':
      return (value) => Number(floorDivide(value as bigint, 3600n * unitsPerSecond(source)))
    default:
      return () => null
  }
}

const unitsPerSecond = (source: PrimitiveType) => (source.endsWith('_ns') ? 1_000_000_000n : 1_000_000n)

function daysOf(source: PrimitiveType, value: Exclude<Value, null>): number {
  return source === 'date' ? (value as number) : Number(floorDivide(value as bigint, 86_400n * unitsPerSecond(source)))
}

/** The hash of a value by its type (spec, Appendix B). */
export function hashOf(source: PrimitiveType): (value: Exclude<Value, null>) => number {
  switch (baseType(source)) {
    case 'decimal':
      return (value) => murmur3(bigintToBytes(value as bigint))
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return (value) => hashLong(floorDivide(value as bigint, 1000n))
    case 'string':
      return (value) => murmur3(Buffer.from(value as string))
    case 'uuid':
      return (value) => murmur3(uuidToBytes(value as string) ?? new Uint8Array())
    case 'fixed':
    case 'binary':
      return (value) => murmur3(value as Uint8Array)
    default:
      return (value) => hashLong(BigInt(value as number | bigint))
  }
}

function truncate(width: number, source: PrimitiveType): (value: Exclude<Value, null>) => Value {
  switch (baseType(source)) {
    case 'int':
      return (value) => (value as number) - ((((value as number) % width) + width) % width)
    case 'string':
      return (value) => truncateCodePoints(value as string, width)
    case 'binary':
      return (value) => (value as Uint8Array).subarray(0, width)
    default: {
      const wide = BigInt(width)
      return (value) => (value as bigint) - ((((value as bigint) % wide) + wide) % wide)
    }
  }
}

/** The first `count` code points of a string; a surrogate pair is never cut. */
export function truncateCodePoints(text: string, count: number): string {
  if (text.length <= count) return text
  let at = 0
  for (let taken = 0; taken < count && at < text.length; taken++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
  return text.slice(0, at)
}
