import type {ColumnPosition} from '@phlo/core'
import {usage} from '@phlo/core'
import {isList, isMap, isStruct} from '../spec/schema.js'
import type {Schema, StructField, StructType, Type} from '../spec/types.js'

/** The schema with another list of fields in the struct that is the type of column `parent`; undefined: of the schema itself. */
export function withFieldsIn(
  schema: Schema,
  parent: number | undefined,
  change: (fields: readonly StructField[]) => readonly StructField[],
): Schema {
  if (parent === undefined) return {...schema, fields: change(schema.fields)}
  return withTypeOf(schema, parent, (type) => (isStruct(type) ? {...type, fields: change(type.fields)} : type))
}

/** The schema with another type of the column with this id, at any depth. */
export function withTypeOf(schema: Schema, id: number, change: (type: Type) => Type): Schema {
  return withColumn(schema, id, {field: (field) => ({...field, type: change(field.type)}), type: change})
}

/** The schema with another nullability of the column with this id: a field's, an element's or a value's. */
export function withNullability(schema: Schema, id: number, required: boolean): Schema {
  return withColumn(schema, id, {field: (field) => ({...field, required}), required})
}

/** The schema with another field in the place of the one with this id. */
export function withField(schema: Schema, id: number, change: (field: StructField) => StructField): Schema {
  return withColumn(schema, id, {field: change})
}

interface Edit {
  readonly field: (field: StructField) => StructField
  /** What becomes of the type of an element, a key or a value. */
  readonly type?: (type: Type) => Type
  readonly required?: boolean
}

function withColumn(schema: Schema, id: number, edit: Edit): Schema {
  const struct = <S extends StructType>(type: S): S => ({
    ...type,
    fields: type.fields.map((field) => (field.id === id ? edit.field(field) : nested(field))),
  })
  const nested = (field: StructField): StructField => (typeof field.type === 'string' ? field : {...field, type: visit(field.type)})
  const inner = (ownId: number, type: Type): Type => (ownId === id && edit.type ? edit.type(type) : visit(type))
  const nullability = (ownId: number, required: boolean) => (ownId === id ? (edit.required ?? required) : required)
  const visit = (type: Type): Type => {
    if (isStruct(type)) return struct(type)
    if (isList(type)) {
      const required = nullability(type['element-id'], type['element-required'])
      return {...type, element: inner(type['element-id'], type.element), 'element-required': required}
    }
    if (!isMap(type)) return type
    const required = nullability(type['value-id'], type['value-required'])
    return {...type, key: inner(type['key-id'], type.key), value: inner(type['value-id'], type.value), 'value-required': required}
  }
  return struct(schema)
}

/**
 * The fields with one of them, or a new one, at a position.
 *
 * @throws PhloError `COLUMN_NOT_FOUND` (exit 2) when there is no such sibling
 */
export function placed(fields: readonly StructField[], field: StructField, position: ColumnPosition): readonly StructField[] {
  const others = fields.filter(({id}) => id !== field.id)
  if (position === 'first') return [field, ...others]
  if (position === 'last') return [...others, field]
  const [sibling, offset] = 'after' in position ? [position.after, 1] : [position.before, 0]
  const at = others.findIndex(({name}) => name === sibling)
  if (at < 0) {
    throw usage('COLUMN_NOT_FOUND', `${field.name} cannot go next to ${sibling}: there is no other column of that name beside it.`)
  }
  return [...others.slice(0, at + offset), field, ...others.slice(at + offset)]
}
