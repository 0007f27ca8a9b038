import type {BoundPartitionField} from '../spec/partition-spec.js'
import {baseType, decimalBytes, decimalType, fixedLength} from '../spec/primitive-types.js'
import type {PrimitiveType} from '../spec/types.js'
import type {AvroField, AvroObject, AvroSchema} from './avro-schema.js'

/** Fields of an entry that hold 64-bit ids or partition values: bigints. */
export const ENTRY_BIGINTS: ReadonlySet<number> = new Set([1, 3, 4, 102, 142])

/** Ids by name, for manifests whose Avro schema has none. */
export const ENTRY_IDS: ReadonlyMap<string, number> = new Map([
  ['status', 0],
  ['snapshot_id', 1],
  ['sequence_number', 3],
  ['file_sequence_number', 4],
  ['data_file', 2],
  ['content', 134],
  ['file_path', 100],
  ['file_format', 101],
  ['partition', 102],
  ['record_count', 103],
  ['file_size_in_bytes', 104],
  ['column_sizes', 108],
  ['value_counts', 109],
  ['null_value_counts', 110],
  ['nan_value_counts', 137],
  ['lower_bounds', 125],
  ['upper_bounds', 128],
  ['key_metadata', 131],
  ['split_offsets', 132],
  ['equality_ids', 135],
  ['sort_order_id', 140],
  ['first_row_id', 142],
  ['referenced_data_file', 143],
  ['content_offset', 144],
  ['content_size_in_bytes', 145],
])

const required = (id: number, name: string, type: AvroSchema): AvroField => ({name, type, 'field-id': id})
const optional = (id: number, name: string, type: AvroSchema): AvroField => ({name, type: ['null', type], default: null, 'field-id': id})

const list = (elementId: number, items: AvroSchema): AvroObject => ({type: 'array', items, 'element-id': elementId})

/** A map with integer keys: an array of entries (spec, "Avro", "Maps with non-string keys"). */
const intMap = (keyId: number, valueId: number, value: AvroSchema): AvroObject => ({
  type: 'array',
  items: {
    type: 'record',
    name: `k${keyId}_v${valueId}`,
    fields: [required(keyId, 'key', 'int'), required(valueId, 'value', value)],
  },
  logicalType: 'map',
})

/** The Avro schema of a manifest's entries (spec, "Manifest Entry Fields", "Data File Fields"), by format version. */
export function manifestEntrySchema(formatVersion: number, partition: readonly BoundPartitionField[]): AvroObject {
  const dataFile = {type: 'record', name: 'r2', fields: dataFileFields(formatVersion, partitionSchema(partition))}
  const sequenceNumbers = [optional(3, 'sequence_number', 'long'), optional(4, 'file_sequence_number', 'long')]
  return {
    type: 'record',
    name: 'manifest_entry',
    fields: [
      required(0, 'status', 'int'),
      formatVersion === 1 ? required(1, 'snapshot_id', 'long') : optional(1, 'snapshot_id', 'long'),
      ...(formatVersion === 1 ? [] : sequenceNumbers),
      required(2, 'data_file', dataFile),
    ],
  }
}

function dataFileFields(formatVersion: number, partition: AvroSchema): readonly AvroField[] {
  return [
    ...(formatVersion === 1 ? [] : [required(134, 'content', 'int')]),
    required(100, 'file_path', 'string'),
    required(101, 'file_format', 'string'),
    required(102, 'partition', partition),
    required(103, 'record_count', 'long'),
    required(104, 'file_size_in_bytes', 'long'),
    ...(formatVersion === 1 ? [required(105, 'block_size_in_bytes', 'long')] : []),
    optional(108, 'column_sizes', intMap(117, 118, 'long')),
    optional(109, 'value_counts', intMap(119, 120, 'long')),
    optional(110, 'null_value_counts', intMap(121, 122, 'long')),
    optional(137, 'nan_value_counts', intMap(138, 139, 'long')),
    optional(125, 'lower_bounds', intMap(126, 127, 'bytes')),
    optional(128, 'upper_bounds', intMap(129, 130, 'bytes')),
    optional(131, 'key_metadata', 'bytes'),
    optional(132, 'split_offsets', list(133, 'long')),
    ...(formatVersion === 1 ? [] : [optional(135, 'equality_ids', list(136, 'int'))]),
    optional(140, 'sort_order_id', 'int'),
    ...(formatVersion >= 3 ? [optional(142, 'first_row_id', 'long')] : []),
    ...(formatVersion === 1 ? [] : [optional(143, 'referenced_data_file', 'string')]),
    ...(formatVersion >= 3 ? [optional(144, 'content_offset', 'long'), optional(145, 'content_size_in_bytes', 'long')] : []),
  ]
}

function partitionSchema(fields: readonly BoundPartitionField[]): AvroObject {
  const written = new Set<string>()
  return {
    type: 'record',
    name: 'r102',
    fields: fields.map(({id, name, type}) => {
      // A field whose column is gone has only nulls, and no type.
      const avro = type === 'unknown' ? undefined : primitiveSchema(type, written)
      return avro === undefined ? {name: avroName(name), type: 'null', default: null, 'field-id': id} : optional(id, avroName(name), avro)
    }),
  }
}

/** The Avro schema of a primitive type (spec, "Avro"). A named schema is written in full once, and by its name after that. */
function primitiveSchema(type: PrimitiveType, written: Set<string>): AvroSchema {
  const named = (name: string, schema: AvroObject): AvroSchema => {
    if (written.has(name)) return name
    written.add(name)
    return {...schema, name}
  }
  const decimal = decimalType(type)
  if (decimal) {
    const {precision, scale} = decimal
    const size = decimalBytes(precision)
    return named(`decimal_${precision}_${scale < 0 ? `m${-scale}` : scale}`, {
      type: 'fixed',
      size,
      logicalType: 'decimal',
      precision,
      scale,
    })
  }
  const length = fixedLength(type)
  if (length !== undefined) return named(`fixed_${length}`, {type: 'fixed', size: length})
  switch (baseType(type)) {
    case 'date':
      return {type: 'int', logicalType: 'date'}
    case 'time':
      return {type: 'long', logicalType: 'time-micros'}
    case 'timestamp':
    case 'timestamptz':
      return {type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': type === 'timestamptz'}
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return {type: 'long', logicalType: 'timestamp-nanos', 'adjust-to-utc': type === 'timestamptz_ns'}
    case 'uuid':
      return named('uuid_fixed', {type: 'fixed', size: 16, logicalType: 'uuid'})
    case 'binary':
      return 'bytes'
    default:
      return type
  }
}

/** A name that Avro allows, as Iceberg's Java library makes it: readers go by the field id, but Avro's own insist on names. */
export function avroName(name: string): string {
  const escape = (character: string) => `_x${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`
  const safe = Array.from(name, (character) => (/[A-Za-z0-9_]/.test(character) ? character : escape(character))).join('')
  return /^[0-9]/.test(safe) ? `_${safe}` : safe
}
