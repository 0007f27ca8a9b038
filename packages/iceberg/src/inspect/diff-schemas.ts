import {fieldsById, type IndexedField, isList, isMap, isStruct} from '../spec/schema.js'
import {formatType} from '../spec/type-text.js'
import type {Schema} from '../spec/types.js'

/** A difference of one column between two schemas of a table. Columns are told apart by their ids, at every depth. */
export interface ColumnChange {
  readonly change: 'added' | 'dropped' | 'renamed' | 'type changed' | 'made optional' | 'made required'
  readonly id: number
  /** The dotted name; of a column that was renamed the new one. */
  readonly name: string
  /** The name or type before; null for a column that was added. */
  readonly from: string | null
  /** The name or type after; null for a column that was dropped. */
  readonly to: string | null
}

/** What became of the columns, in the order of the later schema, dropped ones first. What is inside a new or dropped struct is not told apart. */
export function diffSchemas(from: Schema, to: Schema): readonly ColumnChange[] {
  const [before, after] = [fieldsById(from), fieldsById(to)]
  const isTop = ({parentId}: IndexedField, others: ReadonlyMap<number, IndexedField>) => parentId === undefined || others.has(parentId)
  const dropped = [...before.values()]
    .filter((field) => !after.has(field.id) && isTop(field, after))
    .map((field): ColumnChange => ({change: 'dropped', id: field.id, name: field.name, from: formatType(field.type), to: null}))
  const others = [...after.values()].flatMap((field): readonly ColumnChange[] => {
    const {id, name} = field
    const old = before.get(id)
    if (!old) return isTop(field, before) ? [{change: 'added', id, name, from: null, to: formatType(field.type)}] : []
    return [
      ...(ownName(old, before) === ownName(field, after) ? [] : [{change: 'renamed' as const, id, name, from: old.name, to: name}]),
      ...(typeText(old) === typeText(field) ? [] : [{change: 'type changed' as const, id, name, from: typeText(old), to: typeText(field)}]),
      ...(old.required === field.required
        ? []
        : [{change: field.required ? ('made required' as const) : ('made optional' as const), id, name, from: null, to: null}]),
    ]
  })
  return [...dropped, ...others]
}

/** The last part of the name: a column in a struct that was renamed was not. */
function ownName({name, parentId}: IndexedField, fields: ReadonlyMap<number, IndexedField>): string {
  const parent = parentId === undefined ? undefined : fields.get(parentId)
  return parent ? name.slice(parent.name.length + 1) : name
}

/** What is inside a nested type is compared on its own. */
function typeText({type}: IndexedField): string {
  return isStruct(type) ? 'struct' : isList(type) ? 'list' : isMap(type) ? 'map' : formatType(type)
}
