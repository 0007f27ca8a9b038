import type {FileMetaData} from 'hyparquet'
import {checkOf} from './thrift-shape.js'

const KEY_VALUE = {'key?': 'string', 'value?': 'string'} as const

const LOGICAL_TYPE = {
  'type?': 'string',
  'scale?': 'i32',
  'precision?': 'i32',
  'isAdjustedToUTC?': 'bool',
  'unit?': 'string',
  'bitWidth?': 'i32',
  'isSigned?': 'bool',
  'crs?': 'string',
  'algorithm?': 'string',
} as const

const SCHEMA_ELEMENT = {
  type: 'enum',
  'type_length?': 'i32',
  repetition_type: 'enum',
  name: 'string',
  'num_children?': 'i32',
  converted_type: 'enum',
  'scale?': 'i32',
  'precision?': 'i32',
  'field_id?': 'i32',
  'logical_type?': LOGICAL_TYPE,
} as const

const BOX = {
  'xmin?': 'double',
  'xmax?': 'double',
  'ymin?': 'double',
  'ymax?': 'double',
  'zmin?': 'double',
  'zmax?': 'double',
  'mmin?': 'double',
  'mmax?': 'double',
} as const

const COLUMN_METADATA = {
  type: 'enum',
  encodings: ['enum'],
  path_in_schema: ['string'],
  codec: 'enum',
  num_values: 'i64',
  total_uncompressed_size: 'i64',
  total_compressed_size: 'i64',
  'key_value_metadata?': [KEY_VALUE],
  data_page_offset: 'i64',
  'index_page_offset?': 'i64',
  'dictionary_page_offset?': 'i64',
  'statistics?': {'null_count?': 'i64', 'distinct_count?': 'i64', 'is_max_value_exact?': 'bool', 'is_min_value_exact?': 'bool'},
  'encoding_stats?': [{page_type: 'enum', encoding: 'enum', count: 'i32'}],
  'bloom_filter_offset?': 'i64',
  'bloom_filter_length?': 'i32',
  'size_statistics?': {
    'unencoded_byte_array_data_bytes?': 'i64',
    'repetition_level_histogram?': ['i64'],
    'definition_level_histogram?': ['i64'],
  },
  'geospatial_statistics?': {'bbox?': BOX, 'geospatial_types?': ['i32']},
} as const

const COLUMN_CHUNK = {
  'file_path?': 'string',
  'file_offset?': 'i64',
  'meta_data?': COLUMN_METADATA,
  'offset_index_offset?': 'i64',
  'offset_index_length?': 'i32',
  'column_index_offset?': 'i64',
  'column_index_length?': 'i32',
} as const

const ROW_GROUP = {
  columns: [COLUMN_CHUNK],
  'total_byte_size?': 'i64',
  num_rows: 'i64',
  'sorting_columns?': [{column_idx: 'i32', 'descending?': 'bool', 'nulls_first?': 'bool'}],
  'file_offset?': 'i64',
  'total_compressed_size?': 'i64',
  'ordinal?': 'i32',
} as const

const whatIsWrong = checkOf({
  'version?': 'i32',
  schema: [SCHEMA_ELEMENT],
  num_rows: 'i64',
  row_groups: [ROW_GROUP],
  'key_value_metadata?': [KEY_VALUE],
  'created_by?': 'string',
})

/**
 * Checks that every field of a footer has the type that `parquet.thrift` gives it. Bounds are left to those who know their columns.
 *
 * @throws TypeError naming the field
 */
export function assertShape(footer: FileMetaData): void {
  const wrong = whatIsWrong(footer)
  if (wrong !== undefined) throw new TypeError(wrong)
}
