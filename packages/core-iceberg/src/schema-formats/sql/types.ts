import type {ColumnPath, SchemaField, SchemaType} from '@phlo/core'
import {baseType, decimalType, geographic} from '@phlo/iceberg/schema'
import {type Column, columnsIn} from '../columns.js'
import {type Dialect, literal, quoted, TITLES} from './dialects.js'
import {counterpart} from './type-names.js'

/** A field of a struct as SQL has it. */
export interface SqlField {
  readonly name: string
  readonly type: string
  readonly column: Column
}

/** What writing a type needs to know. */
export interface TypeContext {
  readonly dialect: Dialect
  /** Told what a type cannot carry. */
  lose(column: ColumnPath, what: string): void
  /** Names for the fields of a struct, in their order. */
  names(fields: readonly Column[]): readonly string[]
  /** Declares a type of these fields, and gives its name. PostgreSQL has no others. */
  declare(path: ColumnPath, fields: readonly SqlField[]): string
}

/** Which parts of types can be required. The rest is told as a loss. */
const CAN_REQUIRE: Readonly<Record<Dialect, {readonly field: boolean; readonly element: boolean}>> = {
  spark: {field: true, element: false},
  trino: {field: false, element: false},
  duckdb: {field: false, element: false},
  postgres: {field: false, element: false},
  snowflake: {field: true, element: false},
  bigquery: {field: true, element: false},
}

/** Of these, fields of structs have comments. */
const hasFieldDocs = (dialect: Dialect) => dialect === 'spark' || dialect === 'postgres' || dialect === 'bigquery'

/** A type in a dialect: its own, or the nearest that it has, of which losses are told. */
export function sqlType(type: SchemaType, path: ColumnPath, context: TypeContext): string {
  const {dialect, lose} = context
  if (typeof type === 'string') return primitive(type, path, context)
  const columns = columnsIn(type, path)
  if (type.type === 'struct') return structOf(type.fields, columns, path, context)
  if (type.type === 'list') {
    const [element] = columns as [Column]
    const inner = elementType(element, context)
    if (dialect === 'duckdb' || dialect === 'postgres') return `${inner}[]`
    return dialect === 'trino' || dialect === 'snowflake' ? `ARRAY(${inner})` : `ARRAY<${inner}>`
  }
  const [key, value] = columns as [Column, Column]
  if (dialect === 'postgres') {
    lose(path, 'map became JSONB, which says nothing of its keys and values')
    return 'JSONB'
  }
  if (dialect === 'bigquery') {
    lose(path, 'map became ARRAY of STRUCT<key, value>')
    return `ARRAY<STRUCT<${[key, value].map((one) => `${quoted(one.name, dialect)} ${fieldType(one, context)}`).join(', ')}>>`
  }
  const parts = `${keyType(key, context)}, ${elementType(value, context)}`
  return dialect === 'spark' ? `MAP<${parts}>` : `MAP(${parts})`
}

function primitive(type: string, path: ColumnPath, {dialect, lose}: TypeContext): string {
  const decimal = decimalType(type)
  if (decimal) {
    const {precision, scale} = decimal
    const isBig = dialect === 'bigquery' && (scale > 9 || precision - scale > 29)
    return `${isBig ? 'BIGNUMERIC' : dialect === 'bigquery' ? 'NUMERIC' : (counterpart('decimal', dialect) ?? 'DECIMAL')}(${precision},${scale})`
  }
  const found = counterpart(baseType(type), dialect) ?? type.toUpperCase()
  if (typeof found !== 'string') {
    lose(path, `${type} became ${found[0]}, ${found[1]}`)
    return found[0]
  }
  const {crs, algorithm} = geographic(type) ?? {}
  if (crs !== undefined || algorithm !== undefined) lose(path, `${type} became ${found}, which says nothing of reference systems and edges`)
  return found
}

function structOf(fields: readonly SchemaField[], columns: readonly Column[], path: ColumnPath, context: TypeContext): string {
  const {dialect, names, declare} = context
  const called = names(columns)
  const written = columns.map((column, index): SqlField => {
    for (const key of ['initial-default', 'write-default'] as const) {
      if ((fields[index]?.[key] ?? null) !== null) context.lose(column.path, `the ${key} is lost: a field of a struct has none in SQL`)
    }
    if (column.doc !== undefined && !hasFieldDocs(dialect)) {
      context.lose(column.path, `the doc is lost: ${TITLES[dialect]} has no comments on fields of structs`)
    }
    return {name: called[index] ?? column.name, type: fieldType(column, context), column}
  })
  if (dialect === 'postgres') return declare(path, written)
  const parts = written.map(({name, type}) => `${quoted(name, dialect)}${dialect === 'spark' ? ':' : ''} ${type}`).join(', ')
  switch (dialect) {
    case 'trino':
      return `ROW(${parts})`
    case 'duckdb':
      return `STRUCT(${parts})`
    case 'snowflake':
      return `OBJECT(${parts})`
    default:
      return `STRUCT<${parts}>`
  }
}

/** The type of a field of a struct, with what comes behind it. */
function fieldType(column: Column, context: TypeContext): string {
  const {dialect} = context
  const type = sqlType(column.type, column.path, context)
  const required = column.required && isRequirable(column, CAN_REQUIRE[dialect].field, type, context) ? ' NOT NULL' : ''
  if (column.doc === undefined) return type + required
  if (dialect === 'spark') return `${type}${required} COMMENT ${literal(column.doc, dialect)}`
  return dialect === 'bigquery' ? `${type}${required} OPTIONS(description=${literal(column.doc, dialect)})` : type + required
}

/** Whether a required column can be so. An ARRAY of BigQuery is never null, and may not be said to be. */
export function isRequirable({path}: Column, can: boolean, type: string, {dialect, lose}: TypeContext): boolean {
  const isArray = dialect === 'bigquery' && type.startsWith('ARRAY')
  if (can && !isArray) return true
  lose(
    path,
    isArray
      ? 'required is lost: BigQuery has no NOT NULL for an ARRAY'
      : `required is lost: NOT NULL is said of ${CAN_REQUIRE[dialect].field ? 'columns and fields' : 'columns'} alone`,
  )
  return false
}

function elementType(element: Column, context: TypeContext): string {
  const {dialect, lose} = context
  const {type, path} = element
  const kind = typeof type === 'string' ? undefined : type.type
  if (dialect === 'postgres' && kind === 'list') {
    lose(path, 'list became JSONB: arrays of arrays are another thing to PostgreSQL')
    return elementNullability(element, 'JSONB', context)
  }
  const inner = sqlType(type, path, context)
  if (dialect === 'bigquery' && (kind === 'list' || kind === 'map')) {
    lose(path, `${kind} became STRUCT with one field, since BigQuery has no ARRAY of ARRAY`)
    return elementNullability(element, `STRUCT<${quoted('items', dialect)} ${inner}>`, context)
  }
  return elementNullability(element, inner, context)
}

function elementNullability(element: Column, type: string, context: TypeContext): string {
  if (!element.required) return type
  return isRequirable(element, CAN_REQUIRE[context.dialect].element, type, context) ? `${type} NOT NULL` : type
}

/** Snowflake has texts and whole numbers for keys. */
function keyType(key: Column, context: TypeContext): string {
  const {type, path} = key
  if (context.dialect !== 'snowflake' || type === 'string' || type === 'int' || type === 'long') return sqlType(type, path, context)
  context.lose(path, `${typeof type === 'string' ? type : type.type} became VARCHAR, since keys in Snowflake are texts or whole numbers`)
  return 'VARCHAR'
}
