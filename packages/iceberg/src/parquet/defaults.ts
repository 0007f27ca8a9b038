import {isList, isMap, isStruct} from '../spec/schema.js'
import {valueFromJson} from '../spec/single-value-json.js'
import type {Schema, Type, Value} from '../spec/types.js'
import type {Leaf, PhysicalValue} from './leaves.js'
import {toPhysical} from './physical.js'

/** The value of a column that a file does not have; undefined for null. */
export type DefaultOf = (leaf: Leaf) => Exclude<PhysicalValue, null> | undefined

/**
 * What stands in for columns that a file does not have (spec, "Column Projection"): the value of an identity partition field,
 * else the column's `initial-default`, else null. The default of a field of a struct is for structs that are there.
 */
export function defaultsOf(schema: Schema, identity: ReadonlyMap<number, Value>): DefaultOf {
  const defaultOf = fieldDefaults(schema, 'initial-default')
  return (leaf) => {
    const partition = identity.get(leaf.fieldId)
    if (partition !== undefined && partition !== null) return toPhysical(leaf.type)(partition)
    return defaultOf(leaf)
  }
}

/** What is written for columns that new rows do not have: their `write-default`, else null. */
export const writeDefaultsOf = (schema: Schema): DefaultOf => fieldDefaults(schema, 'write-default')

function fieldDefaults(schema: Schema, key: 'initial-default' | 'write-default'): DefaultOf {
  const defaults = new Map<number, unknown>()
  const collect = (type: Type): void => {
    if (isStruct(type)) {
      for (const field of type.fields) {
        defaults.set(field.id, field[key])
        collect(field.type)
      }
    } else if (isList(type)) collect(type.element)
    else if (isMap(type)) {
      collect(type.key)
      collect(type.value)
    }
  }
  collect(schema)
  return (leaf) => {
    const json = defaults.get(leaf.fieldId) ?? null
    return json === null ? undefined : toPhysical(leaf.type)(valueFromJson(leaf.type, json))
  }
}
