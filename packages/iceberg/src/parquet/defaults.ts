import {valueFromJson} from '../spec/single-value-json.js'
import type {Schema, Value} from '../spec/types.js'
import type {Leaf, PhysicalValue} from './leaves.js'
import {toPhysical} from './physical.js'

/** The value of a column that a file does not have; undefined for null. */
export type DefaultOf = (leaf: Leaf) => Exclude<PhysicalValue, null> | undefined

/**
 * What stands in for columns that a file does not have (spec, "Column Projection"): the value of an identity partition field,
 * else the column's `initial-default`, else null. Columns inside of structs are null.
 */
export function defaultsOf(schema: Schema, identity: ReadonlyMap<number, Value>): DefaultOf {
  const defaults = new Map(schema.fields.map((field) => [field.id, field['initial-default']]))
  return (leaf) => {
    const partition = identity.get(leaf.fieldId)
    if (partition !== undefined && partition !== null) return toPhysical(leaf.type)(partition)
    const json = leaf.path.length === 1 ? defaults.get(leaf.fieldId) : undefined
    return json === undefined || json === null ? undefined : toPhysical(leaf.type)(valueFromJson(leaf.type, json))
  }
}
