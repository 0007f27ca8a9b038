import {formatDecimal, parseDecimal} from './decimal-text.js'
import {isRawNumber, stringifyJson} from './json.js'
import {baseType, decimalType, fixedLength} from './primitive-types.js'
import type {PresentValue} from './single-value.js'
import {formatDate, formatTime, formatTimestamp, parseDate, parseTime, parseTimestamp, parseTimestampWithZone} from './time-text.js'
import type {PrimitiveType} from './types.js'
import {bytesToUuid, uuidToBytes} from './uuid-text.js'

/** A primitive value as JSON (spec, Appendix D "JSON single-value serialization"): what column defaults are. */
export function valueToJson(type: PrimitiveType, value: PresentValue): unknown {
  switch (baseType(type)) {
    case 'decimal':
      return formatDecimal(value as bigint, decimalType(type)?.scale ?? 0)
    case 'date':
      return formatDate(value as number)
    case 'time':
      return formatTime(value as bigint, 6)
    case 'timestamp':
      return formatTimestamp(value as bigint, 6)
    case 'timestamptz':
      return `${formatTimestamp(value as bigint, 6)}+00:00`
    case 'timestamp_ns':
      return formatTimestamp(value as bigint, 9)
    case 'timestamptz_ns':
      return `${formatTimestamp(value as bigint, 9)}+00:00`
    case 'fixed':
    case 'binary':
      return Buffer.from(value as Uint8Array).toString('hex')
    default:
      return value
  }
}

/**
 * The value of such JSON, as `parseJson` read it.
 *
 * @throws RangeError when it is not a value of the type
 */
export function valueFromJson(type: PrimitiveType, json: unknown): PresentValue {
  const value = parsed(type, json)
  if (value === undefined) throw new RangeError(`${stringifyJson(json)} is not a value of type ${type}`)
  return value
}

function parsed(type: PrimitiveType, json: unknown): PresentValue | undefined {
  if (typeof json === 'string') return fromText(type, json)
  if (typeof json === 'boolean') return type === 'boolean' ? json : undefined
  if (isRawNumber(json)) return floating(type, Number(json.rawJSON))
  return typeof json === 'number' || typeof json === 'bigint' ? fromNumber(type, json) : undefined
}

function fromNumber(type: PrimitiveType, number: number | bigint): PresentValue | undefined {
  switch (type) {
    case 'int':
      return Number(number) === (Number(number) | 0) ? Number(number) : undefined
    case 'long':
      return Number.isInteger(Number(number)) && BigInt.asIntN(64, BigInt(number)) === BigInt(number) ? BigInt(number) : undefined
    default:
      return floating(type, Number(number))
  }
}

/** A float is the nearest that there is to its decimal digits. */
function floating(type: PrimitiveType, number: number): number | undefined {
  if (type === 'float') return Math.fround(number)
  return type === 'double' ? number : undefined
}

function fromText(type: PrimitiveType, text: string): PresentValue | undefined {
  switch (baseType(type)) {
    case 'string':
      return text
    case 'decimal':
      return decimal(type, text)
    case 'date':
      return parseDate(text)
    case 'time':
      return parseTime(text, 6)
    case 'timestamp':
      return parseTimestamp(text, 6)
    case 'timestamptz':
      return parseTimestampWithZone(text, 6)
    case 'timestamp_ns':
      return parseTimestamp(text, 9)
    case 'timestamptz_ns':
      return parseTimestampWithZone(text, 9)
    case 'uuid': {
      const bytes = uuidToBytes(text)
      return bytes && bytesToUuid(bytes)
    }
    case 'fixed':
      return text.length === 2 * (fixedLength(type) ?? -1) ? fromHex(text) : undefined
    case 'binary':
      return fromHex(text)
    default:
      return undefined
  }
}

function decimal(type: PrimitiveType, text: string): bigint | undefined {
  const {precision, scale} = decimalType(type) ?? {precision: 0, scale: 0}
  const unscaled = parseDecimal(text, scale)
  return unscaled !== undefined && unscaled.toString().replace('-', '').length <= precision ? unscaled : undefined
}

function fromHex(text: string): Uint8Array | undefined {
  return /^(?:[0-9a-fA-F]{2})*$/.test(text) ? Uint8Array.from(Buffer.from(text, 'hex')) : undefined
}
