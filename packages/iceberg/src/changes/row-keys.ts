import {hash} from 'node:crypto'
import type {LeafValues, PhysicalValue} from '../parquet/leaves.js'

/**
 * A key for each row, the same for rows of the same values and no others: the SHA-256 of all its values with their levels. -0.0 is
 * not 0.0; all NaNs are one.
 */
export function rowKeys(columns: readonly LeafValues[], rows: number): readonly string[] {
  const bytes = createBytes()
  const cursors = columns.map(() => 0)
  const keys: string[] = []
  for (let row = 0; row < rows; row++) {
    bytes.clear()
    for (const [index, column] of columns.entries()) cursors[index] = addRow(bytes, column, cursors[index] as number)
    keys.push(hash('sha256', bytes.written(), 'binary'))
  }
  return keys
}

/** Adds the entries of the row that begins at `from`, and returns where the next one begins. */
function addRow(bytes: Bytes, {values, definitionLevels, repetitionLevels}: LeafValues, from: number): number {
  let at = from
  do {
    const value = values[at] as PhysicalValue
    bytes.addByte(value === null ? (definitionLevels?.[at] ?? 0) : 255)
    bytes.addByte(repetitionLevels?.[at] ?? 0)
    addValue(bytes, value)
    at += 1
  } while (repetitionLevels && at < values.length && repetitionLevels[at] !== 0)
  return at
}

function addValue(bytes: Bytes, value: PhysicalValue): void {
  if (value === null) return
  if (value instanceof Uint8Array) bytes.addBytes(value)
  else if (typeof value === 'number') bytes.addNumber(Number.isNaN(value) ? Number.NaN : value)
  else if (typeof value === 'bigint') bytes.addInteger(value)
  else bytes.addByte(value ? 1 : 0)
}

interface Bytes {
  clear(): void
  addByte(value: number): void
  addNumber(value: number): void
  addInteger(value: bigint): void
  /** With its length before it, so that two columns cannot be taken for other two. */
  addBytes(value: Uint8Array): void
  written(): Uint8Array
}

function createBytes(): Bytes {
  let buffer = Buffer.alloc(1024)
  let end = 0
  const reserve = (more: number) => {
    if (end + more > buffer.length) buffer = Buffer.concat([buffer], Math.max(buffer.length * 2, end + more))
  }
  return {
    clear: () => {
      end = 0
    },
    addByte(value) {
      reserve(1)
      end = buffer.writeUInt8(value, end)
    },
    addNumber(value) {
      reserve(8)
      end = buffer.writeDoubleLE(value, end)
    },
    addInteger(value) {
      reserve(8)
      end = buffer.writeBigInt64LE(value, end)
    },
    addBytes(value) {
      reserve(4 + value.length)
      end = buffer.writeUInt32LE(value.length, end)
      buffer.set(value, end)
      end += value.length
    },
    written: () => buffer.subarray(0, end),
  }
}
