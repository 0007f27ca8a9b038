import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {type FileMetaData, parquetMetadata, parquetReadObjects, type SchemaElement} from 'hyparquet'
import {decompressors} from '../../../src/parquet/codecs.js'
import {decimalType} from '../../../src/spec/primitive-types.js'
import {isList, isMap, isStruct} from '../../../src/spec/schema.js'
import type {PrimitiveType, Schema, StructType, Type} from '../../../src/spec/types.js'
import {AS_STORED, type Nested, type Row} from '../samples.js'

/** A Parquet file as hyparquet alone reads it. */
export interface ReadFile {
  /** Its statistics are as they are stored, but for decimals. */
  readonly footer: FileMetaData
  readonly rows: readonly Row[]
}

/** Reads the footer and the rows of a file of a schema. */
export async function readValues(path: string, schema: Schema): Promise<ReadFile> {
  const all = await readFile(path)
  const file = all.buffer.slice(all.byteOffset, all.byteOffset + all.length) as ArrayBuffer
  const footer = parquetMetadata(file, {parsers: AS_STORED})
  const names = namesOf(footer.schema)
  const metadata = {...footer, schema: footer.schema.map(asStored)} as FileMetaData
  const rows = await parquetReadObjects({file, metadata, compressors: decompressors, utf8: false})
  const parts = schema.fields.map(({id, name, type}) => ({name, stored: names.get(id) as string, read: readerOf(type, names)}))
  return {footer, rows: rows.map((row) => Object.fromEntries(parts.map((part) => [part.name, part.read(row[part.stored])])))}
}

/** Without what it means, so that values come as they are stored, and maps as what they are: lists of entries, which have an order. */
function asStored(element: SchemaElement): SchemaElement {
  const isMapGroup = element.converted_type === 'MAP' || element.logical_type?.type === 'MAP'
  if (element.num_children !== undefined && !isMapGroup) return element
  const {converted_type: _type, logical_type: _logical, ...plain} = element
  return plain as SchemaElement
}

const namesOf = (elements: readonly SchemaElement[]) => new Map(elements.map(({field_id: id, name}) => [id as number, name]))

type Read = (value: unknown) => Nested
type Group = Readonly<Record<string, unknown>>

/** From what hyparquet reads to values of a type; names of fields in the file by their ids. */
function readerOf(type: Type, names: ReadonlyMap<number, string>): Read {
  const read = presentOf(type, names)
  return (value) => (value === null || value === undefined ? null : read(value))
}

function presentOf(type: Type, names: ReadonlyMap<number, string>): Read {
  if (isStruct(type)) {
    const parts = type.fields.map(({id, name, type: inner}) => ({name, own: names.get(id) as string, read: readerOf(inner, names)}))
    return (value) => Object.fromEntries(parts.map(({name, own, read}) => [name, read((value as Group)[own])]))
  }
  if (isList(type)) {
    const element = readerOf(type.element, names)
    return (value) => (value as unknown[]).map(element)
  }
  if (isMap(type)) {
    const [key, inner] = [readerOf(type.key, names), readerOf(type.value, names)]
    return (value) => ((value as Group)['key_value'] as Group[]).map((entry) => ({key: key(entry['key']), value: inner(entry['value'])}))
  }
  return primitive(type)
}

const hex = (bytes: unknown) => Buffer.from(bytes as Uint8Array).toString('hex')

function primitive(type: PrimitiveType): Read {
  if (decimalType(type)) {
    return (value) => (value instanceof Uint8Array ? BigInt.asIntN(8 * value.length, BigInt(`0x${hex(value)}`)) : BigInt(value as number))
  }
  if (type === 'string') return (value) => Buffer.from(value as Uint8Array).toString('utf8')
  if (type === 'uuid') return (value) => hex(value).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  return (value) => value as Nested
}

/** A digest of each column of some rows by field id, of the text that `fingerprint.py` describes. */
export function fingerprints(schema: StructType, rows: readonly Row[]): Readonly<Record<string, string>> {
  const digest = ({name, type}: StructType['fields'][number]) => {
    const text = textOf(type)
    return createHash('md5')
      .update(rows.map((row) => text(row[name] ?? null)).join())
      .digest('hex')
  }
  return Object.fromEntries(schema.fields.map((field) => [field.id, digest(field)]))
}

function textOf(type: Type): (value: Nested) => string {
  const text = presentText(type)
  return (value) => (value === null ? '_' : text(value))
}

function presentText(type: Type): (value: Nested) => string {
  if (isStruct(type)) {
    const parts = type.fields.map(({name, type: inner}) => ({name, text: textOf(inner)}))
    return (value) => `(${parts.map(({name, text}) => text((value as Row)[name] ?? null)).join()})`
  }
  if (isList(type)) {
    const element = textOf(type.element)
    return (value) => `[${(value as readonly Nested[]).map(element).join()}]`
  }
  if (isMap(type)) {
    const [key, inner] = [textOf(type.key), textOf(type.value)]
    return (value) =>
      `{${(value as readonly Row[]).map((entry) => `${key(entry['key'] ?? null)}:${inner(entry['value'] ?? null)}`).join()}}`
  }
  if (type === 'boolean') return (value) => (value === true ? 't' : 'f')
  if (type === 'float' || type === 'double') return (value) => bitsOf(value as number)
  if (type === 'string') return (value) => `'${Buffer.from(value as string).toString('hex')}`
  if (type === 'uuid') return (value) => `x${(value as string).replaceAll('-', '')}`
  return (value) => (value instanceof Uint8Array ? `x${hex(value)}` : String(value))
}

const double = new DataView(new ArrayBuffer(8))

function bitsOf(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  double.setFloat64(0, value)
  return String(double.getBigInt64(0))
}
