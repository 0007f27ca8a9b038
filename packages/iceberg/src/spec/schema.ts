import {usage} from '@phlo/core'
import type {ListType, MapType, Schema, StructField, StructType, Type} from './types.js'

/** A field of a schema at any depth: a struct's field, a list's `element`, a map's `key` or `value`. */
export interface IndexedField {
  readonly id: number
  /** The dotted name: `address.street`, `tags.element`, `props.value`. */
  readonly name: string
  readonly type: Type
  readonly required: boolean
  /** The field that it is in; undefined at the top. */
  readonly parentId?: number
}

export const isStruct = (type: Type): type is StructType => typeof type === 'object' && type.type === 'struct'
export const isList = (type: Type): type is ListType => typeof type === 'object' && type.type === 'list'
export const isMap = (type: Type): type is MapType => typeof type === 'object' && type.type === 'map'

/** Every field of a schema, at every depth, in the order of the schema: a parent before its children. */
export function allFields(schema: StructType): readonly IndexedField[] {
  const found: IndexedField[] = []
  const add = (id: number, name: string, type: Type, required: boolean, parent?: IndexedField) => {
    const full = parent ? `${parent.name}.${name}` : name
    const field = {id, name: full, type, required, ...(parent && {parentId: parent.id})}
    found.push(field)
    visit(type, field)
  }
  const visit = (type: Type, parent?: IndexedField) => {
    if (isStruct(type)) for (const field of type.fields) add(field.id, field.name, field.type, field.required, parent)
    else if (isList(type)) add(type['element-id'], 'element', type.element, type['element-required'], parent)
    else if (isMap(type)) {
      add(type['key-id'], 'key', type.key, true, parent)
      add(type['value-id'], 'value', type.value, type['value-required'], parent)
    }
  }
  visit(schema)
  return found
}

/** The fields of a schema by id. */
export function fieldsById(schema: StructType): ReadonlyMap<number, IndexedField> {
  return new Map(allFields(schema).map((field) => [field.id, field]))
}

/**
 * Looks fields up by id in one schema after another. A schema is gone through when those before it did not have a field, since tables can have
 * hundreds.
 */
export function fieldLookup<Field>(
  schemas: readonly Schema[],
  indexOf: (schema: Schema) => ReadonlyMap<number, Field>,
): (id: number) => Field | undefined {
  const indexes: ReadonlyMap<number, Field>[] = []
  return (id) => {
    for (const [place, schema] of schemas.entries()) {
      indexes[place] ??= indexOf(schema)
      const field = indexes[place].get(id)
      if (field !== undefined) return field
    }
    return undefined
  }
}

/** The highest field id in use; 0 for an empty schema. */
export function highestFieldId(schema: StructType): number {
  return allFields(schema).reduce((highest, {id}) => Math.max(highest, id), 0)
}

/**
 * The field of a dotted name, or undefined. Through lists and maps of structs the words `element` and `value` may be left out
 * (`items.price`), as in Iceberg's Java library.
 *
 * @throws PhloError `COLUMN_AMBIGUOUS` when, without regard to case, several fields have the name
 */
export function findField(schema: StructType, name: string, options: {readonly caseSensitive?: boolean} = {}): IndexedField | undefined {
  const caseSensitive = options.caseSensitive ?? true
  const fields = allFields(schema)
  const exact = fields.find((field) => field.name === name)
  if (exact) return exact
  const fold = (text: string) => (caseSensitive ? text : text.toLowerCase())
  const wanted = fold(name)
  const same = fields.filter((field) => fold(field.name) === wanted)
  const matches = same.length > 0 ? same : fields.filter((field) => fold(shortName(schema, field)) === wanted)
  if (matches.length > 1) {
    const names = matches.map((field) => field.name).join(', ')
    throw usage('COLUMN_AMBIGUOUS', `Column ${name} could be any of ${names}: write it exactly.`)
  }
  return matches[0]
}

/** The name without the `element` and `value` between a collection and the fields of its structs. */
function shortName(schema: StructType, field: IndexedField): string {
  const byId = fieldsById(schema)
  const parts: string[] = []
  for (let at: IndexedField | undefined = field; at; at = at.parentId === undefined ? undefined : byId.get(at.parentId)) {
    const parent: IndexedField | undefined = at.parentId === undefined ? undefined : byId.get(at.parentId)
    const own = parent ? at.name.slice(parent.name.length + 1) : at.name
    const skipped = at !== field && isStruct(at.type) && parent !== undefined && !isStruct(parent.type) && own !== 'key'
    if (!skipped) parts.unshift(own)
  }
  return parts.join('.')
}

/**
 * The schema with new ids from `nextId` on, in the order of Iceberg's Java library: all fields of a struct first, then what is
 * inside them. Identifier fields follow their ids.
 */
export function assignFreshIds(schema: Schema, nextId = 1): Schema {
  let next = nextId
  const newIds = new Map<number, number>()
  const take = (oldId: number) => {
    const id = next++
    newIds.set(oldId, id)
    return id
  }
  const struct = <S extends StructType>(type: S): S => {
    const ids = type.fields.map((field) => take(field.id))
    const fields = type.fields.map((field, index): StructField => ({...field, id: ids[index] ?? 0, type: visit(field.type)}))
    return {...type, fields}
  }
  const visit = (type: Type): Type => {
    if (isStruct(type)) return struct(type)
    if (isList(type)) return {...type, 'element-id': take(type['element-id']), element: visit(type.element)}
    if (!isMap(type)) return type
    return {...type, 'key-id': take(type['key-id']), 'value-id': take(type['value-id']), key: visit(type.key), value: visit(type.value)}
  }
  const fresh = struct(schema)
  const identifiers = schema['identifier-field-ids']
  return identifiers ? {...fresh, 'identifier-field-ids': identifiers.map((id) => newIds.get(id) ?? id)} : fresh
}
