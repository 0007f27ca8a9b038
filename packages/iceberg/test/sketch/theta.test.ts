import {describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import type {LeafValues, PhysicalValues} from '../../src/parquet/leaves.js'
import {serializeTheta} from '../../src/sketch/compact-theta.js'
import {murmur3Hasher} from '../../src/sketch/murmur3-128.js'
import {valueSketch} from '../../src/sketch/sketch-values.js'
import {estimateOf, NOMINAL_ENTRIES, thetaSketch} from '../../src/sketch/theta-sketch.js'
import type {PrimitiveType} from '../../src/spec/types.js'

function sketchOf(type: PrimitiveType, values: PhysicalValues) {
  const {sketch, addAll} = valueSketch(type)
  addAll({values} as LeafValues)
  return sketch
}

const longs = (from: number, to: number) => BigInt64Array.from({length: to - from}, (_, index) => BigInt(from + index))
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('the hash', () => {
  test.each([
    ['', 0, '0000000000000000'],
    ['hello', 0, 'cbd8a7b341bd9b02'],
    ['hello, world', 0, '342fac623a5ebc8e'],
    ['The quick brown fox jumps over the lazy dog', 0, 'e34bbc7bbc071b6c'],
  ])('of %p with seed %d is that of other implementations', (text, seed, expected) => {
    const hasher = murmur3Hasher(seed)
    const bytes = Buffer.from(`..${text}`)
    hasher.hash(bytes, 2, bytes.length - 2)
    const [low, high] = hasher.result as unknown as [number, number]
    expect(high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')).toBe(expected)
  })
})

describe('a sketch', () => {
  test('counts exactly up to its nominal entries, whatever is repeated', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}), {maxLength: 300}), (values) => {
        expect(estimateOf(sketchOf('long', [...values, ...values]))).toBe(new Set(values).size)
      }),
    )
    expect(estimateOf(sketchOf('long', longs(0, NOMINAL_ENTRIES)))).toBe(NOMINAL_ENTRIES)
  })

  test('of more is within four standard errors, and is the same in whatever order they come', () => {
    fc.assert(
      fc.property(fc.integer({min: 5000, max: 60_000}), fc.integer({min: 0, max: 2 ** 31}), (count, from) => {
        const values = longs(from, from + count)
        const sketch = sketchOf('long', values)
        expect(Math.abs(estimateOf(sketch) / count - 1)).toBeLessThan(4 / Math.sqrt(NOMINAL_ENTRIES - 1))
        expect(sketch.retained()).toHaveLength(NOMINAL_ENTRIES)
        expect(hex(serializeTheta(sketchOf('long', values.toReversed())))).toBe(hex(serializeTheta(sketch)))
      }),
      {numRuns: 15},
    )
  })

  test('keeps exactly the least hashes, below theta', () => {
    const all = Array.from({length: 20_000}, (_, index) => ({low: (index * 2_654_435_761) >>> 0, high: (index * 40_503) & 0x7fffffff}))
    const sketch = thetaSketch()
    for (const {low, high} of all) sketch.add(low, high)
    const sorted = all.filter(({low, high}) => low !== 0 || high !== 0).sort((a, b) => a.high - b.high || a.low - b.low)
    expect(sketch.retained()).toEqual(sorted.slice(0, NOMINAL_ENTRIES))
    expect(sketch.theta()).toEqual(sorted[NOMINAL_ENTRIES])
  })

  test.each<[PrimitiveType, PhysicalValues, number]>([
    ['boolean', [true, false, null, true], 2],
    ['int', Int32Array.of(1, 2, 2), 2],
    ['int', [1, null, 2, 1], 2],
    ['float', [1.5, Number.NaN, Number.NaN, null], 2],
    ['string', [Buffer.from('a'), Buffer.from('a'), Buffer.from('b')], 2],
    ['decimal(5,2)', Int32Array.of(100, 256, 100), 2],
  ])('of %s values leaves nulls out', (type, values, distinct) => {
    expect(estimateOf(sketchOf(type, values))).toBe(distinct)
  })

  test('leaves out the empty string, which DataSketches does not take', () => {
    expect(estimateOf(sketchOf('string', [Buffer.alloc(0), Buffer.from('a')]))).toBe(1)
  })

  test.each<[PrimitiveType, PhysicalValues, PhysicalValues]>([
    ['long', longs(-5, 300), [...longs(-5, 300)]],
    ['int', Int32Array.of(-1, 0, 70_000), [-1, 0, 70_000]],
    ['double', Float64Array.of(-0.5, 3, Number.POSITIVE_INFINITY), [-0.5, 3, Number.POSITIVE_INFINITY]],
    ['float', Float32Array.of(-0.5, 3), [-0.5, 3]],
    ['decimal(18,2)', BigInt64Array.of(-129n, 127n, 128n), [-129n, 127n, 128n]],
    ['decimal(18,2)', Int32Array.of(-1, 255), [-1n, 255n]],
    ['decimal(38,2)', [Buffer.from('ffffff7f', 'hex'), Buffer.from('00000080', 'hex')], [-129n, 128n]],
  ])('of %s is the same however the values are stored', (type, one, other) => {
    expect(hex(serializeTheta(sketchOf(type, one)))).toBe(hex(serializeTheta(sketchOf(type, other))))
  })
})
