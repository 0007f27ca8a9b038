import type {FileIO} from '@phlo/core'
import type {Schema, Value} from '../spec/types.js'
import {defaultsOf} from './defaults.js'
import {tableFileLeaves} from './file-leaves.js'
import {readFooter} from './footer.js'
import {type LeafValues, leavesOf, type PhysicalValue} from './leaves.js'
import type {NameMapping} from './name-mapping.js'
import {openRowGroup} from './read-leaves.js'

/**
 * A checksum of each leaf's values in some files, by field id: the sum, modulo 2^64, of a hash of each value with its levels, so
 * that the order of rows does not matter.
 */
export async function columnChecksums(
  io: FileIO,
  files: readonly {readonly path: string; readonly size: number}[],
  schema: Schema,
  mapping: NameMapping | undefined,
  identity: ReadonlyMap<number, Value>,
): Promise<ReadonlyMap<number, bigint>> {
  const leaves = leavesOf(schema)
  const sums = new Map(leaves.map(({fieldId}) => [fieldId, 0n]))
  for (const {path, size} of files) {
    const file = await io.open(path, {size})
    try {
      const footer = await readFooter(file)
      const columns = tableFileLeaves(path, footer, mapping)
      for (let rowGroup = 0; rowGroup < footer.row_groups.length; rowGroup++) {
        const read = await openRowGroup({file, footer, leaves: columns, rowGroup}, leaves, defaultsOf(schema, identity))
        for (const leaf of leaves) sums.set(leaf.fieldId, BigInt.asUintN(64, (sums.get(leaf.fieldId) ?? 0n) + checksum(read(leaf))))
      }
    } finally {
      await file.close()
    }
  }
  return sums
}

function checksum({values, definitionLevels, repetitionLevels}: LeafValues): bigint {
  const scratch = Buffer.alloc(8)
  let high = 0
  let low = 0
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as PhysicalValue
    const level = value === null ? (definitionLevels?.[at] ?? 0) : 0xff
    const seed = (level << 8) | (repetitionLevels?.[at] ?? 0)
    const bytes = bytesOf(value, scratch)
    low += fnv(bytes, 0x811c9dc5 ^ seed)
    high += fnv(bytes, 0x9e3779b9 ^ seed)
  }
  return (BigInt(high) << 32n) + BigInt(low)
}

function bytesOf(value: PhysicalValue, scratch: Buffer): Uint8Array {
  if (value instanceof Uint8Array) return value
  scratch.fill(0)
  if (typeof value === 'bigint') scratch.writeBigInt64LE(value)
  else if (typeof value === 'number') scratch.writeDoubleLE(value)
  else if (value === true) scratch[0] = 1
  return scratch
}

/** FNV-1a, with its bits mixed once more at the end. */
function fnv(bytes: Uint8Array, seed: number): number {
  let hash = seed
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
