import type {SchemaElement} from 'hyparquet'
import {decimalType, fixedLength, geographic} from '../spec/primitive-types.js'
import type {PresentValue} from '../spec/single-value.js'
import type {PrimitiveType} from '../spec/types.js'
import {bytesToUuid, uuidToBytes} from '../spec/uuid-text.js'
import type {PhysicalValue} from './leaves.js'

/** How a primitive type is stored in Parquet (spec, Appendix A "Parquet"). */
export interface PhysicalType {
  readonly type: 'BOOLEAN' | 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'BYTE_ARRAY' | 'FIXED_LEN_BYTE_ARRAY'
  readonly length?: number
}

/** The physical type of an Iceberg type; undefined for `unknown`, which is not stored, and `variant`, which takes two columns. */
export function physicalType(type: PrimitiveType): PhysicalType | undefined {
  const decimal = decimalType(type)
  if (decimal) {
    if (decimal.precision <= 9) return {type: 'INT32'}
    return decimal.precision <= 18 ? {type: 'INT64'} : {type: 'FIXED_LEN_BYTE_ARRAY', length: decimalBytes(decimal.precision)}
  }
  const length = fixedLength(type)
  if (length !== undefined) return {type: 'FIXED_LEN_BYTE_ARRAY', length}
  switch (type) {
    case 'boolean':
      return {type: 'BOOLEAN'}
    case 'int':
    case 'date':
      return {type: 'INT32'}
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return {type: 'INT64'}
    case 'float':
      return {type: 'FLOAT'}
    case 'double':
      return {type: 'DOUBLE'}
    case 'string':
    case 'binary':
      return {type: 'BYTE_ARRAY'}
    case 'uuid':
      return {type: 'FIXED_LEN_BYTE_ARRAY', length: 16}
    default:
      return geographic(type) && {type: 'BYTE_ARRAY'}
  }
}

/** The physical type of a column that is written. */
export function storedType({type, type_length: length}: SchemaElement): PhysicalType {
  return {type: type as PhysicalType['type'], ...(length !== undefined && {length})}
}

/** The fewest bytes that hold every unscaled value of so many digits. */
function decimalBytes(precision: number): number {
  let bytes = 1
  while (2n ** BigInt(8 * bytes - 1) < 10n ** BigInt(precision)) bytes += 1
  return bytes
}

/** The value that a physical one means, as manifests and predicates know it. */
export function toValue(type: PrimitiveType): (physical: Exclude<PhysicalValue, null>) => PresentValue {
  if (decimalType(type)) return (value) => (value instanceof Uint8Array ? signedBigint(value) : BigInt(value))
  switch (type) {
    case 'string':
      return (value) =>
        Buffer.from((value as Uint8Array).buffer, (value as Uint8Array).byteOffset, (value as Uint8Array).byteLength).toString('utf8')
    case 'uuid':
      return (value) => bytesToUuid(value as Uint8Array)
    default:
      return (value) => value
  }
}

/** The physical value of a value. */
export function toPhysical(type: PrimitiveType): (value: PresentValue) => Exclude<PhysicalValue, null> {
  const physical = physicalType(type)
  if (decimalType(type)) {
    if (physical?.type === 'INT32') return (value) => Number(value)
    if (physical?.type === 'INT64') return (value) => value as bigint
    return (value) => signedBytes(value as bigint, physical?.length ?? 16)
  }
  switch (type) {
    case 'string':
      return (value) => Buffer.from(value as string)
    case 'uuid':
      return (value) => uuidToBytes(value as string) ?? new Uint8Array(16)
    default:
      return (value) => value as Exclude<PhysicalValue, null>
  }
}

/** Two's complement, big-endian, to a bigint. */
export function signedBigint(bytes: Uint8Array): bigint {
  return bytes.length === 0
    ? 0n
    : BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`))
}

/** A bigint as two's complement, big-endian, of exactly so many bytes. */
export function signedBytes(value: bigint, length: number): Uint8Array {
  return Buffer.from(
    BigInt.asUintN(length * 8, value)
      .toString(16)
      .padStart(length * 2, '0'),
    'hex',
  )
}
