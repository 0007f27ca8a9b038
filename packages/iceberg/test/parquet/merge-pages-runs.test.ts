import {describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import {readRleBitPackedHybrid} from 'hyparquet/src/encoding.js'
import {createDictionary, plainValues} from '../../src/parquet/merge/dictionary.js'
import {mostBytes, readRuns, writeRuns} from '../../src/parquet/merge/runs.js'

/** Numbers of so many bits, some of which are repeated many times. */
const values = fc.integer({min: 1, max: 32}).chain((width) =>
  fc.record({
    width: fc.constant(width),
    numbers: fc
      .array(fc.tuple(fc.integer({min: 0, max: 2 ** width - 1}), fc.oneof(fc.constant(1), fc.integer({min: 1, max: 40}))), {maxLength: 60})
      .map((runs) => Uint32Array.from(runs.flatMap(([value, times]) => new Array<number>(times).fill(value)))),
  }),
)

function written(numbers: Uint32Array, width: number): Uint8Array {
  const bytes = new Uint8Array(mostBytes(numbers.length, width)).fill(0xaa)
  return bytes.subarray(0, writeRuns(numbers, numbers.length, width, bytes, 0))
}

describe('numbers in runs', () => {
  test('are read as they were written, at every width, by us and by hyparquet', () => {
    fc.assert(
      fc.property(values, ({numbers, width}) => {
        const bytes = written(numbers, width)
        const ours = new Uint32Array(numbers.length + 1)
        readRuns({bytes, offset: 0, width, values: numbers.length}, ours, 1)
        expect(ours.subarray(1)).toEqual(numbers)
        // Its numbers of 32 bits have a sign, and it packs no more than 24 bits without loss.
        if (width > 24) return
        const theirs = new Array<number>(numbers.length)
        readRleBitPackedHybrid({view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0}, width, theirs, bytes.length)
        expect(theirs).toEqual([...numbers])
      }),
      {numRuns: 500},
    )
  })

  test('that are cut short are refused', () => {
    fc.assert(
      fc.property(values, fc.nat(), ({numbers, width}, cut) => {
        fc.pre(numbers.length > 0)
        const bytes = written(numbers, width)
        const given = bytes.subarray(0, cut % bytes.length)
        const read = new Uint32Array(numbers.length)
        try {
          readRuns({bytes: given, offset: 0, width, values: numbers.length}, read, 0)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
          return
        }
        // Only what pads the last group of eight may be missing.
        expect(read).toEqual(numbers)
      }),
      {numRuns: 500},
    )
  })
})

describe('a merged dictionary', () => {
  const texts = fc.array(fc.uniqueArray(fc.string({unit: 'binary', maxLength: 3}), {maxLength: 80}), {maxLength: 8})
  const plain = (all: readonly string[]) => {
    const parts = all.map((text) => Buffer.from(text))
    const bytes = Buffer.concat(parts.flatMap((part) => [Buffer.from(Uint32Array.of(part.length).buffer), part]))
    return plainValues({type: 'BYTE_ARRAY'}, bytes, parts.length)
  }

  test('has each value once, in the order in which they came, and leaves out what does not fit', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(40, 400, 1_000_000), (dictionaries, most) => {
        const merged = createDictionary(most)
        const expected: string[] = []
        for (const own of dictionaries) {
          const both = [...new Set([...expected, ...own])]
          const fits = both.reduce((sum, text) => sum + 4 + Buffer.byteLength(text), 0) <= most
          const indexes = merged.add(plain(own))
          if (fits) expected.splice(0, expected.length, ...both)
          expect(indexes && [...indexes]).toEqual(fits ? own.map((text) => expected.indexOf(text)) : undefined)
          expect(merged.size).toBe(expected.length)
        }
        expect(Buffer.from(merged.values().bytes)).toEqual(Buffer.from(plain(expected).bytes))
      }),
      {numRuns: 300},
    )
  })
})
