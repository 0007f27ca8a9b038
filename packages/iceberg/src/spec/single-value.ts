import {bigintToBytes, bytesToBigint} from './decimal-text.js'
import {baseType} from './primitive-types.js'
import type {PrimitiveType, Value} from './types.js'
import {bytesToUuid, uuidToBytes} from './uuid-text.js'

/** A value that is not null. */
export type PresentValue = Exclude<Value, null>

/**
 * A value as bytes (spec, Appendix D "Binary single-value serialization"): what bounds and partition summaries hold.
 *
 * @throws RangeError for a type that has no such form (`unknown`, `variant`, nested types)
 */
export function valueToBytes(type: PrimitiveType, value: PresentValue): Uint8Array {
  switch (baseType(type)) {
    case 'boolean':
      return Uint8Array.of(value ? 1 : 0)
    case 'int':
    case 'date':
      return littleEndian(4, (view) => view.setInt32(0, Number(value), true))
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return littleEndian(8, (view) => view.setBigInt64(0, BigInt(value as bigint), true))
    case 'float':
      return littleEndian(4, (view) => view.setFloat32(0, value as number, true))
    case 'double':
      return littleEndian(8, (view) => view.setFloat64(0, value as number, true))
    case 'decimal':
      return bigintToBytes(value as bigint)
    case 'string':
      return Uint8Array.from(Buffer.from(value as string))
    case 'uuid': {
      const bytes = uuidToBytes(value as string)
      if (!bytes) throw new RangeError(`${JSON.stringify(value)} is not a uuid`)
      return bytes
    }
    case 'fixed':
    case 'binary':
    case 'geometry':
    case 'geography':
      return value as Uint8Array
    default:
      throw new RangeError(`a value of type ${type} has no single-value form`)
  }
}

/**
 * The value of such bytes. Bounds that were written before the column's type was promoted are read as what they were (spec,
 * "Schema Evolution": four bytes of a `long` are an `int`, of a `double` a `float`, of a `timestamp` a `date`).
 *
 * @throws RangeError when the bytes are not a value of the type
 */
export function valueFromBytes(type: PrimitiveType, bytes: Uint8Array): PresentValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wrong = (): never => {
    throw new RangeError(`${bytes.length} bytes are not a ${type}`)
  }
  switch (baseType(type)) {
    case 'boolean':
      return bytes.length === 1 ? bytes[0] !== 0 : wrong()
    case 'int':
    case 'date':
      return bytes.length === 4 ? view.getInt32(0, true) : wrong()
    case 'long':
      return bytes.length === 4 ? BigInt(view.getInt32(0, true)) : bytes.length === 8 ? view.getBigInt64(0, true) : wrong()
    case 'timestamp':
    case 'timestamp_ns':
      if (bytes.length === 4) return BigInt(view.getInt32(0, true)) * (type === 'timestamp' ? 86_400_000_000n : 86_400_000_000_000n)
      return bytes.length === 8 ? view.getBigInt64(0, true) : wrong()
    case 'time':
    case 'timestamptz':
    case 'timestamptz_ns':
      return bytes.length === 8 ? view.getBigInt64(0, true) : wrong()
    case 'float':
      return bytes.length === 4 ? view.getFloat32(0, true) : wrong()
    case 'double':
      return bytes.length === 4 ? view.getFloat32(0, true) : bytes.length === 8 ? view.getFloat64(0, true) : wrong()
    case 'decimal':
      return bytes.length > 0 ? bytesToBigint(bytes) : wrong()
    case 'string':
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
    case 'uuid':
      return bytes.length === 16 ? bytesToUuid(bytes) : wrong()
    case 'fixed':
    case 'binary':
    case 'geometry':
    case 'geography':
      return bytes
    default:
      return wrong()
  }
}

function littleEndian(length: 4 | 8, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length)
  write(new DataView(bytes.buffer))
  return bytes
}
