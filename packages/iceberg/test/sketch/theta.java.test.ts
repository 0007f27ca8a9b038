import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from '@jest/globals'
import fc from 'fast-check'
import type {LeafValues} from '../../src/parquet/leaves.js'
import {serializeTheta} from '../../src/sketch/compact-theta.js'
import {valueSketch} from '../../src/sketch/sketch-values.js'
import {estimateOf} from '../../src/sketch/theta-sketch.js'
import {standingJava} from '../support/judges.js'

const java = standingJava()
afterAll(() => java.close())

const folder = mkdtempSync(join(tmpdir(), 'phlo-theta-'))
afterAll(() => rmSync(folder, {recursive: true}))

/** Byte strings of every length, each after its length. */
function framed(values: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    values.flatMap((value) => {
      const length = Buffer.alloc(4)
      length.writeInt32BE(value.length)
      return [length, value]
    }),
  )
}

const numbered = (count: number) => Array.from({length: count}, (_, index) => Buffer.from(`value ${index}`))

test('sketches are byte by byte those of Apache DataSketches, of nothing, of one value, below and above their size', async () => {
  const random = fc.sample(fc.array(fc.uint8Array({maxLength: 70}), {maxLength: 400}), {numRuns: 20, seed: 20_261_121})
  const lengths = Array.from({length: 100}, (_, length) => Buffer.alloc(length, length))
  const sets = [[], [Buffer.from('a')], lengths, ...[2, 4095, 4096, 4097, 8191, 8192, 8193, 100_000].map(numbered), ...random]
  const files = sets.map((values, index) => {
    const file = join(folder, String(index))
    writeFileSync(file, framed(values))
    return file
  })
  const expected = await java.theta(files)
  const found = sets.map((values) => {
    const {sketch, addAll} = valueSketch('binary')
    addAll({values} as unknown as LeafValues)
    return {hex: Buffer.from(serializeTheta(sketch)).toString('hex'), estimate: estimateOf(sketch)}
  })
  expect(found.map(({hex}) => hex)).toEqual(expected.map(({hex}) => hex))
  for (const [index, {estimate}] of found.entries()) expect(estimate).toBeCloseTo(expected[index]?.estimate as number, 6)
})
