import type {Column} from '@aws-sdk/client-glue'
import type {Schema, TableMetadata, Type} from '@phlo/iceberg'

const TYPES: Readonly<Record<string, string>> = {
  int: 'int',
  long: 'bigint',
  time: 'string',
  uuid: 'string',
  timestamptz: 'timestamp',
  timestamp_ns: 'timestamp',
  timestamptz_ns: 'timestamp',
}

/** Glue takes no longer comment, and no longer type. */
const LONGEST_COMMENT = 255
const LONGEST_TYPE = 131_072

/**
 * What Glue's console and Athena show as columns: those of the current schema, then those of earlier ones that it has no more. Engines read
 * the table's metadata instead, so that a type of Iceberg without one of Hive's is the nearest one. Comments that others gave stay.
 */
export function glueColumns({schemas, 'current-schema-id': currentId}: TableMetadata, before: readonly Column[] = []): Column[] {
  const columns = new Map<string, Column>()
  const add = ({fields}: Schema, isCurrent: boolean) => {
    for (const {id, name, type, required, doc} of fields) {
      if (columns.has(name)) continue
      const comment = doc ?? before.find((column) => column.Name === name)?.Comment
      columns.set(name, {
        Name: name,
        Type: hiveType(type).slice(0, LONGEST_TYPE),
        ...(comment !== undefined && {Comment: comment.slice(0, LONGEST_COMMENT)}),
        Parameters: {
          'iceberg.field.id': String(id),
          'iceberg.field.optional': String(!required),
          'iceberg.field.current': String(isCurrent),
        },
      })
    }
  }
  for (const schema of schemas) if (schema['schema-id'] === currentId) add(schema, true)
  for (const schema of schemas) add(schema, false)
  return [...columns.values()]
}

/** A type of Iceberg in the words of Hive. */
export function hiveType(type: Type): string {
  if (typeof type === 'string') {
    if (type.startsWith('fixed')) return 'binary'
    return TYPES[type] ?? type.replace(/\s/g, '')
  }
  if (type.type === 'list') return `array<${hiveType(type.element)}>`
  if (type.type === 'map') return `map<${hiveType(type.key)},${hiveType(type.value)}>`
  return `struct<${type.fields.map((field) => `${field.name}:${hiveType(field.type)}`).join(',')}>`
}
