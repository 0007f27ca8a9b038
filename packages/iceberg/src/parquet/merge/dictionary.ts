import type {PhysicalType} from '../physical.js'

/** A dictionary into which those of column chunks are merged, by the bytes of their values. */
export interface Dictionary {
  /** How many values it has. */
  readonly size: number
  /** Its values as they stand. */
  values(): PlainValues
  /**
   * Takes the values of another dictionary in. Returns the index that each of them has here; undefined when they do not fit, and
   * then nothing was taken.
   */
  add(values: PlainValues): Uint32Array | undefined
}

/** Values in the encoding PLAIN. */
export interface PlainValues {
  readonly bytes: Uint8Array
  /** Where each value begins, those of byte arrays with their length; and where the last one ends. */
  readonly starts: Uint32Array
}

export const NO_VALUES: PlainValues = {bytes: new Uint8Array(0), starts: new Uint32Array(1)}

/** Finds the values of a decompressed dictionary page. @throws RangeError when they do not fill it */
export function plainValues({type, length}: PhysicalType, bytes: Uint8Array, count: number): PlainValues {
  const starts = new Uint32Array(count + 1)
  if (type === 'BYTE_ARRAY') {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let at = 0
    for (let index = 0; index < count; index++) {
      if (at + 4 > bytes.length) throw new RangeError('its dictionary ends before its values')
      at += 4 + view.getUint32(at, true)
      starts[index + 1] = at
    }
    if (at > bytes.length) throw new RangeError('its dictionary ends before its values')
    return {bytes, starts}
  }
  const width = widthOf({type, ...(length !== undefined && {length})})
  if (count * width > bytes.length) throw new RangeError('its dictionary ends before its values')
  for (let index = 0; index <= count; index++) starts[index] = index * width
  return {bytes, starts}
}

/** Bytes of a value of fixed length. */
export const widthOf = ({type, length}: PhysicalType) => length ?? (type === 'INT64' || type === 'DOUBLE' ? 8 : 4)

const FREE = -1

/** An empty dictionary of at most so many bytes. */
export function createDictionary(mostBytes: number): Dictionary {
  let bytes = new Uint8Array(1024)
  let starts = new Uint32Array(64)
  let slots = new Int32Array(128).fill(FREE)
  let size = 0

  /** Where a value is among the slots, or the free one where it would be. */
  const slotOf = (value: Uint8Array, from: number, to: number): number => {
    const last = slots.length - 1
    for (let slot = hash(value, from, to) & last; ; slot = (slot + 1) & last) {
      const index = slots[slot] as number
      if (index === FREE || equals(bytes, starts[index] as number, starts[index + 1] as number, value, from, to)) return slot
    }
  }
  const grow = () => {
    slots = new Int32Array(slots.length * 2).fill(FREE)
    for (let index = 0; index < size; index++) slots[slotOf(bytes, starts[index] as number, starts[index + 1] as number)] = index
  }
  const fits = ({bytes: values, starts: begins}: PlainValues): boolean => {
    const used = starts[size] as number
    const count = begins.length - 1
    if (used + (begins[count] as number) <= mostBytes) return true
    let needed = used
    for (let index = 0; index < count && needed <= mostBytes; index++) {
      const [from, to] = [begins[index] as number, begins[index + 1] as number]
      if (slots[slotOf(values, from, to)] === FREE) needed += to - from
    }
    return needed <= mostBytes
  }
  return {
    get size() {
      return size
    },
    values: () => ({bytes: bytes.subarray(0, starts[size]), starts: starts.subarray(0, size + 1)}),
    add(values) {
      if (!fits(values)) return undefined
      const indexes = new Uint32Array(values.starts.length - 1)
      for (let at = 0; at < indexes.length; at++) {
        const [from, to] = [values.starts[at] as number, values.starts[at + 1] as number]
        const slot = slotOf(values.bytes, from, to)
        const known = slots[slot] as number
        if (known !== FREE) {
          indexes[at] = known
          continue
        }
        const begin = starts[size] as number
        bytes = withRoom(bytes, begin + to - from)
        bytes.set(values.bytes.subarray(from, to), begin)
        starts = withRoom(starts, size + 2)
        slots[slot] = size
        indexes[at] = size
        size += 1
        starts[size] = begin + to - from
        if (size * 2 > slots.length) grow()
      }
      return indexes
    },
  }
}

/** The same array, or a larger one with what is in it. */
export function withRoom<Items extends Uint8Array | Uint32Array>(items: Items, length: number): Items {
  if (length <= items.length) return items
  const larger = new (items.constructor as new (length: number) => Items)(Math.max(items.length * 2, length))
  larger.set(items)
  return larger
}

const {imul} = Math

function hash(bytes: Uint8Array, from: number, to: number): number {
  let value = 0x811c9dc5
  for (let at = from; at < to; at++) value = imul(value ^ (bytes[at] as number), 0x01000193)
  value = imul(value ^ (value >>> 16), 0x85ebca6b)
  return value ^ (value >>> 13)
}

function equals(a: Uint8Array, fromA: number, toA: number, b: Uint8Array, fromB: number, toB: number): boolean {
  if (toA - fromA !== toB - fromB) return false
  for (let at = fromA, other = fromB; at < toA; at++, other++) if (a[at] !== b[other]) return false
  return true
}
