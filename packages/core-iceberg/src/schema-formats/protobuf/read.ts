import type {ColumnPath, ReadSchema, SchemaField, SchemaLoss, SchemaType} from '@phlo/core'
import type {Field, MapField, Type} from 'protobufjs'
import {NO_ID, numbered} from '../numbered.js'
import {notReadable} from '../unreadable.js'

type Protobuf = typeof import('protobufjs')

const SCALARS: Readonly<Record<string, string>> = {
  ...{bool: 'boolean', int32: 'int', sint32: 'int', sfixed32: 'int', int64: 'long', sint64: 'long', sfixed64: 'long'},
  ...{float: 'float', double: 'double', string: 'string', bytes: 'binary'},
}
/** Types with values that the nearest type of Iceberg does not have as they are. */
const WIDENED: Readonly<Record<string, string>> = {uint32: 'long', fixed32: 'long', uint64: 'decimal(20,0)', fixed64: 'decimal(20,0)'}
const WELL_KNOWN: Readonly<Record<string, string>> = {'.google.protobuf.Timestamp': 'timestamptz_ns'}

/** The table of a message. Numbers of fields are those of their message alone, which is why columns are known by their names. */
export function tableOfMessage(protobuf: Protobuf, message: Type, source: string): ReadSchema {
  const losses: SchemaLoss[] = []
  const fieldsOf = (type: Type, path: ColumnPath, open: readonly Type[]): readonly SchemaField[] => {
    if (open.includes(type))
      throw notReadable(source, `field ${path.join('.')} is a ${type.name} in a ${type.name}, which no table can have`)
    return type.fieldsArray.map((field) => {
      const name = String(field.getOption('json_name') ?? field.name)
      const own = [...path, name]
      const required = !field.getOption('proto3_optional') && field.partOf === null
      return {id: NO_ID, name, ...docOf(field.comment), required, type: typeOf(field, own, [...open, type])}
    })
  }
  const typeOf = (field: Field, path: ColumnPath, open: readonly Type[]): SchemaType => {
    if (field.map) {
      const {keyType} = field as unknown as MapField
      const key = SCALARS[keyType] ?? WIDENED[keyType] ?? 'string'
      const value = singleOf(field, [...path, 'value'], open)
      return {type: 'map', 'key-id': NO_ID, key, 'value-id': NO_ID, value, 'value-required': true}
    }
    if (!field.repeated) return singleOf(field, path, open)
    return {type: 'list', 'element-id': NO_ID, element: singleOf(field, [...path, 'element'], open), 'element-required': true}
  }
  const singleOf = (field: Field, path: ColumnPath, open: readonly Type[]): SchemaType => {
    const resolved = field.resolvedType
    if (resolved instanceof protobuf.Enum) {
      losses.push({column: path, what: `an enum of ${Object.keys(resolved.values).join(', ')} became string`})
      return 'string'
    }
    if (resolved) return WELL_KNOWN[resolved.fullName] ?? {type: 'struct', fields: fieldsOf(resolved, path, open)}
    const widened = WIDENED[field.type]
    if (widened !== undefined) losses.push({column: path, what: `${field.type} became ${widened}`})
    return widened ?? SCALARS[field.type] ?? 'binary'
  }
  return {name: [message.name], ...docOf(message.comment), ...numbered(fieldsOf(message, [], []), source), losses}
}

const docOf = (comment: string | null) => (comment === null || comment === '' ? {} : {doc: comment})
