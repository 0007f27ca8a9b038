import type {Data, DataType, RecordBatch} from 'apache-arrow'
import {decimalType, fixedLength, geographic} from '../spec/primitive-types.js'
import {isList, isMap, isStruct} from '../spec/schema.js'
import type {MapType, PrimitiveType, Schema, StructType, Type} from '../spec/types.js'
import {type Arrow, arrowSchema, arrowType} from './arrow-type.js'
import {type Leaf, type LeafValues, leavesOf, type PhysicalValue} from './leaves.js'
import {signedBigint} from './physical.js'
import {variantJson} from './variant-column.js'

/** Where the slots of a node begin among the entries of a leaf; undefined when each entry is one. */
type Slots = Uint32Array | undefined

/** A leaf's values with the slots of the node at hand. */
interface Strand {
  readonly values: LeafValues
  readonly slots: Slots
}

interface Depth {
  readonly definition: number
  readonly repetition: number
}

/** Leaf columns as one Arrow record batch of a schema. Values that need no conversion are shared, not copied. */
export function toArrowBatch(arrow: Arrow, schema: Schema, columns: readonly LeafValues[], rows: number): RecordBatch {
  const byId = new Map(columns.map((values) => [values.leaf.fieldId, {values, slots: rowSlots(values)}]))
  const children = schema.fields.map((field) =>
    build(arrow, field.type, field.required, leavesOf({type: 'struct', fields: [field]}), byId, {definition: 0, repetition: 0}, rows),
  )
  const struct = arrow.makeData({type: new arrow.Struct(arrowSchema(arrow, schema).fields), length: rows, nullCount: 0, children})
  return new arrow.RecordBatch(arrowSchema(arrow, schema), struct)
}

function rowSlots({repetitionLevels}: LeafValues): Slots {
  return repetitionLevels && Uint32Array.from(startsOf(repetitionLevels, 0, repetitionLevels.length, 0))
}

function startsOf(levels: Uint8Array, from: number, to: number, level: number): number[] {
  const starts: number[] = []
  for (let at = from; at < to; at++) if ((levels[at] as number) <= level) starts.push(at)
  return starts
}

const entryAt = (slots: Slots, slot: number) => (slots ? (slots[slot] as number) : slot)
const levelAt = ({values}: Strand, entry: number) => values.definitionLevels?.[entry] ?? values.leaf.maxDefinitionLevel

function build(
  arrow: Arrow,
  type: Type,
  required: boolean,
  leaves: readonly Leaf[],
  strands: ReadonlyMap<number, Strand>,
  outer: Depth,
  length: number,
): Data<DataType> {
  const depth = required ? outer : {...outer, definition: outer.definition + 1}
  const first = strands.get(leaves[0]?.fieldId ?? -1)
  if (!first) throw new RangeError('a struct without columns has no values')
  if (typeof type === 'string') return buildPrimitive(arrow, type, first, length)
  const {nullBitmap, nullCount} = validity(length, (slot) => required || levelAt(first, entryAt(first.slots, slot)) >= depth.definition)
  const own = {length, nullCount, ...(nullCount > 0 && {nullBitmap})}
  if (isStruct(type)) {
    const children = buildChildren(arrow, type, leaves, strands, depth, length)
    return arrow.makeData({type: arrowType(arrow, type) as never, ...own, children} as never)
  }
  const {offsets, inner, count} = elementSlots(leaves, strands, depth, length)
  const below = {definition: depth.definition + 1, repetition: depth.repetition + 1}
  const child = isList(type)
    ? build(arrow, type.element, type['element-required'], leaves, inner, below, count)
    : arrow.makeData({
        type: (arrowType(arrow, type) as never as {children: {type: never}[]}).children[0]?.type as never,
        length: count,
        nullCount: 0,
        children: buildChildren(arrow, entryStruct(type), leaves, inner, below, count),
      } as never)
  return arrow.makeData({type: arrowType(arrow, type) as never, ...own, valueOffsets: offsets, child} as never)
}

/** A map's entries as the struct that Arrow has them in. */
function entryStruct(type: Exclude<Type, PrimitiveType>): StructType {
  if (!isMap(type)) throw new TypeError('not a map')
  const {'key-id': keyId, 'value-id': valueId, key, value, 'value-required': required}: MapType = type
  return {
    type: 'struct',
    fields: [
      {id: keyId, name: 'key', required: true, type: key},
      {id: valueId, name: 'value', required, type: value},
    ],
  }
}

function buildChildren(
  arrow: Arrow,
  struct: StructType,
  leaves: readonly Leaf[],
  strands: ReadonlyMap<number, Strand>,
  depth: Depth,
  length: number,
): readonly Data<DataType>[] {
  return struct.fields.map((field) => {
    const ids = new Set(leavesOf({type: 'struct', fields: [field]}).map(({fieldId}) => fieldId))
    return build(
      arrow,
      field.type,
      field.required,
      leaves.filter(({fieldId}) => ids.has(fieldId)),
      strands,
      depth,
      length,
    )
  })
}

/** The slots of a list's elements, for each leaf below it, and the offsets of each list. */
function elementSlots(leaves: readonly Leaf[], strands: ReadonlyMap<number, Strand>, depth: Depth, length: number) {
  const inner = new Map<number, Strand>()
  let offsets = new Int32Array(length + 1)
  let count = 0
  for (const [index, {fieldId}] of leaves.entries()) {
    const strand = strands.get(fieldId) as Strand
    const levels = strand.values.repetitionLevels as Uint8Array
    const starts: number[] = []
    const own = new Int32Array(length + 1)
    for (let slot = 0; slot < length; slot++) {
      const begin = entryAt(strand.slots, slot)
      if (levelAt(strand, begin) > depth.definition) {
        starts.push(begin)
        // Entries of outer lists that are null or empty have no slot, and may come before the next one.
        for (let at = begin + 1; (levels[at] as number) > depth.repetition; at++) if (levels[at] === depth.repetition + 1) starts.push(at)
      }
      own[slot + 1] = starts.length
    }
    inner.set(fieldId, {values: strand.values, slots: Uint32Array.from(starts)})
    if (index === 0) {
      offsets = own
      count = starts.length
    }
  }
  return {offsets, inner, count}
}

function validity(length: number, isValid: (slot: number) => boolean): {readonly nullBitmap: Uint8Array; readonly nullCount: number} {
  const nullBitmap = new Uint8Array(((length + 63) >> 6) << 3)
  let nullCount = 0
  for (let slot = 0; slot < length; slot++) {
    if (isValid(slot)) nullBitmap[slot >> 3] = (nullBitmap[slot >> 3] as number) | (1 << (slot & 7))
    else nullCount += 1
  }
  return {nullBitmap, nullCount}
}

function buildPrimitive(arrow: Arrow, type: PrimitiveType, {values: {leaf, values}, slots}: Strand, length: number): Data<DataType> {
  const at = (slot: number) => values[entryAt(slots, slot)] as PhysicalValue
  if (type === 'unknown') return arrow.makeData({type: new arrow.Null(), length})
  const {nullBitmap, nullCount} = Array.isArray(values)
    ? validity(length, (slot) => at(slot) !== null)
    : {nullBitmap: undefined, nullCount: 0}
  const own = {type: arrowType(arrow, type) as never, length, nullCount, ...(nullCount > 0 && {nullBitmap})}
  const isShared = !Array.isArray(values) && !slots && !decimalType(type)
  if (isShared) return arrow.makeData({...own, data: values} as never)
  return arrow.makeData({...own, ...contents(leaf, at, length)} as never)
}

function contents(leaf: Leaf, at: (slot: number) => PhysicalValue, length: number) {
  const {type} = leaf
  if (decimalType(type)) return {data: decimals(at, length)}
  if (geographic(type)) return bytes(at, length)
  if (fixedLength(type) !== undefined || type === 'uuid') return {data: fixed(at, length, fixedLength(type) ?? 16)}
  switch (type) {
    case 'boolean':
      return {data: validity(length, (slot) => at(slot) === true).nullBitmap}
    case 'string':
    case 'binary':
      return bytes(at, length)
    case 'variant':
      return bytes((slot) => variantJson(leaf, at(slot)), length)
    case 'int':
    case 'date':
      return {data: numbers(new Int32Array(length), at)}
    case 'float':
      return {data: numbers(new Float32Array(length), at)}
    case 'double':
      return {data: numbers(new Float64Array(length), at)}
    default:
      return {data: numbers(new BigInt64Array(length) as unknown as Float64Array, at)}
  }
}

function numbers<Target extends Int32Array | Float32Array | Float64Array>(target: Target, at: (slot: number) => PhysicalValue): Target {
  for (let slot = 0; slot < target.length; slot++) {
    const value = at(slot)
    if (value !== null) target[slot] = value as number
  }
  return target
}

function bytes(at: (slot: number) => PhysicalValue, length: number) {
  const valueOffsets = new Int32Array(length + 1)
  let total = 0
  for (let slot = 0; slot < length; slot++) {
    total += (at(slot) as Uint8Array | null)?.length ?? 0
    valueOffsets[slot + 1] = total
  }
  const data = new Uint8Array(total)
  for (let slot = 0; slot < length; slot++) {
    const value = at(slot) as Uint8Array | null
    if (value) data.set(value, valueOffsets[slot])
  }
  return {valueOffsets, data}
}

function fixed(at: (slot: number) => PhysicalValue, length: number, width: number): Uint8Array {
  const data = new Uint8Array(length * width)
  for (let slot = 0; slot < length; slot++) {
    const value = at(slot) as Uint8Array | null
    if (value) data.set(value, slot * width)
  }
  return data
}

/** Unscaled values in four little-endian words each. */
function decimals(at: (slot: number) => PhysicalValue, length: number): Uint32Array {
  const data = new Uint32Array(length * 4)
  for (let slot = 0; slot < length; slot++) {
    const value = at(slot)
    if (value === null) continue
    const unscaled = value instanceof Uint8Array ? signedBigint(value) : BigInt(value)
    for (let word = 0; word < 4; word++) data[slot * 4 + word] = Number((unscaled >> BigInt(32 * word)) & 0xffffffffn)
  }
  return data
}
