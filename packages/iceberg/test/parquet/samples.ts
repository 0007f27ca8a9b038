import {readFile} from 'node:fs/promises'
import type {FileIO} from '@phlo/core'
import fc from 'fast-check'
import {type FileMetaData, parquetMetadata, parquetReadObjects} from 'hyparquet'
import {decompressors} from '../../src/parquet/codecs.js'
import {type Leaf, type LeafValues, leavesOf, type PhysicalValue} from '../../src/parquet/leaves.js'
import {toPhysical} from '../../src/parquet/physical.js'
import {createParquetFile, parquetWriteOptions} from '../../src/parquet/write-file.js'
import type {DataFile} from '../../src/spec/manifest.js'
import {decimalType, fixedLength} from '../../src/spec/primitive-types.js'
import {isList, isMap, isStruct} from '../../src/spec/schema.js'
import type {PrimitiveType, Schema, StructType, Type, Value} from '../../src/spec/types.js'

/** A value of any type: structs by field name, maps as a list of `{key, value}`. */
export type Nested = Value | readonly Nested[] | {readonly [name: string]: Nested}
export type Row = Readonly<Record<string, Nested>>

/** Every primitive type that is written, decimals in each of their three physical types. */
export const TYPES: readonly PrimitiveType[] = [
  ...['boolean', 'int', 'long', 'float', 'double', 'date', 'time', 'timestamp', 'timestamptz', 'timestamp_ns', 'timestamptz_ns'],
  ...['string', 'uuid', 'binary', 'fixed[3]', 'decimal(7,2)', 'decimal(18,4)', 'decimal(38,10)'],
]

/** A schema of optional columns, ids from 1 on. */
export const schemaOf = (types: Readonly<Record<string, Type>>): Schema => ({
  type: 'struct',
  fields: Object.entries(types).map(([name, type], index) => ({id: index + 1, name, required: false, type})),
})

const POINTS = ['\0', 'a', 'z', '\u007f', '\u0080', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '😀', '\u{10ffff}']
const EXTREMES = [Number.NaN, 0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
const int32 = fc.integer({min: -(2 ** 31), max: 2 ** 31 - 1})
const int64 = fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n})
const bytes = (length: number) => fc.uint8Array({minLength: length, maxLength: length})

/** Values of a primitive type, often ones at an edge of it. */
export function valueOf(type: PrimitiveType): fc.Arbitrary<Exclude<Value, null>> {
  const decimal = decimalType(type)
  if (decimal) return fc.bigInt({min: 1n - 10n ** BigInt(decimal.precision), max: 10n ** BigInt(decimal.precision) - 1n})
  const length = fixedLength(type)
  if (length !== undefined) return fc.oneof(bytes(length), fc.constant(new Uint8Array(length).fill(0xff)))
  switch (type) {
    case 'boolean':
      return fc.boolean()
    case 'int':
    case 'date':
      return int32
    case 'float':
      return fc.oneof(fc.float(), fc.constantFrom(...EXTREMES))
    case 'double':
      return fc.oneof(fc.double(), fc.constantFrom(...EXTREMES))
    case 'string':
      return fc.oneof(
        fc.string({unit: 'binary', maxLength: 40}),
        fc.array(fc.constantFrom(...POINTS), {maxLength: 24}).map((points) => points.join('')),
        fc.tuple(fc.nat(20), fc.constantFrom('', 'a', '\ud7ff')).map(([count, end]) => '\u{10ffff}'.repeat(count) + end),
      )
    case 'binary':
      return fc.oneof(
        fc.uint8Array({maxLength: 40}),
        fc.array(fc.constantFrom(0, 0x7f, 0x80, 0xff), {maxLength: 24}).map((all) => Uint8Array.from(all)),
        fc.nat(20).map((count) => new Uint8Array(count).fill(0xff)),
      )
    case 'uuid':
      return bytes(16).map((all) => hex(all).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'))
    default:
      return int64
  }
}

const hex = (all: Uint8Array) => Buffer.from(all).toString('hex')

/** Rows of a schema; what is optional is null now and then. */
export const rowOf = (schema: StructType): fc.Arbitrary<Row> =>
  fc.record(Object.fromEntries(schema.fields.map(({name, type, required}) => [name, anyOf(type, required)])))

function anyOf(type: Type, required: boolean): fc.Arbitrary<Nested> {
  const present = presentOf(type)
  return required ? present : fc.option(present, {freq: 4})
}

function presentOf(type: Type): fc.Arbitrary<Nested> {
  if (isStruct(type)) return rowOf(type)
  if (isList(type)) return fc.array(anyOf(type.element, type['element-required']), {maxLength: 3})
  if (isMap(type)) return fc.uniqueArray(rowOf(entryOf(type)), {maxLength: 3, selector: ({key}) => show(type.key, key ?? null)})
  return valueOf(type)
}

function entryOf(type: Extract<Type, {type: 'map'}>): StructType {
  return {
    type: 'struct',
    fields: [
      {id: type['key-id'], name: 'key', required: true, type: type.key},
      {id: type['value-id'], name: 'value', required: type['value-required'], type: type.value},
    ],
  }
}

/** The entries of one leaf in some rows, with their levels (Dremel). */
export function shred(schema: Schema, leaf: Leaf, rows: readonly Row[]) {
  const [values, definition, repetition]: [Value[], number[], number[]] = [[], [], []]
  const emit = (value: Value, level: number, repeat: number) => {
    values.push(value)
    definition.push(level)
    repetition.push(repeat)
  }
  const visit = (type: Type, required: boolean, value: Nested, outer: number, repeat: number, depth: number): void => {
    const level = required || value === null ? outer : outer + 1
    if (value === null || typeof type === 'string') emit(value as Value, level, repeat)
    else if (isStruct(type)) {
      const field = type.fields.find(({id}) => leaf.path.some(({fieldId}) => fieldId === id)) as StructType['fields'][number]
      visit(field.type, field.required, (value as Row)[field.name] ?? null, level, repeat, depth)
    } else {
      const [inner, isRequired] = isList(type) ? [type.element, type['element-required']] : [entryOf(type), true]
      const elements = value as readonly Nested[]
      if (elements.length === 0) emit(null, level, repeat)
      for (const [at, element] of elements.entries()) visit(inner, isRequired, element, level + 1, at === 0 ? repeat : depth + 1, depth + 1)
    }
  }
  for (const row of rows) visit(schema, true, row, 0, 0, 0)
  return {values, definition, repetition}
}

/** The rows' values of one leaf as the writer takes them. */
export function leafValues(schema: Schema, leaf: Leaf, rows: readonly Row[]): LeafValues {
  const {values, definition, repetition} = shred(schema, leaf, rows)
  const physical = toPhysical(leaf.type)
  return {
    leaf,
    values: values.map((value): PhysicalValue => (value === null ? null : physical(value))),
    definitionLevels: leaf.maxDefinitionLevel > 0 ? Uint8Array.from(definition) : undefined,
    repetitionLevels: leaf.maxRepetitionLevel > 0 ? Uint8Array.from(repetition) : undefined,
    rows: rows.length,
  }
}

/** Writes a data file, a row group for each list of rows, and describes it as a manifest does. */
export async function writeRows(
  io: FileIO,
  path: string,
  schema: Schema,
  rowGroups: readonly (readonly Row[])[],
  properties: Readonly<Record<string, string>> = {},
): Promise<DataFile> {
  const writer = await createParquetFile(io, path, schema, parquetWriteOptions(properties, schema))
  for (const rows of rowGroups) await writer.writeRowGroup(rows.length, (leaf) => leafValues(schema, leaf, rows))
  const {size, recordCount, metrics, splitOffsets} = await writer.close()
  const file = {content: 'data', filePath: path, fileFormat: 'PARQUET', specId: 0, partition: [], recordCount} as const
  return {...file, fileSizeInBytes: size, ...metrics, splitOffsets}
}

/** A row as text, so that rows compare as a multiset. */
export const showRow = (schema: StructType, row: Row): string => show(schema, row)

/** A value as text, whether it is one of ours or one as Parquet stores it. */
function show(type: Type, value: Nested | undefined): string {
  if (value === null || value === undefined) return 'null'
  if (isStruct(type)) return `{${type.fields.map(({name, type: inner}) => `${name}: ${show(inner, (value as Row)[name])}`).join(', ')}}`
  if (isList(type)) return `[${(value as readonly Nested[]).map((element) => show(type.element, element)).join(', ')}]`
  if (isMap(type)) return `{${entriesOf(value).map(([key, inner]) => `${show(type.key, key)} => ${show(type.value, inner)}`)}}`
  if (decimalType(type)) return String(value instanceof Uint8Array ? BigInt.asIntN(8 * value.length, BigInt(`0x${hex(value)}`)) : value)
  if (value instanceof Uint8Array) return hex(value)
  if (type === 'string') return hex(Buffer.from(value as string))
  if (type === 'uuid') return (value as string).replaceAll('-', '')
  return Object.is(value, -0) ? '-0' : String(value)
}

/** The entries of a map in some one order. hyparquet makes an object of a map, in which the bytes of a key are decimal numbers. */
function entriesOf(value: Nested): [Nested, Nested][] {
  const fromText = (key: string) => Uint8Array.from(key === '' ? [] : key.split(',').map(Number))
  const toText = (key: Nested) => Buffer.from(key as string).join(',')
  const entries: [string, Nested][] = Array.isArray(value)
    ? value.map((entry: Row) => [toText(entry['key'] ?? null), entry['value'] ?? null])
    : Object.entries(value as Row)
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [fromText(key), inner])
}

const stored = <Stored>(value: Stored) => value
/** Parsers for hyparquet that leave the values as they are stored. */
export const AS_STORED = {
  timestampFromMicroseconds: stored,
  timestampFromNanoseconds: stored,
  dateFromDays: stored,
  stringFromBytes: stored,
  uuidFromBytes: stored,
}

/** The footer and the rows of a file as hyparquet alone finds them, the values as they are stored. */
export async function readRows(path: string, schema: Schema): Promise<{readonly footer: FileMetaData; readonly rows: readonly string[]}> {
  const all = await readFile(path)
  const file = all.buffer.slice(all.byteOffset, all.byteOffset + all.length) as ArrayBuffer
  const footer = parquetMetadata(file, {parsers: AS_STORED})
  const plain = footer.schema.map((element) =>
    element.num_children === undefined ? {...element, converted_type: undefined, logical_type: undefined} : element,
  )
  const rows = await parquetReadObjects({
    file,
    metadata: {...footer, schema: plain} as FileMetaData,
    compressors: decompressors,
    utf8: false,
  })
  const names = new Set(footer.schema.map(({name}) => name))
  for (const {name} of schema.fields) if (!names.has(name)) throw new Error(`${path} has no column ${name}`)
  return {footer, rows: rows.map((row) => showRow(schema, row as Row))}
}

/** The leaf of a name. */
export const leafNamed = (schema: Schema, name: string): Leaf => leavesOf(schema).find((leaf) => leaf.name === name) as Leaf
