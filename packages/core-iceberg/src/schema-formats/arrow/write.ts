import type {SchemaDocument, SchemaLoss, SchemaType} from '@phlo/core'
import {decimalType, fixedLength, geographic} from '@phlo/iceberg/schema'
import type {Schema as ArrowSchema, DataType, Field} from 'apache-arrow'
import {type Column, columnsIn} from '../columns.js'
import {tableLosses} from '../table-losses.js'

type Arrow = typeof import('apache-arrow')

/** A type, and how its field says that values mean more than that: Arrow's canonical extensions, and those of GeoArrow. */
interface Stored {
  readonly type: DataType
  readonly extension?: string
  readonly parameters?: string
}

/** The Arrow schema of a table, with ids and docs in the metadata of fields, where pyarrow and PyIceberg look for them. */
export function arrowSchema(
  arrow: Arrow,
  document: SchemaDocument,
): {readonly schema: ArrowSchema; readonly losses: readonly SchemaLoss[]} {
  const losses: SchemaLoss[] = [...tableLosses(document, 'Arrow', ['doc'])]
  const fieldOf = (column: Column): Field => {
    for (const key of ['initial-default', 'write-default'] as const) {
      if (column[key] !== undefined && column[key] !== null)
        losses.push({column: column.path, what: `the ${key} is lost, since Arrow has none`})
    }
    const {type, extension, parameters} = stored(arrow, column.type, column.path, fieldOf)
    const metadata = new Map([['PARQUET:field_id', String(column.id)]])
    if (column.doc !== undefined) metadata.set('doc', column.doc)
    if (extension !== undefined) metadata.set('ARROW:extension:name', extension).set('ARROW:extension:metadata', parameters ?? '')
    return new arrow.Field(column.name, type, !column.required, metadata)
  }
  const metadata = new Map(document.doc === undefined ? [] : [['doc', document.doc]])
  return {schema: new arrow.Schema(columnsIn(document.schema).map(fieldOf), metadata), losses}
}

function stored(arrow: Arrow, type: SchemaType, path: Column['path'], fieldOf: (column: Column) => Field): Stored {
  if (typeof type === 'string') return primitive(arrow, type)
  const [first, second, ...rest] = columnsIn(type, path).map(fieldOf)
  if (type.type === 'struct') return {type: new arrow.Struct([first, second, ...rest].filter((field) => field !== undefined))}
  if (type.type === 'list' && first) return {type: new arrow.List(first)}
  const entries = new arrow.Struct<{key: DataType; value: DataType}>([first, second] as never)
  return {type: new arrow.Map_(new arrow.Field('entries', entries, false)) as DataType}
}

function primitive(arrow: Arrow, type: string): Stored {
  const decimal = decimalType(type)
  if (decimal) return {type: new arrow.Decimal(decimal.scale, decimal.precision, 128)}
  const length = fixedLength(type)
  if (length !== undefined) return {type: new arrow.FixedSizeBinary(length)}
  const place = geographic(type)
  if (place) {
    const edges = place.kind === 'geography' ? {edges: place.algorithm ?? 'spherical'} : {}
    const parameters = JSON.stringify({crs: place.crs ?? 'OGC:CRS84', ...edges})
    return {type: new arrow.Binary(), extension: 'geoarrow.wkb', parameters}
  }
  switch (type) {
    case 'boolean':
      return {type: new arrow.Bool()}
    case 'int':
      return {type: new arrow.Int32()}
    case 'long':
      return {type: new arrow.Int64()}
    case 'float':
      return {type: new arrow.Float32()}
    case 'double':
      return {type: new arrow.Float64()}
    case 'date':
      return {type: new arrow.DateDay()}
    case 'time':
      return {type: new arrow.TimeMicrosecond()}
    case 'timestamp':
      return {type: new arrow.TimestampMicrosecond()}
    case 'timestamptz':
      return {type: new arrow.TimestampMicrosecond('UTC')}
    case 'timestamp_ns':
      return {type: new arrow.TimestampNanosecond()}
    case 'timestamptz_ns':
      return {type: new arrow.TimestampNanosecond('UTC')}
    case 'uuid':
      return {type: new arrow.FixedSizeBinary(16), extension: 'arrow.uuid'}
    case 'binary':
      return {type: new arrow.Binary()}
    case 'unknown':
      return {type: new arrow.Null()}
    case 'variant': {
      const parts = ['metadata', 'value'].map((name) => new arrow.Field(name, new arrow.Binary(), false))
      return {type: new arrow.Struct(parts), extension: 'arrow.parquet.variant'}
    }
    default:
      return {type: new arrow.Utf8()}
  }
}
