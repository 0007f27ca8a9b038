import type {ColumnPath, SchemaDocument, SchemaLoss, SchemaStruct, SchemaType} from '@phlo/core'
import {geographic, parquetSchema} from '@phlo/iceberg/schema'
import {fieldNames, sanitized} from '../avro/names.js'
import {type Column, columnsIn} from '../columns.js'
import {tableLosses} from '../table-losses.js'
import {messageText} from './text.js'

/** The schema that Iceberg's writers give Parquet files of the table (specification, Appendix A "Parquet"). */
export function parquetMessage(document: SchemaDocument): {readonly content: string; readonly losses: readonly SchemaLoss[]} {
  const losses: SchemaLoss[] = [...tableLosses(document, 'Parquet', [])]
  const unknown = new Set<number>()
  const struct = <Struct extends SchemaStruct>(type: Struct, path: ColumnPath): Struct => {
    const columns = columnsIn(type, path)
    const names = fieldNames(columns.map(({name}) => name))
    return {...type, fields: columns.map((column, index) => field(column, names[index] ?? column.name))}
  }
  const field = ({path, ...column}: Column, name: string) => {
    if (name !== column.name)
      losses.push({column: path, what: `the name ${JSON.stringify(column.name)} became ${name}, as Iceberg writes it into files`})
    if (column.doc !== undefined) losses.push({column: path, what: 'the doc is lost, since Parquet has none'})
    for (const key of ['initial-default', 'write-default'] as const) {
      if (column[key] !== undefined && column[key] !== null) losses.push({column: path, what: `the ${key} is lost, since Parquet has none`})
    }
    return {...column, name, type: typeOf(column.type, path, column.id)}
  }
  const typeOf = (type: SchemaType, path: ColumnPath, id: number): SchemaType => {
    if (type === 'unknown') {
      // Parquet stores nulls alone as an int32 that is annotated.
      unknown.add(id)
      return 'int'
    }
    if (typeof type === 'string') return placed(type, path)
    if (type.type === 'struct') return struct(type, path)
    if (type.type === 'list') return {...type, element: typeOf(type.element, [...path, 'element'], type['element-id'])}
    const key = typeOf(type.key, [...path, 'key'], type['key-id'])
    return {...type, key, value: typeOf(type.value, [...path, 'value'], type['value-id'])}
  }
  const placed = (type: string, path: ColumnPath): string => {
    const {crs = ''} = geographic(type) ?? {}
    if (/^[\w:./-]*$/.test(crs)) return type
    losses.push({column: path, what: `${type} became binary, since its reference system cannot be written in the text`})
    return 'binary'
  }
  const {elements} = parquetSchema(struct(document.schema, []))
  const written = elements.map((element) =>
    unknown.has(element.field_id ?? 0) ? {...element, logical_type: {type: 'NULL' as const}} : element,
  )
  const own = document.name.at(-1) ?? ''
  const name = sanitized(own) || 'table'
  if (name !== own) losses.push({what: `the name ${JSON.stringify(own)} became ${name}`})
  return {content: messageText(written, name), losses}
}
