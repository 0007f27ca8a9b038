import {bigintToFixed, bytesToBigint} from '../spec/decimal-text.js'
import {baseType, decimalBytes, decimalType} from '../spec/primitive-types.js'
import type {PrimitiveType, Value} from '../spec/types.js'
import {bytesToUuid, uuidToBytes} from '../spec/uuid-text.js'

/** What Avro holds for a value of a partition tuple. */
type AvroValue = boolean | number | bigint | string | Buffer | null

/** Microseconds and nanoseconds of a day. */
const DAY = {timestamp: 86_400_000_000n, timestamp_ns: 86_400_000_000_000n}

/**
 * The value of a partition field as its type has it now, whatever its writer stored: a decimal as fixed or as bytes, a uuid as
 * fixed or as text, an `int` of before the column became a `long`.
 */
export function fromAvro(type: PrimitiveType, value: AvroValue): Value {
  if (value === null || value === undefined) return null
  switch (baseType(type)) {
    case 'int':
    case 'date':
      return Number(value)
    case 'long':
    case 'time':
    case 'timestamptz':
    case 'timestamptz_ns':
      return BigInt(value as number | bigint)
    case 'timestamp':
    case 'timestamp_ns':
      return typeof value === 'number' ? BigInt(value) * DAY[type as 'timestamp'] : (value as bigint)
    case 'decimal':
      return Buffer.isBuffer(value) ? bytesToBigint(value) : BigInt(value)
    case 'uuid':
      return Buffer.isBuffer(value) ? bytesToUuid(value) : String(value).toLowerCase()
    default:
      return value
  }
}

/** The inverse, in the form that the specification asks for. */
export function toAvro(type: PrimitiveType, value: Value): AvroValue {
  if (value === null) return null
  switch (baseType(type)) {
    case 'decimal':
      return asBuffer(bigintToFixed(value as bigint, decimalBytes(decimalType(type)?.precision ?? 38)))
    case 'uuid':
      return asBuffer(uuidToBytes(value as string) ?? new Uint8Array())
    default:
      return value instanceof Uint8Array ? asBuffer(value) : value
  }
}

/** The same bytes as a Buffer, which is what avsc takes. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
