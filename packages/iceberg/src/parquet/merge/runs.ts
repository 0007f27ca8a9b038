import {checkRuns, type Runs} from '../check-runs.js'

type Integers = Uint8Array | Uint32Array

/** Up to this width a value fits an accumulator of 32 bits, wherever in a byte it begins. */
const NARROW = 24

/**
 * Reads exactly so many values of the RLE and bit-packing hybrid into `out`, from `at` on (Parquet, "Run Length Encoding /
 * Bit-Packing Hybrid").
 *
 * @throws RangeError when there are fewer values, or a run is longer than the values that are left
 */
export function readRuns(runs: Runs, out: Integers, at: number): void {
  checkRuns(runs)
  const {bytes, width} = runs
  const end = at + runs.values
  let offset = runs.offset
  let next = at
  while (next < end) {
    if (offset >= bytes.length) throw new RangeError('a page has fewer values than its header says')
    let header = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[offset++] as number
      header += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    const length = Math.floor(header / 2)
    if (header % 2 === 0) {
      const size = Math.ceil(width / 8)
      if (offset + size > bytes.length) throw new RangeError('a run ends after its page')
      let value = 0
      for (let byte = 0; byte < size; byte++) value += (bytes[offset++] as number) * 2 ** (8 * byte)
      out.fill(value, next, next + length)
      next += length
    } else {
      const count = Math.min(length * 8, end - next)
      if (offset + Math.ceil((count * width) / 8) > bytes.length) throw new RangeError('a run ends after its page')
      unpack(bytes, offset, width, out, next, count)
      offset += length * width
      next += count
    }
  }
}

/** Reads values that are packed from the lowest bit of each byte on. All of their bytes have to be there. */
export function unpack(bytes: Uint8Array, offset: number, width: number, out: Integers, at: number, count: number): void {
  const scale = 2 ** width
  let next = offset
  let held = 0
  let bits = 0
  if (width > NARROW) {
    for (let index = at; index < at + count; index++) {
      for (; bits < width; bits += 8) held += (bytes[next++] as number) * 2 ** bits
      out[index] = held % scale
      held = Math.floor(held / scale)
      bits -= width
    }
    return
  }
  const mask = scale - 1
  for (let index = at; index < at + count; index++) {
    for (; bits < width; bits += 8) held |= (bytes[next++] as number) << bits
    out[index] = held & mask
    held >>>= width
    bits -= width
  }
}

/** Bytes that so many values take at most. */
export const mostBytes = (values: number, width: number) => Math.ceil(values / 8) * (width + 10) + 16

/**
 * Writes the first `count` values as runs: repeated values of which there are eight or more, the others packed, in groups of eight.
 * Returns where the next byte goes; `out` has to have room for `mostBytes`.
 */
export function writeRuns(values: Integers, count: number, width: number, out: Uint8Array, offset: number): number {
  let at = offset
  let packed = 0
  let index = 0
  while (index < count) {
    const value = values[index] as number
    let repeats = 1
    while (index + repeats < count && values[index + repeats] === value) repeats += 1
    if (repeats < 8) {
      index += 8
      continue
    }
    if (index > packed) at = pack(values, packed, index, width, out, at)
    at = writeVarint(repeats * 2, out, at)
    for (let byte = 0; byte < Math.ceil(width / 8); byte++) out[at++] = (value >>> (8 * byte)) & 0xff
    index += repeats
    packed = index
  }
  return packed < count ? pack(values, packed, count, width, out, at) : at
}

/** Packs the values from one index up to another, and zeros up to a group of eight. */
function pack(values: Integers, from: number, to: number, width: number, out: Uint8Array, offset: number): number {
  const groups = Math.ceil((to - from) / 8)
  const begin = writeVarint(groups * 2 + 1, out, offset)
  const end = begin + groups * width
  let at = begin
  let held = 0
  let bits = 0
  for (let index = from; index < to; index++) {
    let value = values[index] as number
    let left = width
    // In two halves, so that what is held never has more than 32 bits.
    for (; left > 16; left -= 16) {
      held |= (value & 0xffff) << bits
      value >>>= 16
      for (bits += 16; bits >= 8; bits -= 8) {
        out[at++] = held & 0xff
        held >>>= 8
      }
    }
    held |= value << bits
    for (bits += left; bits >= 8; bits -= 8) {
      out[at++] = held & 0xff
      held >>>= 8
    }
  }
  if (bits > 0) out[at++] = held & 0xff
  out.fill(0, at, end)
  return end
}

function writeVarint(value: number, out: Uint8Array, offset: number): number {
  let at = offset
  let left = value
  for (; left > 0x7f; left = Math.floor(left / 128)) out[at++] = (left & 0x7f) | 0x80
  out[at++] = left
  return at
}
