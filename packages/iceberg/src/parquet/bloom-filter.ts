import {usage} from '@phlo/core'
import {xxhash64} from 'hyparquet/src/xxhash.js'
import {optimalNumBytes} from 'hyparquet-writer/src/bloom.js'
import {geographic} from '../spec/primitive-types.js'
import {booleanProperty, numberProperty} from '../spec/table-properties.js'
import type {Leaf} from './leaves.js'
import type {PlainValues} from './merge/dictionary.js'
import type {PhysicalType} from './physical.js'

/** How large a column's Bloom filter is to be. Plain data, which may go to another thread. */
export interface BloomOptions {
  /** The part of the values that are not there, from 0 to 1, for which the filter may not tell so. */
  readonly falsePositives: number
  /** Bytes that it takes at most; then it tells of fewer values. */
  readonly maxBytes: number
}

/**
 * The leaves for which a table's properties ask for a Bloom filter, by Iceberg's names of properties and columns. Booleans have none, for
 * they have two values, and neither have variants and geometries, which are not looked for by their bytes.
 *
 * @throws PhloError `INVALID_PROPERTY` (exit 2)
 */
export function bloomFilters(properties: Readonly<Record<string, string>>): (leaf: Leaf) => BloomOptions | undefined {
  const maxBytes = numberProperty(properties, 'write.parquet.bloom-filter-max-bytes', 1024 ** 2, 32)
  const prefix = 'write.parquet.bloom-filter-fpp.column.'
  for (const [name, text] of Object.entries(properties)) {
    if (!name.startsWith(prefix) || (Number(text) > 0 && Number(text) < 1)) continue
    throw usage('INVALID_PROPERTY', `Table property ${name} is ${JSON.stringify(text)}; it has to be a number between 0 and 1.`)
  }
  return ({name, type}) => {
    if (type === 'boolean' || type === 'variant' || geographic(type)) return undefined
    if (!booleanProperty(properties, `write.parquet.bloom-filter-enabled.column.${name}`, false)) return undefined
    return {falsePositives: Number(properties[`${prefix}${name}`] ?? 0.01), maxBytes}
  }
}

/** Makes a split-block Bloom filter (Parquet, "Bloom Filter") in a memory that does not grow with the values. */
export interface BloomBuilder {
  add(values: PlainValues): void
  /** The filter's words; undefined without a value, as no filter says nothing. */
  finish(): Uint32Array | undefined
}

/** @param most values that may come */
export function createBloomBuilder({type}: PhysicalType, {falsePositives, maxBytes}: BloomOptions, most: number): BloomBuilder {
  const limit = 2 ** Math.floor(Math.log2(maxBytes))
  const words = new Uint32Array(Math.min(limit, optimalNumBytes(most, falsePositives)) / 4)
  const length = type === 'BYTE_ARRAY' ? 4 : 0
  let distinct = 0
  return {
    add({bytes, starts}) {
      for (let at = 0; at < starts.length - 1; at++) {
        const hash = xxhash64(bytes.subarray((starts[at] as number) + length, starts[at + 1]))
        distinct += Number(insert(words, Number(hash >> 32n), Number(hash & 0xffffffffn)))
      }
    },
    finish() {
      if (distinct === 0) return undefined
      // How many values differ is known only now.
      const size = optimalNumBytes(distinct, falsePositives)
      let filter = words
      while (filter.byteLength > size) filter = folded(filter)
      return filter
    },
  }
}

const SALT = [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31] as const

/** Sets a bit in each word of a hash's block (Parquet, "Bloom Filter"). Returns whether one of them was not set. */
function insert(words: Uint32Array, high: number, low: number): boolean {
  // There is a power of two of blocks, so that no digit of the quotient is lost.
  const block = Math.floor((high / 2 ** 32) * (words.length / 8)) * 8
  let isNew = false
  for (let at = 0; at < 8; at++) {
    const bit = 1 << (Math.imul(low, SALT[at] as number) >>> 27)
    const word = words[block + at] as number
    if ((word & bit) !== 0) continue
    words[block + at] = word | bit
    isNew = true
  }
  return isNew
}

/** A filter of half the size with the same values: a value's block is told by the highest bits of its hash. */
function folded(words: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const half = new Uint32Array(words.length / 2)
  for (let at = 0; at < half.length; at++) {
    const first = Math.floor(at / 8) * 16 + (at % 8)
    half[at] = (words[first] as number) | (words[first + 8] as number)
  }
  return half
}
