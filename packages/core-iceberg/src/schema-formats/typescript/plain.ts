import {baseType} from '@phlo/iceberg/schema'

/** The type of TypeScript that values of a primitive type have, and what that says less than the type. */
export function plainType(type: string): {readonly text: string; readonly lost?: string} {
  const iso = (what: string) => ({text: 'string', lost: `${type} became string, ${what}`})
  switch (baseType(type)) {
    case 'boolean':
      return {text: 'boolean'}
    case 'int':
    case 'float':
      return {text: 'number', lost: `${type} became number, which has 64 bits`}
    case 'double':
      return {text: 'number'}
    case 'long':
      return {text: 'bigint'}
    case 'string':
      return {text: 'string'}
    case 'decimal':
      return iso('with its digits')
    case 'uuid':
      return iso('with hyphens')
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamp_ns':
      return iso('as ISO 8601 has it')
    case 'timestamptz':
    case 'timestamptz_ns':
      return iso('as ISO 8601 has it, with its offset')
    case 'fixed':
      return {text: 'Uint8Array', lost: `${type} became Uint8Array of any length`}
    case 'binary':
      return {text: 'Uint8Array'}
    case 'unknown':
      return {text: 'null'}
    case 'variant':
      return {text: 'unknown', lost: 'variant became unknown'}
    default:
      return {text: 'Uint8Array', lost: `${type} became Uint8Array, which holds its well-known binary form`}
  }
}
