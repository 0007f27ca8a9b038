import type {PrimitiveType} from './types.js'

/** Types that are one word. */
export const SIMPLE_TYPES: ReadonlySet<string> = new Set([
  'unknown',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'timestamp_ns',
  'timestamptz_ns',
  'string',
  'uuid',
  'binary',
  'variant',
  'geometry',
  'geography',
])

const DECIMAL = /^decimal\(\s*(\d{1,2})\s*,\s*(-?\d{1,2})\s*\)$/
const FIXED = /^fixed\[\s*(\d{1,10})\s*\]$/
const GEO = /^(geometry|geography)(?:\((.*)\))?$/s
/** Of geometries and geographies that name none. */
export const DEFAULT_CRS = 'OGC:CRS84'
const ALGORITHM = /,\s*(spherical|vincenty|thomas|andoyer|karney)\s*$/i

/** Types that only tables of version 3 may have (spec, "Primitive Types", "Semi-structured Types"). */
const VERSION_3 = /^(unknown|variant|timestamp_ns|timestamptz_ns|geometry|geography)\b/

/** True for the string of a primitive type, or of `variant`, of the specification. */
export function isPrimitiveType(type: string): boolean {
  return SIMPLE_TYPES.has(type) || decimalType(type) !== undefined || fixedLength(type) !== undefined || geographic(type) !== undefined
}

/** Precision and scale of `decimal(9,2)`; undefined for another type. */
export function decimalType(type: PrimitiveType): {readonly precision: number; readonly scale: number} | undefined {
  const match = DECIMAL.exec(type)
  if (!match) return undefined
  const precision = Number(match[1])
  return precision >= 1 && precision <= 38 ? {precision, scale: Number(match[2])} : undefined
}

/** Bytes of `fixed[16]`; undefined for another type. */
export function fixedLength(type: PrimitiveType): number | undefined {
  const match = FIXED.exec(type)
  return match ? Number(match[1]) : undefined
}

/** Reference system and edge algorithm of `geography(OGC:CRS84, karney)`, where it has them; undefined for another type. */
export function geographic(
  type: PrimitiveType,
): {readonly kind: 'geometry' | 'geography'; readonly crs: string | undefined; readonly algorithm: string | undefined} | undefined {
  const [, kind, parameters = ''] = GEO.exec(type) ?? []
  if (kind !== 'geometry' && kind !== 'geography') return undefined
  const algorithm = kind === 'geography' ? ALGORITHM.exec(parameters) : null
  const crs = parameters.slice(0, algorithm?.index).trim()
  return {kind, crs: crs === '' ? undefined : crs, algorithm: algorithm?.[1]}
}

/** Values of the type have no order that bounds could be by, or bounds that are no values. */
export const isUnordered = (type: PrimitiveType) => /^(?:unknown|variant|geometry|geography)\b/.test(type)

/** The name without parameters: `decimal(9,2)` is a `decimal`. */
export function baseType(type: PrimitiveType): string {
  return /^[a-z_]+/.exec(type)?.[0] ?? type
}

/** The first format version that knows the type. */
export function minimumFormatVersion(type: PrimitiveType): 1 | 3 {
  return VERSION_3.test(type) ? 3 : 1
}

/** Bytes that hold every unscaled value of a precision as two's complement (spec, "Avro": the minimum for the precision). */
export function decimalBytes(precision: number): number {
  const largest = 10n ** BigInt(precision) - 1n
  let bytes = 1
  while (largest >= 1n << BigInt(8 * bytes - 1)) bytes++
  return bytes
}
