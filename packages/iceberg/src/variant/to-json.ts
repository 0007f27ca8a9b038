import {formatDecimal} from '../spec/decimal-text.js'
import {formatDate, formatTime, formatTimestamp} from '../spec/time-text.js'
import {bytesToUuid} from '../spec/uuid-text.js'
import {parseVariantMetadata} from './metadata.js'
import {PRIMITIVE, variantShape} from './value.js'

/**
 * A variant, its metadata followed by its value, as JSON text: numbers with all of their digits, dates and times as ISO 8601,
 * binary as hexadecimal digits, NaN and infinities as text.
 *
 * @throws RangeError for damaged bytes
 */
export function variantToJson(bytes: Uint8Array): string {
  const {length, names} = parseVariantMetadata(bytes)
  return textOf(bytes.subarray(length), names)
}

const decoder = new TextDecoder()

function textOf(value: Uint8Array, names: readonly string[]): string {
  const shape = variantShape(value)
  switch (shape.kind) {
    case 'short-string':
      return JSON.stringify(decoder.decode(value.subarray(1, shape.size)))
    case 'array':
      return `[${shape.values.map((element) => textOf(element, names)).join(',')}]`
    case 'object':
      return `{${shape.values.map((field, index) => `${JSON.stringify(nameOf(names, shape.ids[index]))}:${textOf(field, names)}`).join(',')}}`
    case 'primitive':
      return primitive(shape.type, value.subarray(0, shape.size))
  }
}

function nameOf(names: readonly string[], id: number | undefined): string {
  const name = names[id ?? -1]
  if (name === undefined) throw new RangeError('a variant has a field without a name')
  return name
}

function primitive(type: number, value: Uint8Array): string {
  const view = new DataView(value.buffer, value.byteOffset + 1, value.byteLength - 1)
  const long = () => view.getBigInt64(0, true)
  switch (type) {
    case PRIMITIVE.null:
      return 'null'
    case PRIMITIVE.true:
      return 'true'
    case PRIMITIVE.false:
      return 'false'
    case PRIMITIVE.int8:
      return String(view.getInt8(0))
    case PRIMITIVE.int16:
      return String(view.getInt16(0, true))
    case PRIMITIVE.int32:
      return String(view.getInt32(0, true))
    case PRIMITIVE.int64:
      return String(long())
    case PRIMITIVE.double:
      return number(view.getFloat64(0, true))
    case PRIMITIVE.float:
      return number(view.getFloat32(0, true))
    case PRIMITIVE.decimal4:
    case PRIMITIVE.decimal8:
    case PRIMITIVE.decimal16:
      return formatDecimal(littleSigned(value.subarray(2)), view.getUint8(0))
    case PRIMITIVE.date:
      return quoted(formatDate(view.getInt32(0, true)))
    case PRIMITIVE.timestamp:
      return quoted(formatTimestamp(long(), 6))
    case PRIMITIVE.timestamptz:
      return quoted(`${formatTimestamp(long(), 6)}+00:00`)
    case PRIMITIVE.timestampNs:
      return quoted(formatTimestamp(long(), 9))
    case PRIMITIVE.timestamptzNs:
      return quoted(`${formatTimestamp(long(), 9)}+00:00`)
    case PRIMITIVE.time:
      return quoted(formatTime(long(), 6))
    case PRIMITIVE.uuid:
      return quoted(bytesToUuid(value.subarray(1)))
    case PRIMITIVE.binary:
      return quoted(Buffer.from(value.subarray(5)).toString('hex'))
    default:
      return quoted(decoder.decode(value.subarray(5)))
  }
}

const quoted = (text: string) => JSON.stringify(text)
const number = (value: number) => (Number.isFinite(value) ? (Object.is(value, -0) ? '-0.0' : String(value)) : quoted(String(value)))

function littleSigned(bytes: Uint8Array): bigint {
  let value = 0n
  for (let at = bytes.length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at] as number)
  return BigInt.asIntN(8 * bytes.length, value)
}
