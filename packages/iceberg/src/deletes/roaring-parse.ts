import type {PositionBitmap} from './roaring.js'
import {ARRAY_MAX, BITMAP_WORDS, type Container, countBits} from './roaring-container.js'
import {CONTAINERS, COOKIE, COOKIE_WITH_RUNS, OFFSETS_FROM} from './roaring-format.js'

/**
 * Reads the portable form of a 64-bit Roaring bitmap and checks every part of it. Memory grows with the bytes
 * that are there, not with what they claim.
 *
 * @throws RangeError saying what is wrong: cut short, bytes left over, keys or values out of order, a count that is not true, a
 * position of 2^53 or more
 */
export function parseBitmap(bytes: Uint8Array): PositionBitmap {
  const reader = littleEndian(bytes)
  const count = reader.u32() + reader.u32() * 2 ** 32
  const containers = new Map<number, Container>()
  let last = -1
  for (let index = 0; index < count; index++) {
    const high = reader.u32()
    if (high <= last) throw new RangeError('the keys of its 32-bit bitmaps are not in order')
    if (high >= 2 ** 21) throw new RangeError(`it has positions from ${BigInt(high) << 32n} on, which is beyond 2^53`)
    last = high
    for (const [key, container] of bitmap32(reader)) containers.set(high * CONTAINERS + key, container)
  }
  if (reader.left() > 0) throw new RangeError(`${reader.left()} bytes are left over behind the bitmap`)
  return {containers}
}

/** A 32-bit bitmap: its containers by key. */
function bitmap32(reader: Reader): readonly (readonly [number, Container])[] {
  const begin = reader.left()
  const cookie = reader.u32()
  const hasRuns = (cookie & 0xffff) === COOKIE_WITH_RUNS
  if (!hasRuns && cookie !== COOKIE) throw new RangeError(`it has a 32-bit bitmap that begins with ${cookie}`)
  const count = hasRuns ? (cookie >>> 16) + 1 : reader.u32()
  if (count > CONTAINERS) throw new RangeError(`it has a 32-bit bitmap of ${count} containers`)
  const runFlags = reader.take(hasRuns ? Math.ceil(count / 8) : 0)
  const described = reader.u16s(2 * count)
  const offsets = !hasRuns || count >= OFFSETS_FROM ? Array.from({length: count}, () => reader.u32()) : undefined
  return Array.from({length: count}, (_, index) => {
    const key = described[2 * index] as number
    const size = (described[2 * index + 1] as number) + 1
    if (index > 0 && key <= (described[2 * index - 2] as number)) throw new RangeError('the keys of its containers are not in order')
    const offset = begin - reader.left()
    if (offsets && offsets[index] !== offset) throw new RangeError(`a container is said to be at ${offsets[index]} and is at ${offset}`)
    const isRuns = (((runFlags[index >>> 3] ?? 0) >>> (index & 7)) & 1) === 1
    const container = isRuns ? runs(reader) : size > ARRAY_MAX ? bitmap(reader) : array(reader, size)
    if (container.size !== size) throw new RangeError(`a container of ${container.size} values is said to have ${size}`)
    return [key, container]
  })
}

function array(reader: Reader, size: number): Container {
  const values = reader.u16s(size)
  for (let at = 1; at < size; at++) {
    if ((values[at] as number) <= (values[at - 1] as number)) throw new RangeError('the values of an array container are not in order')
  }
  return {kind: 'array', values, size}
}

function bitmap(reader: Reader): Container {
  const words = Uint32Array.from({length: BITMAP_WORDS}, () => reader.u32())
  return {kind: 'bitmap', words, size: countBits(words)}
}

function runs(reader: Reader): Container {
  const pairs = reader.u16s(2 * (reader.u16s(1)[0] as number))
  let size = 0
  let end = 0
  for (let at = 0; at < pairs.length; at += 2) {
    const start = pairs[at] as number
    if (start < end) throw new RangeError('the runs of a container are not in order')
    const length = (pairs[at + 1] as number) + 1
    end = start + length
    size += length
  }
  if (end > CONTAINERS) throw new RangeError('a run reaches beyond its container')
  return {kind: 'runs', runs: pairs, size}
}

interface Reader {
  /** Bytes that were not taken yet. */
  left(): number
  take(length: number): Uint8Array
  u32(): number
  u16s(count: number): Uint16Array
}

function littleEndian(bytes: Uint8Array): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const skip = (length: number) => {
    if (length > bytes.length - at) throw new RangeError('it is cut short')
    at += length
    return at - length
  }
  return {
    left: () => bytes.length - at,
    take: (length) => bytes.subarray(skip(length), at),
    u32: () => view.getUint32(skip(4), true),
    u16s: (count) => {
      const start = skip(2 * count)
      return Uint16Array.from({length: count}, (_, index) => view.getUint16(start + 2 * index, true))
    },
  }
}
