import type {Schema, Type} from '@phlo/iceberg'
import type {HiveColumn} from '../api/structs.js'

/** Iceberg's types as Hive has them, as Iceberg's Java library and PyIceberg write them. */
const TYPES: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  int: 'int',
  long: 'bigint',
  float: 'float',
  double: 'double',
  date: 'date',
  time: 'string',
  timestamp: 'timestamp',
  timestamp_ns: 'timestamp',
  timestamptz: 'timestamp with local time zone',
  timestamptz_ns: 'timestamp with local time zone',
  string: 'string',
  uuid: 'string',
  binary: 'binary',
  unknown: 'void',
  // Hive's own word for what it does not know.
  variant: 'unknown',
}

/** The columns of a table as Hive shows them. Hive 2 does not have timestamps with a time zone. */
export function hiveColumns(schema: Schema, isHive2: boolean): readonly HiveColumn[] {
  return schema.fields.map(({name, type, doc}) => ({name, type: hiveType(type, isHive2), ...(doc !== undefined && {comment: doc})}))
}

/** True when a type is written otherwise for Hive 2. */
export const hasTimestampTz = (schema: Schema) => /"timestamptz/.test(JSON.stringify(schema.fields.map(({type}) => type)))

function hiveType(type: Type, isHive2: boolean): string {
  if (typeof type === 'string') return primitive(type, isHive2)
  switch (type.type) {
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${hiveType(field.type, isHive2)}`).join(',')}>`
    case 'list':
      return `array<${hiveType(type.element, isHive2)}>`
    case 'map':
      return `map<${hiveType(type.key, isHive2)},${hiveType(type.value, isHive2)}>`
  }
}

function primitive(type: string, isHive2: boolean): string {
  const name = type.replace(/\s/g, '')
  if (name.startsWith('decimal')) return name
  if (isHive2 && name.startsWith('timestamptz')) return 'timestamp'
  return TYPES[name] ?? 'binary'
}
