import type {SchemaField, SchemaType} from '@phlo/core'
import {columnsIn} from './columns.js'
import {notReadable} from './unreadable.js'

/** A column for people: its type as a word, and below it the columns that it has. */
interface ReadableColumn extends Omit<SchemaField, 'type'> {
  readonly type: string
  readonly columns?: readonly ReadableColumn[]
}

/** Columns of a type: the fields of a struct, the `element` of a list, `key` and `value` of a map. */
export function readableColumns(type: SchemaType): readonly ReadableColumn[] {
  return columnsIn(type).map(({path: _, name, id, type: inner, required, ...rest}) => ({
    name,
    id,
    type: typeof inner === 'string' ? inner : inner.type,
    required,
    ...rest,
    ...(typeof inner !== 'string' && {columns: readableColumns(inner)}),
  }))
}

/**
 * The fields of such columns. Whether they make a schema is for `checkedSchema` to say.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` where columns are missing or are no objects
 */
export function fromReadable(columns: unknown, where: string, source: string): readonly SchemaField[] {
  if (!Array.isArray(columns)) throw notReadable(source, `${where} is not a list`)
  return columns.map((column, index) => {
    const place = `${where}[${index}]`
    if (typeof column !== 'object' || column === null) throw notReadable(source, `${place} is no column`)
    const {columns: inside, type, ...rest} = column as ReadableColumn
    return {...rest, type: typeOf(type, inside, place, source)}
  })
}

function typeOf(type: string, inside: unknown, place: string, source: string): SchemaType {
  if (inside === undefined) return type
  const fields = fromReadable(inside, `${place}.columns`, source)
  if (type === 'struct') return {type, fields}
  const names = fields.map(({name}) => name).join(' and ')
  const [first, second] = fields
  if (type === 'list' && first && names === 'element') {
    return {type, 'element-id': first.id, element: first.type, 'element-required': first.required}
  }
  if (type === 'map' && first && second && names === 'key and value') {
    const ids = {'key-id': first.id, 'value-id': second.id}
    return {type, ...ids, key: first.type, value: second.type, 'value-required': second.required}
  }
  throw notReadable(source, `${place} is a ${type} of ${names || 'nothing'}`)
}
