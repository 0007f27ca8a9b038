import type {FileIO} from '@phlo/core'
import {fileRows, type RowLayout, type RowSource} from './file-rows.js'
import type {LeafValues, PhysicalValue} from './leaves.js'

/**
 * A checksum of each leaf's values in some files, by field id: the sum, modulo 2^64, of a hash of each value with its levels, so
 * that the order of rows does not matter.
 */
export async function columnChecksums(io: FileIO, sources: readonly RowSource[], layout: RowLayout): Promise<ReadonlyMap<number, bigint>> {
  const sums = new Map(layout.leaves.map(({fieldId}) => [fieldId, 0n]))
  for (const source of sources) {
    for await (const {read} of fileRows(io, source, layout)) {
      for (const leaf of layout.leaves) {
        sums.set(leaf.fieldId, BigInt.asUintN(64, (sums.get(leaf.fieldId) ?? 0n) + checksum(read(leaf))))
      }
    }
  }
  return sums
}

/** So many hashes of 32 bits have a sum that a number holds exactly: rounded, it would depend on their order. */
const EXACT = 2 ** 20

/** What a leaf's values add to its checksum. */
export function checksum({values, definitionLevels, repetitionLevels}: LeafValues): bigint {
  const scratch = Buffer.alloc(8)
  let total = 0n
  let high = 0
  let low = 0
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as PhysicalValue
    const level = value === null ? (definitionLevels?.[at] ?? 0) : 0xff
    const seed = (level << 8) | (repetitionLevels?.[at] ?? 0)
    const bytes = bytesOf(value, scratch)
    low += fnv(bytes, 0x811c9dc5 ^ seed)
    high += fnv(bytes, 0x9e3779b9 ^ seed)
    if (at % EXACT === 0) {
      total += (BigInt(high) << 32n) + BigInt(low)
      high = 0
      low = 0
    }
  }
  return total + (BigInt(high) << 32n) + BigInt(low)
}

function bytesOf(value: PhysicalValue, scratch: Buffer): Uint8Array {
  if (value instanceof Uint8Array) return value
  scratch.fill(0)
  if (typeof value === 'bigint') scratch.writeBigInt64LE(value)
  else if (typeof value === 'number') scratch.writeDoubleLE(value)
  else if (value === true) scratch[0] = 1
  return scratch
}

const {imul} = Math

/** FNV-1a, with its bits mixed once more at the end. */
function fnv(bytes: Uint8Array, seed: number): number {
  let hash = seed
  for (let at = 0; at < bytes.length; at++) hash = imul(hash ^ (bytes[at] as number), 0x01000193)
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
