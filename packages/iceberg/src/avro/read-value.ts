import type {PhysicalValue} from '../parquet/leaves.js'
import {physicalType, signedBigint, toPhysical} from '../parquet/physical.js'
import {baseType, decimalType} from '../spec/primitive-types.js'
import type {PrimitiveType} from '../spec/types.js'
import {uuidToBytes} from '../spec/uuid-text.js'
import {type Cursor, takeBoolean, takeBytes, takeCount, takeDouble, takeFloat, takeInt, takeLong} from './cursor.js'
import type {FilePrimitive, FileType} from './file-type.js'

/** Reads the next value, as it is stored in Parquet. */
export type TakeValue = (cursor: Cursor) => Exclude<PhysicalValue, null>

/**
 * How values of an Avro type become ones of an Iceberg type (spec, Appendix A "Avro"), with the promotions of schema evolution and
 * the units of other writers. Undefined when they cannot.
 */
export function valueReader(stored: FilePrimitive, type: PrimitiveType): TakeValue | undefined {
  const {type: avro, logicalType} = stored
  if (decimalType(type)) return decimalReader(stored, type)
  switch (baseType(type)) {
    case 'boolean':
      return avro === 'boolean' ? takeBoolean : undefined
    case 'int':
    case 'date':
      return avro === 'int' ? takeInt : undefined
    case 'long':
      return avro === 'long' ? takeLong : avro === 'int' ? (cursor) => BigInt(takeInt(cursor)) : undefined
    case 'time':
      if (avro === 'int' && logicalType === 'time-millis') return (cursor) => BigInt(takeInt(cursor)) * 1000n
      return avro === 'long' ? takeLong : undefined
    case 'timestamp':
    case 'timestamptz':
      return timestampReader(stored, 1n, ['timestamp-micros', 'local-timestamp-micros', undefined])
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return timestampReader(stored, 1000n, ['timestamp-nanos', 'local-timestamp-nanos', undefined])
    case 'float':
      return avro === 'float' ? takeFloat : undefined
    case 'double':
      return avro === 'double' ? takeDouble : avro === 'float' ? takeFloat : undefined
    case 'string':
      return avro === 'enum' ? symbolReader(stored.symbols ?? []) : bytesReader(stored)
    case 'uuid':
      return uuidReader(stored)
    case 'fixed':
      return avro === 'fixed' && stored.size === physicalType(type)?.length ? bytesReader(stored) : undefined
    case 'binary':
    case 'geometry':
    case 'geography':
      return bytesReader(stored)
    default:
      return undefined
  }
}

/** A record of metadata and value, as the bytes of both. */
export function variantReader(stored: FileType): TakeValue | undefined {
  const [metadata, value] = stored.kind === 'record' ? stored.fields.map(({type}) => type) : []
  if (metadata?.kind !== 'primitive' || metadata.type !== 'bytes' || value?.kind !== 'primitive' || value.type !== 'bytes') return undefined
  return (cursor) => {
    const dictionary = takeBytes(cursor, takeCount(cursor))
    return Buffer.concat([dictionary, takeBytes(cursor, takeCount(cursor))])
  }
}

function bytesReader({type, size}: FilePrimitive): TakeValue | undefined {
  if (type === 'fixed') return (cursor) => takeBytes(cursor, size as number)
  return type === 'bytes' || type === 'string' ? (cursor) => takeBytes(cursor, takeCount(cursor)) : undefined
}

/** Dates are promoted to timestamps in version 3; `perMicrosecond` of the table's unit are one microsecond. */
function timestampReader(stored: FilePrimitive, perMicrosecond: bigint, own: readonly (string | undefined)[]): TakeValue | undefined {
  const {type, logicalType} = stored
  const scaled = (factor: bigint, take: (cursor: Cursor) => bigint): TakeValue => {
    return (cursor) => take(cursor) * factor
  }
  if (type === 'int' && logicalType === 'date') return scaled(86_400_000_000n * perMicrosecond, (cursor) => BigInt(takeInt(cursor)))
  if (type !== 'long') return undefined
  if (own.includes(logicalType)) return takeLong
  if (logicalType?.endsWith('timestamp-millis')) return scaled(1000n * perMicrosecond, takeLong)
  return logicalType?.endsWith('timestamp-micros') ? scaled(perMicrosecond, takeLong) : undefined
}

function decimalReader(stored: FilePrimitive, type: PrimitiveType): TakeValue | undefined {
  const take = bytesReader(stored)
  if (stored.logicalType !== 'decimal' || stored.scale !== decimalType(type)?.scale || !take) return undefined
  const physical = toPhysical(type)
  return (cursor) => physical(signedBigint(take(cursor) as Uint8Array))
}

function uuidReader(stored: FilePrimitive): TakeValue | undefined {
  const take = bytesReader(stored)
  if (!take || (stored.type === 'fixed' && stored.size !== 16) || stored.type === 'bytes') return undefined
  if (stored.type === 'fixed') return take
  return (cursor) => {
    const text = Buffer.from(take(cursor) as Uint8Array).toString('latin1')
    const bytes = uuidToBytes(text)
    if (!bytes) throw new RangeError(`${JSON.stringify(text)} is not a uuid`)
    return bytes
  }
}

function symbolReader(symbols: readonly string[]): TakeValue {
  const bytes = symbols.map((symbol) => Buffer.from(symbol))
  return (cursor) => {
    const symbol = bytes[takeInt(cursor)]
    if (!symbol) throw new RangeError('an enum has no such symbol')
    return symbol
  }
}
