import {refused} from '@phlo/core'
import type {FileMetaData, SchemaElement} from 'hyparquet'
import {DEFAULT_CRS} from '../spec/primitive-types.js'
import type {Schema, StructField, Type} from '../spec/types.js'
import {isOldElement} from './file-leaves.js'

/** The id of a column that has none in its file. */
export const NO_FIELD_ID = 0

/**
 * The Iceberg schema of a Parquet file's columns, ids from 1 on in the order of the file. With `fileIds` they are those of the file, and
 * `NO_FIELD_ID` where it has none.
 *
 * @throws PhloError `PARQUET_UNSUPPORTED` (exit 6) naming a column that Iceberg has no type for
 */
export function schemaFromParquet({schema}: Pick<FileMetaData, 'schema'>, {fileIds = false} = {}): Schema {
  let at = 0
  let nextId = 1
  const next = () => schema[at++] as SchemaElement
  const idOf = (element?: SchemaElement) => (fileIds ? (element?.field_id ?? NO_FIELD_ID) : nextId++)
  const fields = (count: number): StructField[] => Array.from({length: count}, () => field(next()))
  const field = (element: SchemaElement): StructField => {
    const id = idOf(element)
    return {id, name: element.name, required: element.repetition_type === 'REQUIRED', type: typeOf(element)}
  }
  /** Moves past everything in a group. */
  const pass = ({num_children: children = 0}: SchemaElement) => {
    for (let child = 0; child < children; child++) pass(next())
  }
  const typeOf = (element: SchemaElement): Type => {
    if (element.num_children === undefined) return primitive(element)
    if (element.logical_type?.type === 'VARIANT') {
      pass(element)
      return 'variant'
    }
    const kind = element.logical_type?.type ?? element.converted_type
    if (kind !== 'LIST' && kind !== 'MAP' && kind !== 'MAP_KEY_VALUE') return {type: 'struct', fields: fields(element.num_children)}
    const repeated = next()
    if (kind === 'LIST' && isOldElement(element, repeated)) {
      const id = idOf(repeated)
      return {type: 'list', 'element-id': id, element: typeOf(repeated), 'element-required': true}
    }
    const [first, second] = fields(repeated.num_children ?? 0)
    if (kind === 'LIST' && first) return {type: 'list', 'element-id': first.id, element: first.type, 'element-required': first.required}
    if (first && second) {
      return {
        type: 'map',
        'key-id': first.id,
        key: first.type,
        'value-id': second.id,
        value: second.type,
        'value-required': second.required,
      }
    }
    throw refused('PARQUET_UNSUPPORTED', `Column ${element.name} is a ${kind} of a form that is not read.`)
  }
  return {type: 'struct', 'schema-id': 0, fields: fields(next().num_children ?? 0)}
}

function primitive(element: SchemaElement): Type {
  const {type, type_length: length, converted_type: converted, logical_type: logical, name} = element
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') return `decimal(${element.precision ?? 0},${element.scale ?? 0})`
  if (logical?.type === 'DATE' || converted === 'DATE') return 'date'
  if (logical?.type === 'TIME' && logical.unit === 'MICROS') return 'time'
  if (logical?.type === 'TIMESTAMP') return `timestamp${logical.isAdjustedToUTC ? 'tz' : ''}${logical.unit === 'NANOS' ? '_ns' : ''}`
  if (converted === 'TIMESTAMP_MICROS' || converted === 'TIMESTAMP_MILLIS') return 'timestamptz'
  if (logical?.type === 'UUID') return 'uuid'
  if (logical?.type === 'NULL') return 'unknown'
  if (logical?.type === 'GEOMETRY') return logical.crs === undefined ? 'geometry' : `geometry(${logical.crs})`
  if (logical?.type === 'GEOGRAPHY') return geography(logical)
  if (['STRING', 'ENUM', 'JSON'].includes(logical?.type ?? '') || ['UTF8', 'ENUM', 'JSON'].includes(converted ?? '')) return 'string'
  switch (type) {
    case 'BOOLEAN':
      return 'boolean'
    case 'INT32':
      return converted === 'UINT_32' ? 'long' : 'int'
    case 'INT64':
      return 'long'
    case 'INT96':
      return 'timestamptz'
    case 'FLOAT':
      return 'float'
    case 'DOUBLE':
      return 'double'
    case 'BYTE_ARRAY':
      return 'binary'
    case 'FIXED_LEN_BYTE_ARRAY':
      return `fixed[${length ?? 0}]`
    default:
      throw refused('PARQUET_UNSUPPORTED', `Column ${name} is a Parquet ${type}, which Iceberg has no type for.`)
  }
}

function geography({crs, algorithm}: {readonly crs?: string; readonly algorithm?: string}): string {
  if (crs === undefined && algorithm === undefined) return 'geography'
  const place = crs ?? DEFAULT_CRS
  return algorithm === undefined ? `geography(${place})` : `geography(${place}, ${algorithm.toLowerCase()})`
}
