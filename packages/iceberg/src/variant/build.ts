import {PRIMITIVE} from './value.js'

/** A value of a primitive type (`PRIMITIVE`), of which `write` fills in `length` bytes after the header. */
export function variantPrimitive(type: number, length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(1 + length)
  bytes[0] = type << 2
  write(new DataView(bytes.buffer, 1))
  return bytes
}

export const VARIANT_NULL: Uint8Array = Uint8Array.of(PRIMITIVE.null)

/** A string or binary. */
export function variantBytes(type: number, value: Uint8Array): Uint8Array {
  if (type === PRIMITIVE.string && value.length < 64) return Buffer.concat([Uint8Array.of((value.length << 2) | 1), value])
  return Buffer.concat([variantPrimitive(type, 4, (view) => view.setUint32(0, value.length, true)), value])
}

/** A decimal in the fewest bytes that its type of storage has: 4, 8 or 16. */
export function variantDecimal(unscaled: bigint, scale: number, width: 4 | 8 | 16): Uint8Array {
  const type = width === 4 ? PRIMITIVE.decimal4 : width === 8 ? PRIMITIVE.decimal8 : PRIMITIVE.decimal16
  return variantPrimitive(type, 1 + width, (view) => {
    view.setUint8(0, scale)
    for (let at = 0; at < width; at++) view.setUint8(1 + at, Number((unscaled >> BigInt(8 * at)) & 0xffn))
  })
}

/** An object of values by field id; ids have to be in the order of the fields' names. */
export function variantObject(fields: readonly (readonly [id: number, value: Uint8Array])[]): Uint8Array {
  const largest = fields.reduce((most, [id]) => Math.max(most, id), 0)
  const [idWidth, isLarge] = [widthOf(largest), fields.length > 255]
  const values = fields.map(([, value]) => value)
  const {offsets, width} = offsetsOf(values)
  const header = ((Number(isLarge) << 4) | ((idWidth - 1) << 2) | (width - 1)) << 2
  const ids = fields.map(([id]) => little(id, idWidth))
  return Buffer.concat([Uint8Array.of(header | 2), little(fields.length, isLarge ? 4 : 1), ...ids, ...offsets, ...values])
}

export function variantArray(values: readonly Uint8Array[]): Uint8Array {
  const isLarge = values.length > 255
  const {offsets, width} = offsetsOf(values)
  const header = ((Number(isLarge) << 2) | (width - 1)) << 2
  return Buffer.concat([Uint8Array.of(header | 3), little(values.length, isLarge ? 4 : 1), ...offsets, ...values])
}

function offsetsOf(values: readonly Uint8Array[]) {
  const ends = [0]
  for (const {length} of values) ends.push((ends.at(-1) as number) + length)
  const width = widthOf(ends.at(-1) as number)
  return {offsets: ends.map((end) => little(end, width)), width}
}

const widthOf = (value: number) => (value < 2 ** 8 ? 1 : value < 2 ** 16 ? 2 : value < 2 ** 24 ? 3 : 4)

const little = (value: number, width: number) => Uint8Array.from({length: width}, (_, at) => Math.floor(value / 2 ** (8 * at)) & 0xff)
