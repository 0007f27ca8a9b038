import {createHash} from 'node:crypto'
import {describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import {
  addPosition,
  addPositions,
  cardinality,
  hasPosition,
  type PositionBitmap,
  positionBitmap,
  positionsOf,
} from '../../src/deletes/roaring.js'
import {parseBitmap} from '../../src/deletes/roaring-parse.js'
import {serializeBitmap} from '../../src/deletes/roaring-serialize.js'
import {bitmapsFromJava, range} from './samples.js'

const TOP = Number.MAX_SAFE_INTEGER
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const sorted = (values: Iterable<number>) => [...new Set(values)].sort((left, right) => left - right)

/** As `toEqual`, which takes seconds for hundreds of thousands of numbers. */
function expectSame(found: Iterable<number>, expected: readonly number[]): void {
  const list = [...found]
  expect(list.length).toBe(expected.length)
  expect(list.findIndex((value, index) => value !== expected[index])).toBe(-1)
}

/** A 64-bit bitmap of one 32-bit bitmap. */
const wrapped = (bitmap32: Uint8Array, key = 0) => Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, key, 0, 0, 0]), bitmap32])

/** The parts of a bitmap as little-endian numbers: `[bytes, value]`. */
const bytesOf = (...parts: readonly (readonly [1 | 2 | 4, ...number[]])[]) =>
  Buffer.concat(
    parts.flatMap(([size, ...values]) =>
      values.map((value) => {
        const bytes = Buffer.alloc(size)
        bytes.writeUIntLE(value, 0, size)
        return bytes
      }),
    ),
  )

/** Positions as deletes have them: single ones, ranges, combs, near each other and far apart. */
const positions = fc
  .array(
    fc.oneof(
      fc.maxSafeNat().map((position) => [position]),
      fc.nat(300_000).map((position) => [position]),
      fc
        .tuple(fc.nat(2 ** 34), fc.integer({min: 1, max: 6000}), fc.integer({min: 1, max: 40}))
        .map(([start, count, step]) => range(start, start + count * step, step)),
    ),
    {maxLength: 8},
  )
  .map((groups) => groups.flat())

describe('a set of positions', () => {
  test('is the same as a Set of numbers, and so is its union with another', () => {
    fc.assert(
      fc.property(positions, positions, (left, right) => {
        const [a, b] = [positionBitmap(left), positionBitmap(right)]
        expectSame(positionsOf(a), sorted(left))
        expect(cardinality(a)).toBe(new Set(left).size)
        const members = new Set(left)
        for (const position of [...left, ...right]) {
          for (const near of [position - 1, position, position + 1])
            if (hasPosition(a, near) !== members.has(near)) throw new Error(`${near}`)
        }
        addPositions(a, b)
        expectSame(positionsOf(a), sorted([...left, ...right]))
        expect(cardinality(a)).toBe(new Set([...left, ...right]).size)
        addPosition(a, 77)
        expectSame(positionsOf(b), sorted(right))
      }),
      {numRuns: 60},
    )
  })

  test('comes back from its portable form, also to be changed further', () => {
    fc.assert(
      fc.property(positions, positions, (first, more) => {
        const bitmap = parseBitmap(serializeBitmap(positionBitmap(first)))
        expectSame(positionsOf(bitmap), sorted(first))
        for (const position of first) if (!hasPosition(bitmap, position)) throw new Error(`${position} is missing`)
        for (const position of more) addPosition(bitmap, position)
        const all = sorted([...first, ...more])
        expectSame(positionsOf(bitmap), all)
        expect(Buffer.compare(serializeBitmap(bitmap), serializeBitmap(positionBitmap(all)))).toBe(0)
      }),
      {numRuns: 60},
    )
  })

  test('gives the positions of a range of rows', () => {
    fc.assert(
      fc.property(positions, fc.nat(400_000), fc.nat(400_000), (given, start, length) => {
        for (const bitmap of [positionBitmap(given), parseBitmap(serializeBitmap(positionBitmap(given)))]) {
          const inRange = sorted(given).filter((position) => position >= start && position < start + length)
          expectSame(positionsOf(bitmap, start, start + length), inRange)
        }
      }),
      {numRuns: 60},
    )
  })

  test('holds the ends of what a row position can be, and refuses what cannot be one', () => {
    const ends = [0, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, TOP]
    const bitmap = positionBitmap(ends)
    expectSame(positionsOf(parseBitmap(serializeBitmap(bitmap))), ends)
    for (const wrong of [-1, 0.5, TOP + 1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => addPosition(bitmap, wrong)).toThrow(RangeError)
    expect(hasPosition(bitmap, -1)).toBe(false)
    expect(cardinality(bitmap)).toBe(ends.length)
  })
})

describe('the portable form', () => {
  const values = [...range(0, 100_000, 1000), ...range(300_000, 600_000, 3), ...range(700_000, 800_000)]

  test('is byte for byte that of the format’s test data, bitmapwithruns.bin', () => {
    const bytes = serializeBitmap(positionBitmap(values))
    expect(sha256(bytes.subarray(12))).toBe('1f1909bfdd354fa2f0694fe88b8076833ca5383ad9fc3f68f2709c84a2ab70e3')
    expectSame(positionsOf(parseBitmap(bytes)), values)
  })

  test('is read without runs too, as in the format’s test data, bitmapwithoutruns.bin', () => {
    const groups = [...Map.groupBy(values, (value) => value >>> 16)].map(([key, found]) => ({
      key,
      low: found.map((value) => value & 0xffff),
    }))
    const stored = groups.map(({low}) => {
      if (low.length <= 4096) return bytesOf([2, ...low])
      const bits = Buffer.alloc(8192)
      for (const value of low) bits[value >>> 3] = (bits[value >>> 3] as number) | (1 << (value & 7))
      return bits
    })
    const offsets = stored.map((_, index) => Buffer.concat(stored.slice(0, index)).length + 8 + 8 * groups.length)
    const header = bytesOf([4, 12_346, groups.length], [2, ...groups.flatMap(({key, low}) => [key, low.length - 1])], [4, ...offsets])
    const bytes = Buffer.concat([header, ...stored])
    expect(sha256(bytes)).toBe('d719ae2e0150a362ef7cf51c361527585891f01460b1a92bcfb6a7257282a442')
    expectSame(positionsOf(parseBitmap(wrapped(bytes))), values)
  })

  test('is byte for byte that of the format’s 64-bit test data, bitmap64.bin', () => {
    const bitmap = positionBitmap([...range(0, 65_536, 2), ...range(2 ** 32, 2 ** 32 + 1_000_000), 2 ** 48])
    expect(sha256(serializeBitmap(bitmap))).toBe('a0f752256dbbc2ca67659c4bedb0ac5b67f18fbef76d65e0cc95bfa442eb0a6a')
  })

  test.each<[keyof typeof bitmapsFromJava, number[]]>([
    ['64mapempty', []],
    ['64map32bitvals', range(0, 10)],
    ['64mapspreadvals', range(0, 10).flatMap((key) => range(key * 2 ** 32, key * 2 ** 32 + 10))],
  ])('of Java’s %s is read', (name, expected) => {
    expectSame(positionsOf(parseBitmap(bitmapsFromJava[name])), expected)
  })

  test('may have empty bitmaps, which Java puts where a key is missing', () => {
    const empty = bytesOf([4, 12_346, 0])
    const one = bytesOf([4, 12_346, 1], [2, 0, 0], [4, 16], [2, 7])
    const bytes = Buffer.concat([bytesOf([4, 3, 0, 0]), empty, bytesOf([4, 1]), empty, bytesOf([4, 2]), one])
    expectSame(positionsOf(parseBitmap(bytes)), [2 ** 33 + 7])
  })
})

describe('a damaged bitmap is refused:', () => {
  const array = (...low: number[]) => bytesOf([4, 12_346, 1], [2, 0, low.length - 1], [4, 16], [2, ...low])
  const runs = (size: number, ...pairs: number[]) => bytesOf([4, 12_347], [1, 1], [2, 0, size - 1], [2, pairs.length / 2, ...pairs])
  test.each<[string, Uint8Array, RegExp]>([
    ['nothing at all', Buffer.alloc(0), /cut short/],
    ['more bitmaps than bytes', bytesOf([4, 0, 0xffff_ffff]), /cut short/],
    ['keys out of order', Buffer.concat([bytesOf([4, 2, 0, 5]), array(1), bytesOf([4, 5]), array(1)]), /not in order/],
    ['positions of 2^53', wrapped(array(1)).fill(0x20, 10, 11), /beyond 2\^53/],
    ['another cookie', wrapped(bytesOf([4, 12_345, 0])), /begins with 12345/],
    ['too many containers', wrapped(bytesOf([4, 12_346, 65_537])), /65537 containers/],
    ['an array out of order', wrapped(array(2, 1)), /array container are not in order/],
    ['an array with a value twice', wrapped(array(2, 2)), /array container are not in order/],
    ['containers out of order', wrapped(bytesOf([4, 12_346, 2], [2, 1, 0, 1, 0], [4, 24, 26], [2, 1, 1])), /keys of its containers/],
    ['a wrong offset', wrapped(bytesOf([4, 12_346, 1], [2, 0, 0], [4, 17], [2, 1])), /said to be at 17 and is at 16/],
    ['runs that overlap', wrapped(runs(9, 1, 4, 5, 3)), /runs of a container are not in order/],
    ['a run beyond the container', wrapped(runs(6, 65_530, 6)), /beyond its container/],
    ['runs of another count', wrapped(runs(6, 10, 6)), /container of 7 values is said to have 6/],
    [
      'a bitmap of another count',
      wrapped(Buffer.concat([bytesOf([4, 12_346, 1], [2, 0, 5000], [4, 16]), Buffer.alloc(8192, 1)])),
      /container of 8192 values is said to have 5001/,
    ],
    ['bytes left over', Buffer.concat([wrapped(array(1)), Buffer.alloc(3)]), /3 bytes are left over/],
  ])('%s', (_, bytes, message) => {
    expect(() => parseBitmap(bytes)).toThrow(message)
  })

  test('whatever the bytes are, there is a set or a RangeError', () => {
    const start = fc.constantFrom(...[positionBitmap(range(0, 9)), positionBitmap(range(5, 90_000, 7))].map(serializeBitmap))
    const damage = fc.array(fc.tuple(fc.nat(60), fc.nat(255)), {minLength: 1, maxLength: 6})
    const read = (bytes: Uint8Array): PositionBitmap | undefined => {
      try {
        return parseBitmap(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
        return undefined
      }
    }
    fc.assert(
      fc.property(start, damage, fc.nat(200), (good, changes, cut) => {
        const bytes = Uint8Array.from(good.subarray(0, good.length - (cut < 100 ? cut : 0)))
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        const bitmap = read(bytes)
        if (bitmap) expect(cardinality(bitmap)).toBe([...positionsOf(bitmap)].length)
      }),
      {numRuns: 500},
    )
  })
})
