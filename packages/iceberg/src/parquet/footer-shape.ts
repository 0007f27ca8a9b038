import type {FileMetaData} from 'hyparquet'

/** Fields by name, a `?` behind those that may be absent; a list has the shape of its elements. */
type Shape = keyof typeof HOLDS | readonly [Shape] | {readonly [field: string]: Shape}

/** What the types of Thrift are in JavaScript. A member of an enumeration that is not known is undefined. */
const HOLDS = {bool: ['boolean'], i32: ['number'], i64: ['bigint'], double: ['number'], string: ['string'], enum: ['string', 'undefined']}

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
 * Checks that every field of a footer has the type that `parquet.thrift` gives it: Thrift writes a type with each field, and its
 * reader takes what it finds, also where a flipped bit made a count of a list. Bounds are left to those who know their columns.
 *
 * @throws TypeError naming the field
 */
export function assertShape(footer: FileMetaData): void {
  const wrong = whatIsWrong(footer)
  if (wrong !== undefined) throw new TypeError(wrong)
}

/** Tells what is wrong with a value; undefined when it has the shape. */
function checkOf(shape: Shape): (value: unknown) => string | undefined {
  if (typeof shape === 'string') {
    const types = HOLDS[shape]
    return (value) => (types.includes(typeof value) ? undefined : `is no ${shape}`)
  }
  if (isList(shape)) {
    const check = checkOf(shape[0])
    return (value) => (Array.isArray(value) ? firstOf(value, check) : 'is no list')
  }
  const fields = Object.entries(shape).map(([key, own]) => ({
    name: key.replace('?', ''),
    isOptional: key.endsWith('?'),
    check: checkOf(own),
  }))
  return (value) => {
    if (typeof value !== 'object' || value === null) return 'is no struct'
    for (const {name, isOptional, check} of fields) {
      const own = (value as Record<string, unknown>)[name]
      const wrong = own === undefined && isOptional ? undefined : check(own)
      if (wrong !== undefined) return `${name} ${wrong}`
    }
    return undefined
  }
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape)
}

function firstOf(values: readonly unknown[], check: (value: unknown) => string | undefined): string | undefined {
  for (const value of values) {
    const wrong = check(value)
    if (wrong !== undefined) return wrong
  }
  return undefined
}
