import {baseType} from '@phlo/iceberg/schema'
import type {Fields} from '../yaml-part.js'

/** A type in the words of the standard. */
export interface LogicalType {
  readonly logicalType?: string
  readonly logicalTypeOptions?: Fields
}

const of = (logicalType: string, logicalTypeOptions?: Fields): LogicalType => ({
  logicalType,
  ...(logicalTypeOptions && {logicalTypeOptions}),
})

/** The logical type of a primitive one; none where the standard has none. What it does not say the physical type says. */
export function logicalType(type: string): LogicalType {
  const base = baseType(type)
  switch (base) {
    case 'int':
      return of('integer', {format: 'i32'})
    case 'long':
      return of('integer', {format: 'i64'})
    case 'float':
      return of('number', {format: 'f32'})
    case 'double':
      return of('number', {format: 'f64'})
    case 'decimal':
      return of('number')
    case 'timestamp':
    case 'timestamp_ns':
      return of('timestamp', {timezone: false})
    case 'timestamptz':
    case 'timestamptz_ns':
      return of('timestamp', {timezone: true})
    case 'uuid':
      return of('string', {format: 'uuid'})
    case 'fixed':
    case 'binary':
      return of('string', {format: 'binary'})
    case 'boolean':
    case 'date':
    case 'time':
    case 'string':
      return of(base)
    default:
      return {}
  }
}

/** Which type a logical one becomes, and what it was where it could have been another. */
interface Choice {
  readonly type: string
  readonly lost?: string
}

const INTEGERS: Readonly<Record<string, Choice>> = {
  i8: {type: 'int', lost: 'integer of the format i8'},
  i16: {type: 'int', lost: 'integer of the format i16'},
  i32: {type: 'int'},
  i64: {type: 'long'},
  i128: {type: 'decimal(38,0)', lost: 'integer of the format i128'},
  u8: {type: 'int', lost: 'integer of the format u8'},
  u16: {type: 'int', lost: 'integer of the format u16'},
  u32: {type: 'long', lost: 'integer of the format u32'},
  u64: {type: 'decimal(20,0)', lost: 'integer of the format u64'},
  u128: {type: 'decimal(38,0)', lost: 'integer of the format u128'},
}

/** The type of what is known by its logical type alone; undefined for a word that the standard does not have. */
export function typeOfLogical(logical: string, options: Fields): Choice | undefined {
  const {format, timezone} = options
  switch (logical) {
    case 'string':
      if (format === 'uuid') return {type: 'uuid'}
      return {type: format === 'binary' || format === 'byte' ? 'binary' : 'string'}
    case 'boolean':
    case 'date':
      return {type: logical}
    case 'time':
      return {type: 'time', ...(timezone === true && {lost: 'time with a time zone'})}
    case 'timestamp':
      // Without a word the standard's default is UTC, which is an instant.
      return timezone === false
        ? {type: 'timestamp'}
        : {type: 'timestamptz', ...(timezone !== true && {lost: 'timestamp without a physical type'})}
    case 'integer':
      // Its default of 32 bits is hardly ever meant, and a column can only grow.
      return INTEGERS[String(format)] ?? {type: 'long', lost: 'integer without a physical type'}
    case 'number':
      if (format === 'f32' || format === 'f64') return {type: format === 'f32' ? 'float' : 'double'}
      return {type: 'double', lost: 'number without a physical type'}
    case 'object':
      return {type: 'variant', lost: 'object without properties'}
    case 'array':
      return {type: 'variant', lost: 'array without items'}
    case 'map':
      return {type: 'variant', lost: 'map without key and value'}
    case 'vector':
      return {type: 'variant', lost: 'vector'}
    default:
      return undefined
  }
}
