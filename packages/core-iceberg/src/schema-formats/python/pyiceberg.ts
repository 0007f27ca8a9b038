import type {SchemaType} from '@phlo/core'
import {baseType, decimalType, fixedLength, geographic} from '@phlo/iceberg/schema'
import {type Column, columnsIn} from '../columns.js'
import type {Lose, PythonLibrary} from './file.js'
import {variables} from './names.js'
import {pyBool, pyString, pyValue} from './text.js'

/** A schema of PyIceberg, equal to the one that it loads from the table. */
export const pyiceberg: PythonLibrary = {
  title: 'a schema of PyIceberg',
  imports: ['import datetime\nimport decimal\nimport uuid', 'from pyiceberg import types as t\nfrom pyiceberg.schema import Schema'],
  carries: ['identifier'],
  tables() {
    const name = variables()
    return ({name: full, schema}, lose) => {
      const own = name(full.at(-1) ?? '')
      const fields = columnsIn(schema).map((column) => `    ${nestedField(column, lose)},`)
      const identifier = (schema['identifier-field-ids'] ?? []).join(', ')
      const ids = `    schema_id=${schema['schema-id'] ?? 0},\n    identifier_field_ids=[${identifier}],`
      return {name: own, statements: [`${own} = Schema(\n${fields.join('\n')}\n${ids}\n)`]}
    }
  },
}

function nestedField(column: Column, lose: Lose): string {
  const {id, name, required, doc, type, path} = column
  const defaults = (['initial-default', 'write-default'] as const).flatMap((key) => {
    const value = column[key]
    if (value === undefined || value === null) return []
    const text = typeof type === 'string' ? pyValue(type, value) : undefined
    if (text === undefined) lose(path, `the ${key} is lost, since Python has no value of it to the last digit`)
    return text === undefined ? [] : [`${key.replace('-', '_')}=${text}`]
  })
  const parts = [
    `field_id=${id}`,
    `name=${pyString(name)}`,
    `field_type=${typeText(column, type, lose)}`,
    `required=${pyBool(required)}`,
    ...(doc === undefined ? [] : [`doc=${pyString(doc)}`]),
    ...defaults,
  ]
  return `t.NestedField(${parts.join(', ')})`
}

function typeText({path}: Column, type: SchemaType, lose: Lose): string {
  if (typeof type === 'string') return primitive(type, path, lose)
  const inside = columnsIn(type, path)
  if (type.type === 'struct') return `t.StructType(${inside.map((column) => nestedField(column, lose)).join(', ')})`
  const [first, second] = inside as readonly [Column, Column]
  const of = (column: Column) => typeText(column, column.type, lose)
  if (type.type === 'list') return `t.ListType(element_id=${first.id}, element=${of(first)}, element_required=${pyBool(first.required)})`
  const key = `key_id=${first.id}, key_type=${of(first)}`
  return `t.MapType(${key}, value_id=${second.id}, value_type=${of(second)}, value_required=${pyBool(second.required)})`
}

function primitive(type: string, path: Column['path'], lose: Lose): string {
  const decimal = decimalType(type)
  if (decimal) return `t.DecimalType(${decimal.precision}, ${decimal.scale})`
  const length = fixedLength(type)
  if (length !== undefined) return `t.FixedType(${length})`
  const place = geographic(type)
  if (place) {
    const {kind, crs, algorithm} = place
    const parameters = [crs, algorithm].flatMap((text) => (text === undefined ? [] : [pyString(text)]))
    return `t.${kind === 'geometry' ? 'Geometry' : 'Geography'}Type(${parameters.join(', ')})`
  }
  if (type === 'variant') lose(path, 'variant became binary, since PyIceberg does not have it')
  return `t.${SIMPLE[baseType(type)]}Type()`
}

const SIMPLE: Readonly<Record<string, string>> = {
  boolean: 'Boolean',
  int: 'Integer',
  long: 'Long',
  float: 'Float',
  double: 'Double',
  date: 'Date',
  time: 'Time',
  timestamp: 'Timestamp',
  timestamptz: 'Timestamptz',
  timestamp_ns: 'TimestampNano',
  timestamptz_ns: 'TimestamptzNano',
  string: 'String',
  uuid: 'UUID',
  binary: 'Binary',
  variant: 'Binary',
  unknown: 'Unknown',
}
