import type {LeafValues, PhysicalValue, PhysicalValues} from '../parquet/leaves.js'
import {signedBigint} from '../parquet/physical.js'
import {baseType, decimalType} from '../spec/primitive-types.js'
import {type OrderedBytes, orderedBytes} from './ordered-bytes.js'
import type {KeyPart} from './sort-keys.js'

/** Bytes that a number gives to a z-value. */
const NUMBER = 8

/**
 * The z-value of rows: the bits of each column's bytes in turn, the highest first, as Iceberg's ZOrderByteUtils interleaves them.
 * A number gives eight bytes with its sign turned round, a string, binary, fixed or uuid its first `varLength`, filled up with zeros;
 * null gives zeros. Decimals of more than 18 digits, which Spark refuses, give those of the nearest double: small and large ones alike
 * keep what tells them apart.
 */
export function zPart(columns: readonly LeafValues[], varLength: number): KeyPart {
  const contributions = columns.map((column) => contributionOf(column, varLength))
  const lengths = contributions.map(({length}) => length)
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const most = Math.max(...lengths)
  const scratch = lengths.map((length) => new Uint8Array(length))
  return {
    room: () => total,
    write(row, target, at) {
      for (const [index, {put}] of contributions.entries()) put(row, scratch[index] as Uint8Array)
      interleave(scratch, most, target, at)
      return at + total
    },
  }
}

/** Columns that have no more bits are passed over. */
function interleave(columns: readonly Uint8Array[], most: number, target: Uint8Array, at: number): void {
  let byte = at
  let value = 1
  for (let source = 0; source < most; source++) {
    for (let bit = 7; bit >= 0; bit--) {
      for (let index = 0; index < columns.length; index++) {
        const column = columns[index] as Uint8Array
        if (source >= column.length) continue
        value = (value << 1) | (((column[source] as number) >> bit) & 1)
        // The one that went in first has come to the ninth place: eight bits are complete.
        if (value < 256) continue
        target[byte++] = value
        value = 1
      }
    }
  }
}

interface Contribution {
  readonly length: number
  /** Writes all of a row's bytes. */
  readonly put: (row: number, target: Uint8Array) => void
}

function contributionOf({leaf, values}: LeafValues, varLength: number): Contribution {
  switch (baseType(leaf.type)) {
    case 'string':
    case 'binary':
    case 'uuid':
    case 'fixed':
      return {length: varLength, put: (row, target) => cut(values[row] as Uint8Array | null, target)}
    case 'boolean':
      return {length: NUMBER, put: (row, target) => cut(values[row] === true ? TRUE : null, target)}
    default: {
      const [type, numbers] = asNumbers(leaf.type, values)
      return {length: NUMBER, put: number(values, orderedBytes(type, numbers))}
    }
  }
}

/** What Iceberg has true give: the byte -127. */
const TRUE = Uint8Array.of(0x81)

function cut(value: Uint8Array | null, target: Uint8Array): void {
  const length = value === null ? 0 : Math.min(value.length, target.length)
  for (let at = 0; at < length; at++) target[at] = (value as Uint8Array)[at] as number
  target.fill(0, length)
}

/** Numbers of a type whose ordered bytes are eight. */
function asNumbers(type: string, values: PhysicalValues): readonly ['long' | 'double', PhysicalValues] {
  const map = (of: (value: Exclude<PhysicalValue, null>) => PhysicalValue): PhysicalValues =>
    Array.from({length: values.length}, (_, row) => (values[row] === null ? null : of(values[row] as Exclude<PhysicalValue, null>)))
  const decimal = decimalType(type)
  if (decimal && decimal.precision > 18) return ['double', map((value) => Number(signedBigint(value as Uint8Array)))]
  if (baseType(type) === 'float' || baseType(type) === 'double') return ['double', values]
  const isNarrow = baseType(type) === 'int' || type === 'date' || (decimal && decimal.precision <= 9)
  return ['long', isNarrow ? map((value) => BigInt(value as number)) : values]
}

const number =
  (values: PhysicalValues, bytes: OrderedBytes): Contribution['put'] =>
  (row, target) => {
    if (values[row] === null) target.fill(0)
    else bytes.write(row, target, 0)
  }
