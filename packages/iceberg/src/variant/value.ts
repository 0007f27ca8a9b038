import {unsigned} from './metadata.js'

/** What the first byte of a value says of it (Parquet, "Variant Binary Encoding", value encoding). */
export type VariantShape =
  | {readonly kind: 'primitive'; readonly type: number; readonly size: number}
  | {readonly kind: 'short-string'; readonly size: number}
  | {readonly kind: 'object'; readonly ids: readonly number[]; readonly values: readonly Uint8Array[]; readonly size: number}
  | {readonly kind: 'array'; readonly values: readonly Uint8Array[]; readonly size: number}

/** Numbers of the primitive types. */
export const PRIMITIVE = {
  null: 0,
  true: 1,
  false: 2,
  int8: 3,
  int16: 4,
  int32: 5,
  int64: 6,
  double: 7,
  decimal4: 8,
  decimal8: 9,
  decimal16: 10,
  date: 11,
  timestamptz: 12,
  timestamp: 13,
  float: 14,
  binary: 15,
  string: 16,
  time: 17,
  timestamptzNs: 18,
  timestampNs: 19,
  uuid: 20,
} as const

/** Bytes of the primitive types with their header, by number; those of binary and string without what follows their length. */
const SIZES = [1, 1, 1, 2, 3, 5, 9, 9, 6, 10, 18, 5, 9, 9, 5, 5, 5, 9, 9, 9, 17]

/**
 * Takes the value at the beginning of some bytes apart, down to the values directly in it.
 *
 * @throws RangeError for damaged bytes
 */
export function variantShape(bytes: Uint8Array): VariantShape {
  const first = unsigned(bytes, 0, 1)
  const header = first >> 2
  switch (first & 3) {
    case 0: {
      const fixed = SIZES[header]
      if (fixed === undefined) throw new RangeError(`a variant has a value of the unknown type ${header}`)
      const isLong = header === PRIMITIVE.binary || header === PRIMITIVE.string
      return checked(bytes, {kind: 'primitive', type: header, size: fixed + (isLong ? unsigned(bytes, 1, 4) : 0)})
    }
    case 1:
      return checked(bytes, {kind: 'short-string', size: 1 + header})
    case 2: {
      const {count, start} = counted(bytes, (header >> 4) & 1)
      const idWidth = ((header >> 2) & 3) + 1
      if (start + count * idWidth > bytes.length) throw new RangeError('a variant is cut short')
      const ids = Array.from({length: count}, (_, index) => unsigned(bytes, start + index * idWidth, idWidth))
      return {kind: 'object', ids, ...elements(bytes, start + count * idWidth, count, (header & 3) + 1)}
    }
    default: {
      const {count, start} = counted(bytes, (header >> 2) & 1)
      return {kind: 'array', ...elements(bytes, start, count, (header & 3) + 1)}
    }
  }
}

function checked<Shape extends VariantShape>(bytes: Uint8Array, shape: Shape): Shape {
  if (shape.size > bytes.length) throw new RangeError('a variant is cut short')
  return shape
}

function counted(bytes: Uint8Array, isLarge: number) {
  return {count: unsigned(bytes, 1, isLarge ? 4 : 1), start: isLarge ? 5 : 2}
}

/** Values by their offsets, which need not be in order: each says itself how long it is. */
function elements(bytes: Uint8Array, at: number, count: number, width: number) {
  const start = at + (count + 1) * width
  const size = start + unsigned(bytes, at + count * width, width)
  if (start > bytes.length || size > bytes.length) throw new RangeError('a variant is cut short')
  const values = Array.from({length: count}, (_, index) => {
    const value = bytes.subarray(start + unsigned(bytes, at + index * width, width), size)
    return value.subarray(0, sizeOf(value))
  })
  // Values that share bytes could make a few of them into endlessly many.
  if (values.reduce((sum, {length}) => sum + length, 0) > size - start) throw new RangeError('values of a variant overlap')
  return {values, size}
}

/** Bytes of the value at the beginning of some bytes; what is in an object or array is not looked at. */
function sizeOf(bytes: Uint8Array): number {
  const first = unsigned(bytes, 0, 1)
  const [kind, header] = [first & 3, first >> 2]
  if (kind < 2) return variantShape(bytes).size
  const {count, start} = counted(bytes, (header >> (kind === 2 ? 4 : 2)) & 1)
  const width = (header & 3) + 1
  const offsets = start + (kind === 2 ? count * (((header >> 2) & 3) + 1) : 0)
  const size = offsets + (count + 1) * width + unsigned(bytes, offsets + count * width, width)
  if (size > bytes.length) throw new RangeError('a variant is cut short')
  return size
}
