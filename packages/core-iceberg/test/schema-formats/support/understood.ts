import type {SchemaField, SchemaType, TableSchema} from '@phlo/core'
import type {UnderstoodColumn, UnderstoodTable} from '@phlo/testing'

/** What a tool that knows Iceberg's types tells, in full: ids, docs and defaults too. */
export function understoodSchema(schema: TableSchema): UnderstoodTable {
  const columns = schema.fields.map(columnOf)
  const ids = new Set(schema['identifier-field-ids'])
  return {columns, identifier: schema.fields.filter(({id}) => ids.has(id)).map(({name}) => [name])}
}

function columnOf(field: SchemaField): UnderstoodColumn {
  return {
    ...bare(field.name, field.required, field.type),
    id: field.id,
    doc: field.doc ?? null,
    initialDefault: field['initial-default'] ?? null,
    writeDefault: field['write-default'] ?? null,
  }
}

/** What is in a list or a map has neither doc nor default. */
function bare(name: string, required: boolean, type: SchemaType, id?: number): UnderstoodColumn {
  const known = {name, required, ...(id !== undefined && {id})}
  if (typeof type === 'string') return {...known, type}
  switch (type.type) {
    case 'struct':
      return {...known, type: 'struct', children: type.fields.map(columnOf)}
    case 'list':
      return {...known, type: 'list', children: [bare('element', type['element-required'], type.element, type['element-id'])]}
    case 'map':
      return {
        ...known,
        type: 'map',
        children: [bare('key', true, type.key, type['key-id']), bare('value', type['value-required'], type.value, type['value-id'])],
      }
  }
}
