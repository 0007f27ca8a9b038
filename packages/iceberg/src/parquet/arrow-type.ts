import {refused} from '@phlo/core'
import type {Schema as ArrowSchema, DataType, Field} from 'apache-arrow'
import {decimalType, fixedLength, geographic} from '../spec/primitive-types.js'
import {isList, isMap, isStruct} from '../spec/schema.js'
import type {PrimitiveType, Schema, Type} from '../spec/types.js'

/** `apache-arrow`, imported when rows are first wanted. */
export type Arrow = typeof import('apache-arrow')

export const loadArrow = (): Promise<Arrow> => import('apache-arrow')

/** The Arrow schema of an Iceberg schema, with the field ids in `PARQUET:field_id` as pyarrow has them. */
export function arrowSchema(arrow: Arrow, schema: Schema): ArrowSchema {
  return new arrow.Schema(schema.fields.map(({name, id, type, required}) => field(arrow, name, id, type, required)))
}

function field(arrow: Arrow, name: string, id: number, type: Type, required: boolean): Field {
  return new arrow.Field(name, arrowType(arrow, type), !required, new Map([['PARQUET:field_id', String(id)]]))
}

/**
 * The Arrow type of an Iceberg type: decimals as decimal128, times in microseconds (or nanoseconds), uuids as 16 bytes,
 * variants as JSON text, geometries as WKB.
 *
 * @throws PhloError `TYPE_NOT_READ` (exit 6)
 */
export function arrowType(arrow: Arrow, type: Type): DataType {
  if (isStruct(type))
    return new arrow.Struct(type.fields.map(({name, id, type: inner, required}) => field(arrow, name, id, inner, required)))
  if (isList(type)) return new arrow.List(field(arrow, 'element', type['element-id'], type.element, type['element-required']))
  if (isMap(type)) {
    const key = field(arrow, 'key', type['key-id'], type.key, true)
    const value = field(arrow, 'value', type['value-id'], type.value, type['value-required'])
    return new arrow.Map_(
      new arrow.Field('entries', new arrow.Struct<{key: DataType; value: DataType}>([key, value] as never), false),
    ) as DataType
  }
  return primitive(arrow, type)
}

function primitive(arrow: Arrow, type: PrimitiveType): DataType {
  const decimal = decimalType(type)
  if (decimal) return new arrow.Decimal(decimal.scale, decimal.precision, 128)
  const length = fixedLength(type)
  if (length !== undefined) return new arrow.FixedSizeBinary(length)
  switch (type) {
    case 'boolean':
      return new arrow.Bool()
    case 'int':
      return new arrow.Int32()
    case 'long':
      return new arrow.Int64()
    case 'float':
      return new arrow.Float32()
    case 'double':
      return new arrow.Float64()
    case 'date':
      return new arrow.DateDay()
    case 'time':
      return new arrow.TimeMicrosecond()
    case 'timestamp':
      return new arrow.TimestampMicrosecond()
    case 'timestamptz':
      return new arrow.TimestampMicrosecond('UTC')
    case 'timestamp_ns':
      return new arrow.TimestampNanosecond()
    case 'timestamptz_ns':
      return new arrow.TimestampNanosecond('UTC')
    case 'unknown':
      return new arrow.Null()
    case 'string':
    case 'variant':
      return new arrow.Utf8()
    case 'binary':
      return new arrow.Binary()
    case 'uuid':
      return new arrow.FixedSizeBinary(16)
    default:
      if (geographic(type)) return new arrow.Binary()
      throw refused('TYPE_NOT_READ', `Values of type ${type} are not read by this version.`)
  }
}
