import {formatDecimal} from './decimal-text.js'
import {baseType, decimalType} from './primitive-types.js'
import {floorDivide, formatDate, formatTime, formatYear, pad} from './time-text.js'
import type {Transform} from './transforms.js'
import type {PrimitiveType, Value} from './types.js'

/**
 * A partition value as people read it and as paths have it: `2024` for a year, `2024-01` for a month, `2024-01-31` for a day,
 * `2024-01-31-23` for an hour, else the value itself; `null` for null. The forms are those of Iceberg's Java library.
 *
 * @param type the type of the value, i.e. of the transform's result
 */
export function humanValue(transform: Transform, type: PrimitiveType, value: Value): string {
  if (value === null) return 'null'
  switch (transform.kind) {
    case 'year':
      return formatYear(1970 + Number(value))
    case 'month': {
      const months = Number(value)
      return `${formatYear(1970 + Math.floor(months / 12))}-${pad((((months % 12) + 12) % 12) + 1)}`
    }
    case 'day':
      return formatDate(Number(value))
    case 'hour': {
      const hours = Number(value)
      const days = Math.floor(hours / 24)
      return `${formatDate(days)}-${pad(hours - days * 24)}`
    }
    default:
      return plainValue(type, value)
  }
}

function plainValue(type: PrimitiveType, value: Exclude<Value, null>): string {
  switch (baseType(type)) {
    case 'date':
      return formatDate(value as number)
    case 'time':
      return shortTime(formatTime(value as bigint, 6))
    case 'timestamp':
    case 'timestamptz':
      return shortTimestamp(value as bigint, 6, type === 'timestamptz')
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return shortTimestamp(value as bigint, 9, type === 'timestamptz_ns')
    case 'decimal':
      return formatDecimal(value as bigint, decimalType(type)?.scale ?? 0)
    case 'float':
    case 'double':
      return Number.isInteger(value) && Math.abs(value as number) < 1e7 ? `${Object.is(value, -0) ? '-0' : value}.0` : String(value)
    case 'fixed':
    case 'binary':
      return Buffer.from(value as Uint8Array).toString('base64')
    default:
      return String(value)
  }
}

function shortTimestamp(units: bigint, digits: 6 | 9, zone: boolean): string {
  const perDay = 86_400n * 10n ** BigInt(digits)
  const days = floorDivide(units, perDay)
  return `${formatDate(Number(days))}T${shortTime(formatTime(units - days * perDay, digits))}${zone ? 'Z' : ''}`
}

/** As Java prints times: no seconds when they are zero, and the fraction in groups of three digits. */
function shortTime(time: string): string {
  const short = time.replace(/(?:000){1,3}$/, '').replace(/\.$/, '')
  return short.replace(/^(\d\d:\d\d):00$/, '$1')
}
