import type {SchemaType} from '@phlo/core'
import {baseType, decimalType, fixedLength} from '@phlo/iceberg/schema'
import {type Column, columnsIn} from '../columns.js'
import type {Lose} from './file.js'
import {pyBool, pyString} from './text.js'

export interface ArrowOptions {
  /** With field ids and docs in the metadata of fields, as PyIceberg writes them. */
  readonly hasMetadata: boolean
  readonly list: 'large_list' | 'list_'
  /** `pa.uuid()`; elsewhere sixteen bytes. */
  readonly hasUuid: boolean
}

/** The Arrow type of a column as an expression of pyarrow, as PyIceberg has them. */
export function arrowType(column: Column, lose: Lose, options: ArrowOptions): string {
  const {type, path} = column
  const typeOf = (inner: SchemaType): string => {
    if (typeof inner === 'string') return primitive(inner)
    const fields = columnsIn(inner, path).map((one) => arrowField(one, lose, options))
    if (inner.type === 'struct') return `pa.struct([${fields.join(', ')}])`
    return inner.type === 'list' ? `pa.${options.list}(${fields[0]})` : `pa.map_(${fields.join(', ')})`
  }
  const primitive = (inner: string): string => {
    const decimal = decimalType(inner)
    if (decimal) return `pa.decimal128(${decimal.precision}, ${decimal.scale})`
    const length = fixedLength(inner)
    if (length !== undefined) return `pa.binary(${length})`
    const base = baseType(inner)
    if (base === 'variant') {
      lose(path, 'variant became a struct of its metadata and its value, both binary')
      return 'pa.struct([pa.field("metadata", pa.large_binary(), nullable=False), pa.field("value", pa.large_binary(), nullable=False)])'
    }
    if (base === 'geometry' || base === 'geography') {
      lose(path, `${inner} became large_binary, which holds its well-known binary form`)
      return 'pa.large_binary()'
    }
    if (base === 'uuid' && !options.hasUuid) {
      lose(path, 'uuid became binary(16)')
      return 'pa.binary(16)'
    }
    return `pa.${SIMPLE[base]}`
  }
  return typeOf(type)
}

/** A field of pyarrow. */
export function arrowField(column: Column, lose: Lose, options: ArrowOptions): string {
  const {name, required, id, doc} = column
  const metadata = `{${doc === undefined ? '' : `"doc": ${pyString(doc)}, `}"PARQUET:field_id": "${id}"}`
  const more = options.hasMetadata ? `, metadata=${metadata}` : ''
  return `pa.field(${pyString(name)}, ${arrowType(column, lose, options)}, nullable=${pyBool(!required)}${more})`
}

const SIMPLE: Readonly<Record<string, string>> = {
  boolean: 'bool_()',
  int: 'int32()',
  long: 'int64()',
  float: 'float32()',
  double: 'float64()',
  date: 'date32()',
  time: 'time64("us")',
  timestamp: 'timestamp("us")',
  timestamptz: 'timestamp("us", tz="UTC")',
  timestamp_ns: 'timestamp("ns")',
  timestamptz_ns: 'timestamp("ns", tz="UTC")',
  string: 'large_string()',
  uuid: 'uuid()',
  binary: 'large_binary()',
  unknown: 'null()',
}
