import type {ColumnPath, SchemaField, SchemaType, TableSchema} from '@phlo/core'

/** A field of a struct, or what is in a list or a map, with where it is. */
export interface Column extends SchemaField {
  readonly path: ColumnPath
}

/** What is directly in a type: the fields of a struct, the `element` of a list, `key` and `value` of a map. */
export function columnsIn(type: SchemaType, path: ColumnPath = []): readonly Column[] {
  const column = (field: SchemaField): Column => ({...field, path: [...path, field.name]})
  if (typeof type === 'string') return []
  switch (type.type) {
    case 'struct':
      return type.fields.map(column)
    case 'list':
      return [column({id: type['element-id'], name: 'element', type: type.element, required: type['element-required']})]
    case 'map':
      return [
        column({id: type['key-id'], name: 'key', type: type.key, required: true}),
        column({id: type['value-id'], name: 'value', type: type.value, required: type['value-required']}),
      ]
  }
}

/** Every column at every depth, a parent before what is in it. */
export function allColumns(schema: TableSchema): readonly Column[] {
  const within = (type: SchemaType, path: ColumnPath): readonly Column[] =>
    columnsIn(type, path).flatMap((column) => [column, ...within(column.type, column.path)])
  return within(schema, [])
}

/** Where the columns are that identify a row. */
export function identifierPaths(schema: TableSchema): readonly ColumnPath[] {
  const ids = new Set(schema['identifier-field-ids'])
  return ids.size === 0 ? [] : allColumns(schema).flatMap(({id, path}) => (ids.has(id) ? [path] : []))
}

/** The schema with the columns that identify a row, which are given by where they are. */
export function withIdentifier(schema: TableSchema, paths: readonly ColumnPath[]): TableSchema {
  if (paths.length === 0) return schema
  const wanted = new Set(paths.map((path) => JSON.stringify(path)))
  return {...schema, 'identifier-field-ids': allColumns(schema).flatMap(({id, path}) => (wanted.has(JSON.stringify(path)) ? [id] : []))}
}
