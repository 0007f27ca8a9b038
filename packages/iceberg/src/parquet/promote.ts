import type {InputFile} from '@phlo/core'
import {refused} from '@phlo/core'
import type {SchemaElement} from 'hyparquet'
import {decimalType} from '../spec/primitive-types.js'
import type {FileLeaf} from './file-leaves.js'
import type {Leaf, PhysicalValue, PhysicalValues} from './leaves.js'
import {physicalType, signedBigint, signedBytes} from './physical.js'

/**
 * Values as the file stores them in the form in which the table's type is stored: as they are where the two agree, else widened
 * (spec, "Schema Evolution") or brought from another unit.
 *
 * @throws PhloError `PARQUET_UNSUPPORTED` (exit 6) when the file's column cannot be one of this type
 */
export function convertValues(file: Pick<InputFile, 'path'>, {element}: FileLeaf, leaf: Leaf, values: PhysicalValues): PhysicalValues {
  const target = physicalType(leaf.type)
  const convert = conversion(element, leaf.type, target?.type)
  if (convert === 'none') return values
  if (convert === undefined || !target) {
    throw refused(
      'PARQUET_UNSUPPORTED',
      `Column ${leaf.name} of ${file.path} is stored as ${describeElement(element)}, which is not read as ${leaf.type}.`,
    )
  }
  return Array.from(values as ArrayLike<PhysicalValue>, (value) => (value === null ? null : convert(value)))
}

type Convert = (value: Exclude<PhysicalValue, null>) => PhysicalValue

function conversion(element: SchemaElement, type: string, target: string | undefined): Convert | 'none' | undefined {
  const {type: stored} = element
  const decimal = decimalType(type)
  if (decimal) return decimalConversion(element, decimal, target)
  if (isDate(element) && (type === 'timestamp' || type === 'timestamp_ns')) return (value) => BigInt(value as number) * DAY[type]
  if (type === 'timestamp' || type === 'timestamptz') return timestampConversion(element)
  if (stored === target && (target !== 'FIXED_LEN_BYTE_ARRAY' || element.type_length === physicalType(type)?.length)) return 'none'
  if (type === 'long' && stored === 'INT32') return (value) => BigInt(value as number)
  if (type === 'double' && stored === 'FLOAT') return (value) => value
  if ((type === 'binary' || type === 'string') && stored === 'FIXED_LEN_BYTE_ARRAY') return (value) => value
  return undefined
}

/** A day in units of the type that dates are promoted to. */
const DAY = {timestamp: 86_400_000_000n, timestamp_ns: 86_400_000_000_000n} as const

const isDate = ({converted_type: converted, logical_type: logical}: SchemaElement) => (logical?.type ?? converted) === 'DATE'

function decimalConversion(
  element: SchemaElement,
  decimal: {readonly precision: number; readonly scale: number},
  target: string | undefined,
): Convert | 'none' | undefined {
  const scale = element.scale ?? 0
  if (scale !== decimal.scale || !element.type) return undefined
  const length = physicalType(`decimal(${decimal.precision},${decimal.scale})`)?.length ?? 16
  if (element.type === target && (target !== 'FIXED_LEN_BYTE_ARRAY' || element.type_length === length)) return 'none'
  const unscaled: (value: Exclude<PhysicalValue, null>) => bigint = (value) =>
    value instanceof Uint8Array ? signedBigint(value) : BigInt(value)
  if (target === 'INT32') return (value) => Number(unscaled(value))
  if (target === 'INT64') return unscaled
  return (value) => signedBytes(unscaled(value), length)
}

function timestampConversion({type, converted_type: converted, logical_type: logical}: SchemaElement): Convert | 'none' | undefined {
  if (type === 'INT96') return microsecondsOfInt96
  if (type !== 'INT64') return undefined
  const unit = logical?.type === 'TIMESTAMP' ? logical.unit : converted === 'TIMESTAMP_MILLIS' ? 'MILLIS' : 'MICROS'
  if (unit === 'MILLIS') return (value) => (value as bigint) * 1000n
  return unit === 'MICROS' ? 'none' : undefined
}

/** Julian day and nanoseconds of the day, as Impala and old Spark wrote them. */
function microsecondsOfInt96(value: Exclude<PhysicalValue, null>): bigint {
  const [day, nanoseconds] = [(value as bigint) >> 64n, BigInt.asUintN(64, value as bigint)]
  return (day - JULIAN_EPOCH) * 86_400_000_000n + nanoseconds / 1000n
}

const JULIAN_EPOCH = 2_440_588n

/** How a column is stored, for a message: its physical type, and what it means. */
export const describeElement = ({type, converted_type: converted, logical_type: logical}: SchemaElement) =>
  [type, logical?.type ?? converted].filter(Boolean).join(' ')
