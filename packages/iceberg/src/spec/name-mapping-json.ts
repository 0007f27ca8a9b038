import {isList, isMap, isStruct} from './schema.js'
import type {Schema, StructField, Type} from './types.js'

/** A field of a name mapping (spec, "Name Mapping Serialization"). */
export interface MappedField {
  readonly 'field-id'?: number
  readonly names: readonly string[]
  readonly fields?: readonly MappedField[]
}

/** The name mapping of a schema by the names that its columns have now (spec, "Name Mapping Serialization"), as Java makes it. */
export function nameMappingOf(schema: Schema): string {
  return JSON.stringify(schema.fields.map(mappedField))
}

/** A column as a name mapping has it, by its name of now. */
export function mappedField({id, name, type}: Pick<StructField, 'id' | 'name' | 'type'>): MappedField {
  const inner = fieldsOf(type)
  return {'field-id': id, names: [name], ...(inner.length > 0 && {fields: inner.map(mappedField)})}
}

function fieldsOf(type: Type): readonly Pick<StructField, 'id' | 'name' | 'type'>[] {
  if (isStruct(type)) return type.fields
  if (isList(type)) return [{id: type['element-id'], name: 'element', type: type.element}]
  if (!isMap(type)) return []
  return [
    {id: type['key-id'], name: 'key', type: type.key},
    {id: type['value-id'], name: 'value', type: type.value},
  ]
}
