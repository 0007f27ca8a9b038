import type {PhysicalValue, PhysicalValues} from '../parquet/leaves.js'
import {baseType, decimalType} from '../spec/primitive-types.js'
import type {PrimitiveType} from '../spec/types.js'

/** Writes the values of a column so that their bytes compare, without a sign, as the values do. Nulls are not asked for. */
export interface OrderedBytes {
  /** The most bytes that a row's value takes. */
  room(row: number): number
  /** Writes a row's value; returns where it ends. */
  write(row: number, target: Uint8Array, at: number): number
}

/**
 * The values of a column in Iceberg's order (spec, "Sorting"): numbers by value, -0 before 0 and NaN after all, whatever its sign,
 * as Java compares them; strings by their UTF-8 bytes, uuid, fixed and binary by unsigned bytes.
 *
 * @param values physical values of the type, one a row
 */
export function orderedBytes(type: PrimitiveType, values: PhysicalValues): OrderedBytes {
  switch (baseType(type)) {
    case 'boolean':
      return fixed(1, (row, target, at) => {
        target[at] = values[row] === true ? 1 : 0
      })
    case 'int':
    case 'date':
      return intBytes(values)
    case 'float':
    case 'double':
      return doubleBytes(values)
    case 'decimal':
      return decimalBytes(type, values)
    case 'string':
    case 'binary':
      return escapedBytes(values as Uint8Array[])
    case 'uuid':
    case 'fixed':
      return plainBytes(values as Uint8Array[])
    default:
      return longBytes(values)
  }
}

function fixed(length: number, put: (row: number, target: Uint8Array, at: number) => void): OrderedBytes {
  return {
    room: () => length,
    write(row, target, at) {
      put(row, target, at)
      return at + length
    },
  }
}

function put32(target: Uint8Array, at: number, word: number): void {
  target[at] = word >>> 24
  target[at + 1] = word >>> 16
  target[at + 2] = word >>> 8
  target[at + 3] = word
}

const SIGN = 0x80000000

function intBytes(values: PhysicalValues): OrderedBytes {
  return fixed(4, (row, target, at) => put32(target, at, (values[row] as number) ^ SIGN))
}

/** 64-bit integers: as words, since reading a bigint from an array makes an object. */
function longBytes(values: PhysicalValues): OrderedBytes {
  const words = wordsOf(values instanceof BigInt64Array ? values : BigInt64Array.from(values as bigint[], (value) => value ?? 0n))
  return fixed(8, (row, target, at) => {
    put32(target, at, (words[2 * row + 1] as number) ^ SIGN)
    put32(target, at + 4, words[2 * row] as number)
  })
}

function doubleBytes(values: PhysicalValues): OrderedBytes {
  const doubles = new Float64Array(values.length)
  for (let row = 0; row < values.length; row++) doubles[row] = (values[row] as number | null) ?? 0
  const words = wordsOf(doubles)
  return fixed(8, (row, target, at) => {
    const isNaN = Number.isNaN(doubles[row])
    const [high, low] = isNaN ? [0x7ff80000, 0] : [words[2 * row + 1] as number, words[2 * row] as number]
    // A negative number is the smaller the larger its magnitude is.
    const isNegative = high < 0
    put32(target, at, isNegative ? ~high : high ^ SIGN)
    put32(target, at + 4, isNegative ? ~low : low)
  })
}

/** Words of 64-bit values, the lower one first, as every machine that Node runs on has them. */
const wordsOf = ({buffer, byteOffset, length}: BigInt64Array | Float64Array) => new Int32Array(buffer, byteOffset, 2 * length)

function decimalBytes(type: PrimitiveType, values: PhysicalValues): OrderedBytes {
  const precision = decimalType(type)?.precision ?? 38
  if (precision <= 9) return intBytes(values)
  if (precision <= 18) return longBytes(values)
  const bytes = plainBytes(values as Uint8Array[])
  return {
    room: bytes.room,
    write(row, target, at) {
      const end = bytes.write(row, target, at)
      target[at] = (target[at] as number) ^ 0x80
      return end
    },
  }
}

function plainBytes(values: readonly PhysicalValue[]): OrderedBytes {
  return {
    room: (row) => (values[row] as Uint8Array).length,
    write(row, target, at) {
      const value = values[row] as Uint8Array
      for (let index = 0; index < value.length; index++) target[at + index] = value[index] as number
      return at + value.length
    },
  }
}

/** Of any length, and yet none is the beginning of another: 0 becomes 0 255, and 0 0 is the end. */
function escapedBytes(values: readonly PhysicalValue[]): OrderedBytes {
  return {
    room: (row) => 2 * (values[row] as Uint8Array).length + 2,
    write(row, target, at) {
      const value = values[row] as Uint8Array
      let end = at
      for (let index = 0; index < value.length; index++) {
        const byte = value[index] as number
        target[end++] = byte
        if (byte === 0) target[end++] = 0xff
      }
      target[end++] = 0
      target[end++] = 0
      return end
    },
  }
}
