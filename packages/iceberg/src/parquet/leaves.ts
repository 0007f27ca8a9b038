import {isList, isMap, isStruct} from '../spec/schema.js'
import type {PrimitiveType, Schema, StructType, Type} from '../spec/types.js'

/** A step on the way from the root of a Parquet schema to a leaf. */
export interface PathNode {
  readonly repetition: 'REQUIRED' | 'OPTIONAL' | 'REPEATED'
  /** The Iceberg field that it is; undefined for the repeated groups of lists and maps. */
  readonly fieldId?: number
}

/** A primitive column of a schema at any depth: what Parquet stores as one column chunk a row group. */
export interface Leaf {
  readonly fieldId: number
  /** Dotted, as Iceberg names it: `tags.element`. */
  readonly name: string
  readonly type: PrimitiveType
  readonly path: readonly PathNode[]
  readonly maxDefinitionLevel: number
  readonly maxRepetitionLevel: number
}

/**
 * The values of one leaf column of some rows, as Parquet has them: physical (int, date → number · 64-bit types → bigint · strings,
 * binary, fixed, uuid, long decimals, WKB → bytes · a variant → the bytes of its metadata and of its value together), one entry a level pair, null where the definition level says so. Typed arrays
 * where nothing is null.
 */
export interface LeafValues {
  readonly leaf: Leaf
  readonly values: PhysicalValues
  /** One for each entry; undefined when every entry is at the leaf's maximum. */
  readonly definitionLevels?: Uint8Array | undefined
  /** One for each entry; undefined when the leaf is not repeated. */
  readonly repetitionLevels?: Uint8Array | undefined
  readonly rows: number
}

export type PhysicalValue = boolean | number | bigint | Uint8Array | null
export type PhysicalValues = PhysicalValue[] | Int32Array | BigInt64Array | Float32Array | Float64Array

/** The leaves of a schema, in the order in which Parquet has their columns. */
export function leavesOf(schema: Schema | StructType): readonly Leaf[] {
  const leaves: Leaf[] = []
  visitStruct(schema, '', [], leaves)
  return leaves
}

/** The leaves that files have columns for: all but those of the type `unknown`, of which every value is null. */
export const storedLeavesOf = (schema: Schema | StructType): readonly Leaf[] => leavesOf(schema).filter(({type}) => type !== 'unknown')

function visitStruct(struct: StructType, prefix: string, path: readonly PathNode[], leaves: Leaf[]): void {
  for (const field of struct.fields) {
    const node: PathNode = {repetition: field.required ? 'REQUIRED' : 'OPTIONAL', fieldId: field.id}
    visit(field.type, `${prefix}${field.name}`, field.id, [...path, node], leaves)
  }
}

function visit(type: Type, name: string, fieldId: number, path: readonly PathNode[], leaves: Leaf[]): void {
  const repeated: PathNode = {repetition: 'REPEATED'}
  if (isStruct(type)) visitStruct(type, `${name}.`, path, leaves)
  else if (isList(type)) {
    const id = type['element-id']
    visit(type.element, `${name}.element`, id, [...path, repeated, node(type['element-required'], id)], leaves)
  } else if (isMap(type)) {
    const [key, value] = [type['key-id'], type['value-id']]
    visit(type.key, `${name}.key`, key, [...path, repeated, node(true, key)], leaves)
    visit(type.value, `${name}.value`, value, [...path, repeated, node(type['value-required'], value)], leaves)
  } else {
    leaves.push({
      fieldId,
      name,
      type,
      path,
      maxDefinitionLevel: path.filter(({repetition}) => repetition !== 'REQUIRED').length,
      maxRepetitionLevel: path.filter(({repetition}) => repetition === 'REPEATED').length,
    })
  }
}

const node = (required: boolean, fieldId: number): PathNode => ({repetition: required ? 'REQUIRED' : 'OPTIONAL', fieldId})
