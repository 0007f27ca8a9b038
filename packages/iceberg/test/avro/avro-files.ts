import {readFile, writeFile} from 'node:fs/promises'
import type {FileIO} from '@phlo/core'
import type {AvroField, AvroSchema} from '../../src/avro/avro-schema.js'
import type {WriteCodec} from '../../src/avro/codecs.js'
import {createAvroFile} from '../../src/avro/container-writer.js'
import type {DataFile} from '../../src/spec/manifest.js'
import {decimalBytes, decimalType, fixedLength} from '../../src/spec/primitive-types.js'
import {allFields, isList, isMap, isStruct} from '../../src/spec/schema.js'
import type {Schema, StructType, Type, Value} from '../../src/spec/types.js'
import {uuidToBytes} from '../../src/spec/uuid-text.js'
import type {Nested, Row} from '../parquet/samples.js'

/** How a file is written: with field ids or without, maps of text as Avro has them or as lists of entries. */
export interface AvroForm {
  readonly codec?: WriteCodec
  readonly hasIds?: boolean
  readonly nativeMaps?: boolean
}

/** The Avro schema of an Iceberg schema (spec, Appendix A "Avro"). */
function avroSchemaOf(schema: StructType, nativeMaps: boolean): AvroSchema {
  let names = 0
  const record = (type: StructType): AvroSchema => {
    const name = `r${names++}`
    return {type: 'record', name, fields: type.fields.map((field) => fieldOf(field.name, field.id, field.type, field.required))}
  }
  const fieldOf = (name: string, fieldId: number, type: Type, required: boolean): AvroField => ({
    name,
    type: required ? avro(type) : ['null', avro(type)],
    'field-id': fieldId,
  })
  const avro = (type: Type): AvroSchema => {
    if (isStruct(type)) return record(type)
    if (isList(type)) {
      const items = type['element-required'] ? avro(type.element) : (['null', avro(type.element)] as const)
      return {type: 'array', items, 'element-id': type['element-id']}
    }
    if (isMap(type)) {
      const key = fieldOf('key', type['key-id'], type.key, true)
      const value = fieldOf('value', type['value-id'], type.value, type['value-required'])
      if (nativeMaps && type.key === 'string') {
        return {type: 'map', values: value.type, 'key-id': type['key-id'], 'value-id': type['value-id']}
      }
      return {type: 'array', logicalType: 'map', items: {type: 'record', name: `r${names++}`, fields: [key, value]}}
    }
    return primitive(type, `r${names++}`)
  }
  return record(schema)
}

function primitive(type: string, name: string): AvroSchema {
  const decimal = decimalType(type)
  if (decimal) return {type: 'fixed', name, size: decimalBytes(decimal.precision), logicalType: 'decimal', ...decimal}
  const length = fixedLength(type)
  if (length !== undefined) return {type: 'fixed', name, size: length}
  const zoned = {'adjust-to-utc': type.startsWith('timestamptz')}
  switch (type) {
    case 'date':
      return {type: 'int', logicalType: 'date'}
    case 'time':
      return {type: 'long', logicalType: 'time-micros'}
    case 'timestamp':
    case 'timestamptz':
      return {type: 'long', logicalType: 'timestamp-micros', ...zoned}
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return {type: 'long', logicalType: 'timestamp-nanos', ...zoned}
    case 'uuid':
      return {type: 'fixed', name, size: 16, logicalType: 'uuid'}
    case 'binary':
      return 'bytes'
    default:
      return type
  }
}

/** Writes rows as an Avro data file and describes it as a manifest does. */
export async function writeAvro(io: FileIO, path: string, schema: Schema, rows: readonly Row[], form: AvroForm = {}): Promise<DataFile> {
  const {codec = 'deflate', hasIds = true, nativeMaps = false} = form
  const ids = new Set(allFields(schema).map(({id}) => id))
  const avro = avroSchemaOf(schema, nativeMaps)
  const writer = await createAvroFile(io, path, {schema: avro, bigintFields: ids, metadata: new Map(), codec})
  for (const row of rows) await writer.append(stored(schema, row, nativeMaps))
  const fileSizeInBytes = await writer.close()
  if (!hasIds) await forgetIds(path, JSON.stringify(avro))
  return {
    content: 'data',
    filePath: path,
    fileFormat: 'AVRO',
    specId: 0,
    partition: [],
    recordCount: rows.length,
    fileSizeInBytes,
  }
}

/** Makes attributes that nobody knows out of the ids in the header, which keeps its length. */
async function forgetIds(path: string, schema: string): Promise<void> {
  const bytes = await readFile(path)
  bytes.write(schema.replaceAll('-id":', '_id":'), bytes.indexOf(schema))
  await writeFile(path, bytes)
}

/** A value in the shape that the Avro writer takes. */
function stored(type: Type, value: Nested, nativeMaps: boolean): unknown {
  if (value === null) return null
  if (isStruct(type))
    return Object.fromEntries(
      type.fields.map((field) => [`f${field.id}`, stored(field.type, (value as Row)[field.name] ?? null, nativeMaps)]),
    )
  if (isList(type)) return (value as readonly Nested[]).map((element) => stored(type.element, element, nativeMaps))
  if (isMap(type)) {
    const entries = (value as readonly Row[]).map(({key, value: inner}) => ({
      key: stored(type.key, key ?? null, nativeMaps),
      value: stored(type.value, inner ?? null, nativeMaps),
    }))
    return nativeMaps && type.key === 'string' ? Object.fromEntries(entries.map(({key, value: inner}) => [key, inner])) : entries
  }
  const decimal = decimalType(type)
  if (decimal) {
    const length = decimalBytes(decimal.precision)
    return Buffer.from(
      BigInt.asUintN(8 * length, value as bigint)
        .toString(16)
        .padStart(2 * length, '0'),
      'hex',
    )
  }
  if (type === 'uuid') return Buffer.from(uuidToBytes(value as string) as Uint8Array)
  return value instanceof Uint8Array ? Buffer.from(value) : (value as Value)
}
