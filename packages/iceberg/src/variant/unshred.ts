import type {SchemaElement, SchemaTree} from 'hyparquet'
import {signedBigint} from '../parquet/physical.js'
import {VARIANT_NULL, variantArray, variantBytes, variantDecimal, variantObject, variantPrimitive} from './build.js'
import {PRIMITIVE, variantShape} from './value.js'

/** A value of a Parquet group as it was assembled: fields by name, lists as arrays, null where nothing is. */
export type Assembled = null | boolean | number | bigint | Uint8Array | readonly Assembled[] | {readonly [name: string]: Assembled}

type Group = {readonly [name: string]: Assembled}

/**
 * The value of a variant of which parts are stored in columns of their own (Parquet, "Variant Shredding"), as if it never was.
 *
 * @param node the group that has `value` and `typed_value`
 * @param names of the variant's metadata
 * @throws RangeError when the columns contradict each other
 */
export function unshred(node: SchemaTree, group: Group, names: readonly string[]): Uint8Array {
  return valueOf(node, group, names) ?? VARIANT_NULL
}

/** Undefined for a field that is not there. */
function valueOf(node: SchemaTree, group: Group, names: readonly string[]): Uint8Array | undefined {
  const value = group['value'] as Uint8Array | null | undefined
  const typed = group['typed_value'] ?? null
  const typedNode = childOf(node, 'typed_value')
  if (typed === null || !typedNode) return value ?? undefined
  if (typedNode.children.length === 0) return primitive(typedNode.element, typed as Exclude<Assembled, null>)
  const isList = typedNode.element.converted_type === 'LIST' || typedNode.element.logical_type?.type === 'LIST'
  if (isList) {
    const element = typedNode.children[0]?.children[0]
    if (!element) throw new RangeError('a shredded variant has a list without elements')
    return variantArray((typed as readonly Group[]).map((each) => unshred(element, each, names)))
  }
  const fields: Field[] = []
  for (const child of typedNode.children) {
    const {name} = child.element
    const field = valueOf(child, (typed as Group)[name] as Group, names)
    if (field) fields.push([idOf(name, names), field])
  }
  return variantObject([...fields, ...otherFields(value)].sort(([a], [b]) => Buffer.compare(bytesOf(names[a]), bytesOf(names[b]))))
}

type Field = readonly [id: number, value: Uint8Array]

const bytesOf = (name = '') => Buffer.from(name)

function idOf(name: string, names: readonly string[]): number {
  const id = names.indexOf(name)
  if (id < 0) throw new RangeError(`field ${JSON.stringify(name)} of a shredded variant is not in its metadata`)
  return id
}

/** Fields that have no column of their own are together in the value. */
function otherFields(value: Uint8Array | null | undefined): readonly Field[] {
  if (!value) return []
  const shape = variantShape(value)
  if (shape.kind !== 'object') throw new RangeError('a shredded variant is an object and something else')
  return shape.ids.map((id, index) => [id, shape.values[index] as Uint8Array])
}

const childOf = ({children}: SchemaTree, name: string) => children.find(({element}) => element.name === name)

function primitive(element: SchemaElement, value: Exclude<Assembled, null>): Uint8Array {
  const {type, logical_type: logical, converted_type: converted, scale = 0} = element
  const long = (kind: number) => variantPrimitive(kind, 8, (view) => view.setBigInt64(0, value as bigint, true))
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') {
    const own = logical?.type === 'DECIMAL' ? logical.scale : scale
    if (type === 'INT32') return variantDecimal(BigInt(value as number), own, 4)
    return type === 'INT64' ? variantDecimal(value as bigint, own, 8) : variantDecimal(signedBigint(value as Uint8Array), own, 16)
  }
  switch (type) {
    case 'BOOLEAN':
      return Uint8Array.of((value ? PRIMITIVE.true : PRIMITIVE.false) << 2)
    case 'FLOAT':
      return variantPrimitive(PRIMITIVE.float, 4, (view) => view.setFloat32(0, value as number, true))
    case 'DOUBLE':
      return variantPrimitive(PRIMITIVE.double, 8, (view) => view.setFloat64(0, value as number, true))
    case 'INT32':
      return int32(element, value as number)
    case 'INT64':
      if (logical?.type === 'TIME') return long(PRIMITIVE.time)
      if (logical?.type !== 'TIMESTAMP') return long(PRIMITIVE.int64)
      if (logical.unit === 'NANOS') return long(logical.isAdjustedToUTC ? PRIMITIVE.timestamptzNs : PRIMITIVE.timestampNs)
      return long(logical.isAdjustedToUTC ? PRIMITIVE.timestamptz : PRIMITIVE.timestamp)
    case 'BYTE_ARRAY':
      return variantBytes(logical?.type === 'STRING' || converted === 'UTF8' ? PRIMITIVE.string : PRIMITIVE.binary, value as Uint8Array)
    default:
      if (logical?.type !== 'UUID') throw new RangeError(`a variant is shredded into a ${type}, which it has no type for`)
      return variantPrimitive(PRIMITIVE.uuid, 16, (view) => new Uint8Array(view.buffer, 1).set(value as Uint8Array))
  }
}

function int32({logical_type: logical, converted_type: converted}: SchemaElement, value: number): Uint8Array {
  if (logical?.type === 'DATE' || converted === 'DATE') return variantPrimitive(PRIMITIVE.date, 4, (view) => view.setInt32(0, value, true))
  const bits = logical?.type === 'INTEGER' ? logical.bitWidth : converted === 'INT_8' ? 8 : converted === 'INT_16' ? 16 : 32
  if (bits === 8) return variantPrimitive(PRIMITIVE.int8, 1, (view) => view.setInt8(0, value))
  if (bits === 16) return variantPrimitive(PRIMITIVE.int16, 2, (view) => view.setInt16(0, value, true))
  return variantPrimitive(PRIMITIVE.int32, 4, (view) => view.setInt32(0, value, true))
}
