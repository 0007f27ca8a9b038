import {checkRuns, type Runs} from '../check-runs.js'

type Integers = Uint8Array | Uint32Array

/** Up to this width a value lies within the four bytes from the one in which it begins. */
const NARROW = 25
/** Up to this width eight values do. */
const OCTET_IN_WORD = 4

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
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const mask = 2 ** width - 1
  const octets = width > OCTET_IN_WORD ? 0 : unpackOctets(view, offset, width, out, at, count)
  let position = octets * 8 * width
  // Four bytes at a time, as far as there are four.
  const words = width > NARROW ? 0 : Math.min(count, Math.max(0, Math.floor(((bytes.length - offset - 4) * 8) / width)))
  for (let index = at + octets * 8; index < at + words; index++) {
    out[index] = (view.getUint32(offset + (position >>> 3), true) >>> (position & 7)) & mask
    position += width
  }
  for (let index = at + Math.max(words, octets * 8); index < at + count; index++) {
    let [value, bits] = [0, 0]
    for (let byte = Math.floor(position / 8); bits < width + (position & 7); byte++) {
      value += (bytes[offset + byte] as number) * 2 ** bits
      bits += 8
    }
    out[index] = Math.floor(value / 2 ** (position & 7)) % 2 ** width
    position += width
  }
}

/** Reads eight values at a time, as far as there are four bytes; returns how many times. */
function unpackOctets(view: DataView, offset: number, width: number, out: Integers, at: number, count: number): number {
  const octets = Math.max(0, Math.min(count >>> 3, Math.floor((view.byteLength - offset - 4) / width) + 1))
  const mask = 2 ** width - 1
  let index = at
  for (let octet = 0; octet < octets; octet++) {
    let word = view.getUint32(offset + octet * width, true)
    for (const end = index + 8; index < end; index++) {
      out[index] = word & mask
      word >>>= width
    }
  }
  return octets
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
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength)
  let at = begin
  let held = 0
  let bits = 0
  for (let index = from; index < to; index++) {
    const value = values[index] as number
    held |= value << bits
    bits += width
    if (bits < 32) continue
    view.setUint32(at, held, true)
    at += 4
    bits -= 32
    // What did not fit; nothing may be moved by 32 bits.
    held = bits === 0 ? 0 : value >>> (width - bits)
  }
  for (; bits > 0; bits -= 8) {
    out[at++] = held & 0xff
    held >>>= 8
  }
  out.fill(0, at, end)
  return end
}

/** Writes a number in groups of seven bits, the lowest first. Returns where the next byte goes. */
export function writeVarint(value: number, out: Uint8Array, offset: number): number {
  let at = offset
  let left = value
  for (; left > 0x7f; left = Math.floor(left / 128)) out[at++] = (left & 0x7f) | 0x80
  out[at++] = left
  return at
}
