import type {ColumnPath, SchemaDocument, SchemaField, SchemaType, TableSchema} from '@phlo/core'

/** A type whose fields have no ids yet. */
export type Draft =
  | string
  | {readonly list: Draft; readonly required?: boolean}
  | {readonly map: readonly [Draft, Draft]; readonly required?: boolean}
  | {readonly struct: readonly DraftField[]}

export interface DraftField extends Omit<SchemaField, 'id' | 'type' | 'required'> {
  readonly type: Draft
  readonly required?: boolean
}

/** Ids as those of a table that has changed often: neither from 1 on nor without gaps. */
export const nthId = (index: number) => 4 + 3 * index

/** A schema of these columns; identifier fields are given by name. */
export function schemaOf(columns: readonly DraftField[], identifier: readonly string[] = []): TableSchema {
  let count = 0
  const next = () => nthId(count++)
  const field = ({type, required = false, ...rest}: DraftField): SchemaField => ({id: next(), ...rest, required, type: typeOf(type)})
  const typeOf = (draft: Draft): SchemaType => {
    if (typeof draft === 'string') return draft
    if ('struct' in draft) return {type: 'struct', fields: draft.struct.map(field)}
    if ('list' in draft) {
      return {type: 'list', 'element-id': next(), element: typeOf(draft.list), 'element-required': draft.required ?? false}
    }
    const [key, value] = draft.map
    const ids = {'key-id': next(), 'value-id': next()}
    return {type: 'map', ...ids, key: typeOf(key), value: typeOf(value), 'value-required': draft.required ?? false}
  }
  const fields = columns.map(field)
  const ids = fields.filter(({name}) => identifier.includes(name)).map(({id}) => id)
  return {type: 'struct', 'schema-id': 3, fields, ...(ids.length > 0 && {'identifier-field-ids': ids})}
}

/** A table of these columns, frozen: a format that changed what it was given would change it for whoever comes next. */
export function documentOf(columns: readonly DraftField[], rest: Partial<SchemaDocument> = {}): SchemaDocument {
  return frozen({name: ['sales', 'orders'], schema: schemaOf(columns), partitioning: [], sortOrder: [], properties: {}, ...rest})
}

export function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const item of Object.values(value)) frozen(item)
  }
  return value
}

/** A field of a schema, or what is in a list or a map, with where it is. */
export interface SchemaColumn {
  readonly path: ColumnPath
  readonly id: number
  readonly type: SchemaType
  readonly required: boolean
  readonly doc: string | null
  readonly initialDefault: unknown
  readonly writeDefault: unknown
}

/** What is directly in a type. */
export function childrenOf(type: SchemaType, path: ColumnPath): readonly SchemaColumn[] {
  const bare = {doc: null, initialDefault: null, writeDefault: null}
  if (typeof type === 'string') return []
  if (type.type === 'struct') {
    return type.fields.map((field) => ({
      path: [...path, field.name],
      id: field.id,
      type: field.type,
      required: field.required,
      doc: field.doc ?? null,
      initialDefault: field['initial-default'] ?? null,
      writeDefault: field['write-default'] ?? null,
    }))
  }
  if (type.type === 'list') {
    return [{...bare, path: [...path, 'element'], id: type['element-id'], type: type.element, required: type['element-required']}]
  }
  return [
    {...bare, path: [...path, 'key'], id: type['key-id'], type: type.key, required: true},
    {...bare, path: [...path, 'value'], id: type['value-id'], type: type.value, required: type['value-required']},
  ]
}

/** Every column at every depth, a parent before what is in it. */
export function columnsOf(schema: TableSchema): readonly SchemaColumn[] {
  const found: SchemaColumn[] = []
  const visit = (type: SchemaType, path: ColumnPath) => {
    for (const column of childrenOf(type, path)) {
      found.push(column)
      visit(column.type, column.path)
    }
  }
  visit(schema, [])
  return found
}

/** Where the columns are that identify a row. */
export function identifierOf(schema: TableSchema): readonly ColumnPath[] {
  const ids = schema['identifier-field-ids'] ?? []
  return columnsOf(schema).flatMap(({id, path}) => (ids.includes(id) ? [path] : []))
}
