import {baseType, decimalType, fixedLength} from '@phlo/iceberg/schema'

export type JsonSchema = {readonly [keyword: string]: unknown}

/** The type of Iceberg where the keywords of JSON Schema say less: an annotation, which validators pass over. */
export const TYPE = 'x-iceberg-type'
export const FIELD_ID = 'x-field-id'

const TIME = '\\d{2}:\\d{2}:\\d{2}'
const base64 = {type: 'string', contentEncoding: 'base64'}

/**
 * What JSON of a primitive type looks like: a long is an integer with all of its digits, a decimal a text, since numbers of JSON are floats to
 * many readers; dates and times are ISO 8601, and what is binary is Base64.
 */
export function scalar(type: string): JsonSchema {
  const decimal = decimalType(type)
  if (decimal) {
    const {precision, scale} = decimal
    const fraction = scale > 0 ? `(\\.\\d{1,${scale}})?` : ''
    return {type: 'string', pattern: `^-?\\d{1,${Math.max(1, precision - scale)}}${fraction}$`, [TYPE]: type}
  }
  const length = fixedLength(type)
  if (length !== undefined) {
    const characters = 4 * Math.ceil(length / 3)
    return {...base64, minLength: characters, maxLength: characters, [TYPE]: type}
  }
  switch (baseType(type)) {
    case 'boolean':
      return {type: 'boolean'}
    case 'int':
      return {type: 'integer', format: 'int32', minimum: -(2 ** 31), maximum: 2 ** 31 - 1}
    case 'long':
      return {type: 'integer', format: 'int64', minimum: -(2n ** 63n), maximum: 2n ** 63n - 1n}
    case 'float':
      return {type: 'number', format: 'float'}
    case 'double':
      return {type: 'number', format: 'double'}
    case 'string':
      return {type: 'string'}
    case 'date':
      return {type: 'string', format: 'date'}
    case 'uuid':
      return {type: 'string', format: 'uuid'}
    case 'timestamptz':
      return {type: 'string', format: 'date-time'}
    case 'timestamptz_ns':
      return {type: 'string', format: 'date-time', [TYPE]: type}
    case 'time':
      return {type: 'string', pattern: `^${TIME}(\\.\\d{1,6})?$`, [TYPE]: type}
    case 'timestamp':
      return {type: 'string', pattern: `^\\d{4,}-\\d{2}-\\d{2}T${TIME}(\\.\\d{1,6})?$`, [TYPE]: type}
    case 'timestamp_ns':
      return {type: 'string', pattern: `^\\d{4,}-\\d{2}-\\d{2}T${TIME}(\\.\\d{1,9})?$`, [TYPE]: type}
    case 'unknown':
      return {type: 'null'}
    case 'variant':
      return {[TYPE]: type}
    case 'binary':
      return base64
    default:
      return {...base64, [TYPE]: type}
  }
}

/** A default value as JSON of the type has it: bytes in Base64, which metadata has in hexadecimal digits. */
export const defaultToJson = (type: string, value: unknown) =>
  /^(binary|fixed)/.test(type) ? Buffer.from(String(value), 'hex').toString('base64') : value

export const defaultFromJson = (type: string, value: unknown) =>
  /^(binary|fixed)/.test(type) ? Buffer.from(String(value), 'base64').toString('hex') : value
