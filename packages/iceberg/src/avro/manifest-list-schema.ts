import type {AvroField, AvroObject, AvroSchema} from './avro-schema.js'

/** Fields of a manifest list that hold 64-bit ids. */
export const LIST_BIGINTS: ReadonlySet<number> = new Set([503, 515, 516, 520])

/** Ids by name, for lists whose Avro schema has none; the counts had other names once. */
export const LIST_IDS: ReadonlyMap<string, number> = new Map([
  ['manifest_path', 500],
  ['manifest_length', 501],
  ['partition_spec_id', 502],
  ['content', 517],
  ['sequence_number', 515],
  ['min_sequence_number', 516],
  ['added_snapshot_id', 503],
  ['added_files_count', 504],
  ['existing_files_count', 505],
  ['deleted_files_count', 506],
  ['added_data_files_count', 504],
  ['existing_data_files_count', 505],
  ['deleted_data_files_count', 506],
  ['added_rows_count', 512],
  ['existing_rows_count', 513],
  ['deleted_rows_count', 514],
  ['partitions', 507],
  ['contains_null', 509],
  ['contains_nan', 518],
  ['lower_bound', 510],
  ['upper_bound', 511],
  ['key_metadata', 519],
  ['first_row_id', 520],
])

const required = (id: number, name: string, type: AvroSchema): AvroField => ({name, type, 'field-id': id})
const optional = (id: number, name: string, type: AvroSchema): AvroField => ({name, type: ['null', type], default: null, 'field-id': id})

const FIELD_SUMMARY: AvroObject = {
  type: 'record',
  name: 'r508',
  fields: [
    required(509, 'contains_null', 'boolean'),
    optional(518, 'contains_nan', 'boolean'),
    optional(510, 'lower_bound', 'bytes'),
    optional(511, 'upper_bound', 'bytes'),
  ],
}

/** The Avro schema of a manifest list (spec, "Manifest Lists"), by format version. */
export function manifestListSchema(formatVersion: number): AvroObject {
  const count = formatVersion === 1 ? optional : required
  return {
    type: 'record',
    name: 'manifest_file',
    fields: [
      required(500, 'manifest_path', 'string'),
      required(501, 'manifest_length', 'long'),
      required(502, 'partition_spec_id', 'int'),
      ...(formatVersion === 1
        ? []
        : [required(517, 'content', 'int'), required(515, 'sequence_number', 'long'), required(516, 'min_sequence_number', 'long')]),
      required(503, 'added_snapshot_id', 'long'),
      count(504, 'added_files_count', 'int'),
      count(505, 'existing_files_count', 'int'),
      count(506, 'deleted_files_count', 'int'),
      count(512, 'added_rows_count', 'long'),
      count(513, 'existing_rows_count', 'long'),
      count(514, 'deleted_rows_count', 'long'),
      optional(507, 'partitions', {type: 'array', items: FIELD_SUMMARY, 'element-id': 508}),
      optional(519, 'key_metadata', 'bytes'),
      ...(formatVersion >= 3 ? [optional(520, 'first_row_id', 'long')] : []),
    ],
  }
}
