import type {ColumnPath, SchemaDocument, SchemaLoss, SchemaStruct, SchemaType} from '@phlo/core'
import {baseType, decimalBytes, decimalType, fixedLength} from '@phlo/iceberg/schema'
import {type Column, columnsIn} from '../columns.js'
import {tableLosses} from '../table-losses.js'
import {fieldNames, recordName} from './names.js'

type Json = string | readonly Json[] | {readonly [key: string]: unknown}

/**
 * The schema that Iceberg's own writers put into Avro files of a table (specification, Appendix A "Avro"), with the real names of columns beside
 * those of Avro, and docs.
 */
export function avroSchema(document: SchemaDocument): {readonly schema: Json; readonly losses: readonly SchemaLoss[]} {
  const losses: SchemaLoss[] = [...tableLosses(document, 'Avro', ['doc'])]
  const lose = (column: ColumnPath, what: string) => void losses.push({column, what})
  // A named type is defined where it comes first, and called by its name from then on.
  const defined = new Set<string>()
  const named = (type: {readonly name: string}) => {
    if (defined.has(type.name)) return type.name
    defined.add(type.name)
    return type
  }
  const recordOf = (struct: SchemaStruct, path: ColumnPath) => {
    const columns = columnsIn(struct, path)
    const names = fieldNames(columns.map(({name}) => name))
    return columns.map((column, index) => fieldOf(column, names[index] ?? column.name))
  }
  const fieldOf = (column: Column, name: string) => {
    const {id, doc, required} = column
    for (const key of ['initial-default', 'write-default'] as const) {
      if (column[key] !== undefined && column[key] !== null)
        lose(column.path, `the ${key} is lost, since schemas of Avro files of Iceberg have none`)
    }
    const isRenamed = name !== column.name
    if (isRenamed)
      lose(column.path, `the name ${JSON.stringify(column.name)} became ${name} for Avro, with the real one in iceberg-field-name`)
    return {
      name,
      type: nullable(column),
      ...(!required && {default: null}),
      ...(doc !== undefined && {doc}),
      'field-id': id,
      ...(isRenamed && {'iceberg-field-name': column.name}),
    }
  }
  const nullable = ({type, path, required, id}: Column): Json => {
    const written = typeOf(type, path, id)
    return required || written === 'null' ? written : ['null', written]
  }
  const typeOf = (type: SchemaType, path: ColumnPath, id: number): Json => {
    if (typeof type === 'string') return primitive(type, path, id)
    if (type.type === 'struct') return {type: 'record', name: `r${id}`, fields: recordOf(type, path)}
    const [first, value] = columnsIn(type, path) as [Column, Column | undefined]
    if (!value) return {type: 'array', items: nullable(first), 'element-id': first.id}
    if (first.type === 'string') return {type: 'map', values: nullable(value), 'key-id': first.id, 'value-id': value.id}
    const fields = [fieldOf(first, 'key'), fieldOf(value, 'value')]
    return {type: 'array', items: {type: 'record', name: `k${first.id}_v${value.id}`, fields}, logicalType: 'map'}
  }
  const primitive = (type: string, path: ColumnPath, id: number): Json => {
    const decimal = decimalType(type)
    if (decimal) {
      const {precision, scale} = decimal
      const size = decimalBytes(precision)
      return named({type: 'fixed', name: `decimal_${precision}_${scale}`, size, logicalType: 'decimal', precision, scale} as {name: string})
    }
    const length = fixedLength(type)
    if (length !== undefined) return named({type: 'fixed', name: `fixed_${length}`, size: length} as {name: string})
    const base = baseType(type)
    if (base === 'geometry' || base === 'geography') {
      lose(path, `${type} became bytes, which hold its well-known binary form`)
      return 'bytes'
    }
    if (base === 'variant') {
      const fields = ['metadata', 'value'].map((name) => ({name, type: 'bytes'}))
      return {type: 'record', name: `r${id}`, fields, logicalType: 'variant'}
    }
    if (base === 'uuid') return named({type: 'fixed', name: 'uuid_fixed', size: 16, logicalType: 'uuid'} as {name: string})
    return SIMPLE[base] ?? base
  }
  const {name, namespace} = recordName(document.name)
  const whole = [...(namespace?.split('.') ?? []), name]
  if (whole.join('.') !== document.name.join('.') || whole.length !== document.name.length) {
    losses.push({what: `the name ${JSON.stringify(document.name.join('.'))} became ${whole.join('.')}, as Avro can have it`})
  }
  return {
    schema: {
      type: 'record',
      name,
      ...(namespace !== undefined && {namespace}),
      ...(document.doc !== undefined && {doc: document.doc}),
      fields: recordOf(document.schema, []),
    },
    losses,
  }
}

const SIMPLE: Readonly<Record<string, Json>> = {
  date: {type: 'int', logicalType: 'date'},
  time: {type: 'long', logicalType: 'time-micros'},
  timestamp: {type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': false},
  timestamptz: {type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': true},
  timestamp_ns: {type: 'long', logicalType: 'timestamp-nanos', 'adjust-to-utc': false},
  timestamptz_ns: {type: 'long', logicalType: 'timestamp-nanos', 'adjust-to-utc': true},
  binary: 'bytes',
  unknown: 'null',
}
