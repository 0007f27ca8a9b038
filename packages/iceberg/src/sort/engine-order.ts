import type {EngineColumn, EngineSortTerm} from '@phlo/core'
import {type Leaf, storedLeavesOf} from '../parquet/leaves.js'
import {baseType} from '../spec/primitive-types.js'
import {isList, isMap, isStruct} from '../spec/schema.js'
import {parseTransform} from '../spec/transforms.js'
import type {Schema, StructType, Type} from '../spec/types.js'
import type {RowOrder} from './row-order.js'

/**
 * A schema whose fields are called by their ids, `f1` and `f2`: the names of a table may have any character in them, and may differ in nothing but
 * case, which engines make nothing of.
 */
export function numberedSchema(schema: Schema): Schema {
  return {...schema, fields: numberedFields(schema)}
}

const numberedFields = ({fields}: StructType): StructType['fields'] =>
  fields.map((field) => ({...field, name: nameOf(field.id), type: numberedType(field.type)}))

const nameOf = (id: number) => `f${id}`

function numberedType(type: Type): Type {
  if (isStruct(type)) return {...type, fields: numberedFields(type)}
  if (isList(type)) return {...type, element: numberedType(type.element)}
  return isMap(type) ? {...type, key: numberedType(type.key), value: numberedType(type.value)} : type
}

/** Which field each name of a schema is (spec, "Name Mapping Serialization"): engines write no field ids. */
export const nameMappingOf = (schema: Schema): string => JSON.stringify(mappedFields(schema))

function mappedFields(type: Type): readonly object[] {
  const mapped = (id: number, name: string, inner: Type) => ({'field-id': id, names: [name], fields: mappedFields(inner)})
  if (isStruct(type)) return type.fields.map((field) => mapped(field.id, field.name, field.type))
  if (isList(type)) return [mapped(type['element-id'], 'element', type.element)]
  if (!isMap(type)) return []
  return [mapped(type['key-id'], 'key', type.key), mapped(type['value-id'], 'value', type.value)]
}

/** The columns of a numbered schema's files, as engines are told of them. */
export function engineColumns(schema: Schema): readonly EngineColumn[] {
  return storedLeavesOf(schema).map(({name, type}) => ({path: name.split('.'), type}))
}

/** Whose zeros and NaNs not every engine puts where Iceberg has them. */
const UNSURE = ['float', 'double']

/** An order as an engine can be told it by the columns of the rows themselves; undefined when it takes keys. */
export function engineTerms(order: RowOrder, leaves: readonly Leaf[]): readonly EngineSortTerm[] | undefined {
  if (order.kind === 'zorder') return undefined
  const terms: EngineSortTerm[] = []
  for (const field of order.fields) {
    const leaf = leaves.find(({fieldId}) => fieldId === field['source-id'])
    const isPlain = parseTransform(field.transform).kind === 'identity' && leaf?.path.length === 1 && !UNSURE.includes(baseType(leaf.type))
    if (!isPlain) return undefined
    terms.push({
      column: nameOf(field['source-id']),
      direction: field.direction,
      nulls: field['null-order'] === 'nulls-first' ? 'first' : 'last',
    })
  }
  return terms
}
