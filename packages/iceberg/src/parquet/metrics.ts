import {isUtf8} from 'node:buffer'
import type {ByFieldId, DataFile} from '../spec/manifest.js'
import {baseType, isUnordered} from '../spec/primitive-types.js'
import {valueToBytes} from '../spec/single-value.js'
import {truncateCodePoints} from '../spec/transforms.js'
import type {PrimitiveType} from '../spec/types.js'
import type {Leaf, LeafValues, PhysicalValue} from './leaves.js'
import type {MetricsConfig, MetricsMode} from './metrics-config.js'
import {toValue} from './physical.js'

/** The part of a data file's description that is measured (spec, "Data File Fields" 108 to 128, 137). */
export type FileMetrics = Pick<
  DataFile,
  'columnSizes' | 'valueCounts' | 'nullValueCounts' | 'nanValueCounts' | 'lowerBounds' | 'upperBounds'
>

type Present = Exclude<PhysicalValue, null>

/** What is known of the values of one leaf. Bounds are physical values and leave NaN out. */
export interface LeafMetrics {
  readonly values: number
  readonly nulls: number
  readonly nans: number
  readonly lower: Present | undefined
  readonly upper: Present | undefined
  /** False when there may be values beyond the bounds, because those of a part are not known. */
  readonly bounded: boolean
}

/** What is known of no values. */
export const NOTHING: LeafMetrics = {values: 0, nulls: 0, nans: 0, lower: undefined, upper: undefined, bounded: true}

/** Orders physical values of a type as Iceberg orders what they mean: unsigned bytes, but decimals by their sign, and -0 before 0. */
export function physicalOrder(type: PrimitiveType): (left: Present, right: Present) => number {
  switch (baseType(type)) {
    case 'string':
    case 'binary':
    case 'uuid':
    case 'fixed':
      return (left, right) => Buffer.compare(left as Uint8Array, right as Uint8Array)
    case 'decimal':
      return (left, right) =>
        left instanceof Uint8Array ? compareSigned(left, right as Uint8Array) : left < right ? -1 : left > right ? 1 : 0
    default:
      return (left, right) =>
        left < right ? -1 : left > right ? 1 : left === 0 ? Number(Object.is(right, -0)) - Number(Object.is(left, -0)) : 0
  }
}

function compareSigned(left: Uint8Array, right: Uint8Array): number {
  const [a, b] = [((left[0] ?? 0) << 24) >> 24, ((right[0] ?? 0) << 24) >> 24]
  return a === b ? Buffer.compare(left, right) : a - b
}

/** Measures the values of a leaf. */
export function measure({leaf, values}: LeafValues): LeafMetrics {
  const compare = physicalOrder(leaf.type)
  let nulls = 0
  let nans = 0
  let lower: Present | undefined
  let upper: Present | undefined
  let last: PhysicalValue | undefined
  const hasBounds = !isUnordered(leaf.type)
  for (const value of values as ArrayLike<PhysicalValue> & Iterable<PhysicalValue>) {
    if (value === null) nulls += 1
    else if (!hasBounds) continue
    else if (Number.isNaN(value)) nans += 1
    else if (value !== last || value === 0) {
      // Values of a dictionary come as the same object again and again.
      last = value
      if (lower === undefined || compare(value, lower) < 0) lower = value
      if (upper === undefined || compare(value, upper) > 0) upper = value
    }
  }
  return {values: values.length, nulls, nans, lower, upper, bounded: true}
}

/** The metrics of two parts of a file together. */
export function combine(type: PrimitiveType, a: LeafMetrics, b: LeafMetrics): LeafMetrics {
  const compare = physicalOrder(type)
  const least = (x: Present | undefined, y: Present | undefined) => (x === undefined ? y : y === undefined || compare(x, y) <= 0 ? x : y)
  const most = (x: Present | undefined, y: Present | undefined) => (x === undefined ? y : y === undefined || compare(x, y) >= 0 ? x : y)
  return {
    values: a.values + b.values,
    nulls: a.nulls + b.nulls,
    nans: a.nans + b.nans,
    lower: least(a.lower, b.lower),
    upper: most(a.upper, b.upper),
    bounded: a.bounded && b.bounded,
  }
}

/** Everything measured of a file, in the form of a manifest. Bounds are left out for what is repeated, as Iceberg's writers do. */
export function fileMetrics(
  columns: readonly {readonly leaf: Leaf; readonly metrics: LeafMetrics; readonly bytes: number}[],
  config: MetricsConfig,
): FileMetrics {
  const counted = columns.filter(({leaf}) => config(leaf.fieldId).kind !== 'none')
  const map = <V>(of: (column: (typeof columns)[number]) => V | undefined): ByFieldId<V> =>
    new Map(
      counted.flatMap((column) => {
        const value = of(column)
        return value === undefined ? [] : [[column.leaf.fieldId, value] as const]
      }),
    )
  const bound = (leaf: Leaf, {bounded}: LeafMetrics, value: Present | undefined, cut: typeof lowerBound) =>
    value === undefined || !bounded || leaf.maxRepetitionLevel > 0 ? undefined : cut(leaf.type, value, config(leaf.fieldId))
  return {
    columnSizes: new Map(columns.map(({leaf, bytes}) => [leaf.fieldId, bytes])),
    valueCounts: map(({metrics}) => metrics.values),
    nullValueCounts: map(({metrics}) => metrics.nulls),
    // A count that is not known for a part is not known for the whole.
    nanValueCounts: map(({leaf, metrics}) => (isFloating(leaf) && !Number.isNaN(metrics.nans) ? metrics.nans : undefined)),
    lowerBounds: map(({leaf, metrics}) => bound(leaf, metrics, metrics.lower, lowerBound)),
    upperBounds: map(({leaf, metrics}) => bound(leaf, metrics, metrics.upper, upperBound)),
  }
}

/** Whether its values may be NaN. */
export const isFloating = ({type}: Pick<Leaf, 'type'>) => type === 'float' || type === 'double'

/** A lower bound as bytes: cut short, it is still no greater than the value. Undefined for a mode without bounds. */
export function lowerBound(type: PrimitiveType, physical: Present, mode: MetricsMode): Uint8Array | undefined {
  if (mode.kind === 'none' || mode.kind === 'counts' || !isReadable(type, physical)) return undefined
  const value = toValue(type)(physical)
  if (mode.kind === 'truncate' && typeof value === 'string' && type === 'string') return Buffer.from(truncateCodePoints(value, mode.length))
  if (mode.kind === 'truncate' && type === 'binary') return (value as Uint8Array).slice(0, mode.length)
  return valueToBytes(type, value)
}

/** An upper bound as bytes: cut short, it is made greater than the value, or left out where that is impossible. */
export function upperBound(type: PrimitiveType, physical: Present, mode: MetricsMode): Uint8Array | undefined {
  if (mode.kind === 'none' || mode.kind === 'counts' || !isReadable(type, physical)) return undefined
  const value = toValue(type)(physical)
  if (mode.kind === 'truncate' && typeof value === 'string' && type === 'string') {
    const cut = truncateCodePoints(value, mode.length)
    const bound = cut === value ? value : nextString(cut)
    return bound === undefined ? undefined : Buffer.from(bound)
  }
  if (mode.kind === 'truncate' && type === 'binary') {
    const bytes = value as Uint8Array
    return bytes.length <= mode.length ? bytes : nextBytes(bytes.slice(0, mode.length))
  }
  return valueToBytes(type, value)
}

/** Text that is not UTF-8 has no order that readers would agree on. */
const isReadable = (type: PrimitiveType, physical: Present) => type !== 'string' || isUtf8(physical as Uint8Array)

/** The least string that is greater than every string which begins with this one. */
function nextString(text: string): string | undefined {
  const points = Array.from(text, (char) => char.codePointAt(0) ?? 0)
  for (let at = points.length - 1; at >= 0; at--) {
    const next = (points[at] ?? 0) + 1
    // Surrogates are no characters.
    const valid = next >= 0xd800 && next <= 0xdfff ? 0xe000 : next
    if (valid <= 0x10ffff) return String.fromCodePoint(...points.slice(0, at), valid)
  }
  return undefined
}

function nextBytes(bytes: Uint8Array): Uint8Array | undefined {
  for (let at = bytes.length - 1; at >= 0; at--) {
    if (bytes[at] === 0xff) continue
    const next = bytes.slice(0, at + 1)
    next[at] = (next[at] ?? 0) + 1
    return next
  }
  return undefined
}
