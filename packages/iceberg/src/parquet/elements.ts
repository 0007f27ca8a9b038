import {refused} from '@phlo/core'
import type {SchemaElement} from 'hyparquet'
import {decimalType, geographic} from '../spec/primitive-types.js'
import {isList, isMap, isStruct} from '../spec/schema.js'
import type {PrimitiveType, Schema, StructType, Type} from '../spec/types.js'
import {physicalType} from './physical.js'

type Repetition = 'REQUIRED' | 'OPTIONAL' | 'REPEATED'

/** A column of a file to be written: its elements from the root, and how its values are stored. */
export interface ColumnElements {
  readonly fieldId: number
  readonly schemaPath: readonly SchemaElement[]
  /** The leaf without its logical type, so that values are taken as they are stored. */
  readonly physical: SchemaElement
  /** Which of the two columns of a variant it is. */
  readonly part?: 'metadata' | 'value'
}

/** The names of a column, from the root. */
export const namesOf = ({schemaPath}: ColumnElements): readonly string[] => schemaPath.slice(1).map(({name}) => name)

/**
 * The Parquet schema of an Iceberg schema (spec, Appendix A "Parquet"): field ids on every node, logical types as Iceberg's own
 * writer sets them, lists and maps of three levels, variants that are not shredded. Columns of the type `unknown` are left out.
 *
 * @throws PhloError `TYPE_NOT_WRITTEN` (exit 6) naming the column for types that this version does not write
 */
export function parquetSchema(schema: Schema): {readonly elements: readonly SchemaElement[]; readonly columns: readonly ColumnElements[]} {
  const root: SchemaElement = {name: 'table', num_children: storedFields(schema).length}
  const elements: SchemaElement[] = [root]
  const columns: ColumnElements[] = []
  addStruct(schema, [root], elements, columns)
  return {elements, columns}
}

function addStruct(struct: StructType, path: readonly SchemaElement[], elements: SchemaElement[], columns: ColumnElements[]): void {
  for (const field of storedFields(struct)) {
    add(field.type, safeName(field.name), field.id, field.required ? 'REQUIRED' : 'OPTIONAL', path, elements, columns)
  }
}

const storedFields = ({fields}: StructType) => fields.filter(({type}) => type !== 'unknown')

function add(
  type: Type,
  name: string,
  id: number,
  repetition: Repetition,
  path: readonly SchemaElement[],
  elements: SchemaElement[],
  columns: ColumnElements[],
): void {
  const own = {name, repetition_type: repetition, field_id: id}
  if (type === 'variant') {
    addVariant(own, path, elements, columns)
    return
  }
  if (typeof type === 'string') {
    const physical = storedAs(type, own)
    const element = {...physical, ...logicalType(type)}
    elements.push(element)
    columns.push({fieldId: id, schemaPath: [...path, element], physical})
    return
  }
  if (isStruct(type) && storedFields(type).length === 0) throw notWritten(name, 'a struct of which nothing is stored')
  const group = {...own, ...groupType(type)}
  elements.push(group)
  const inner = [...path, group]
  if (isStruct(type)) addStruct(type, inner, elements, columns)
  else {
    const repeated: SchemaElement = {
      name: isList(type) ? 'list' : 'key_value',
      repetition_type: 'REPEATED',
      num_children: isList(type) ? 1 : 2,
    }
    elements.push(repeated)
    const below = [...inner, repeated]
    if (isList(type)) add(type.element, 'element', type['element-id'], nullable(type['element-required']), below, elements, columns)
    if (isMap(type)) {
      add(type.key, 'key', type['key-id'], 'REQUIRED', below, elements, columns)
      add(type.value, 'value', type['value-id'], nullable(type['value-required']), below, elements, columns)
    }
  }
}

const nullable = (required: boolean): Repetition => (required ? 'REQUIRED' : 'OPTIONAL')

function groupType(type: Exclude<Type, PrimitiveType>): Partial<SchemaElement> {
  if (isStruct(type)) return {num_children: storedFields(type).length}
  return isList(type)
    ? {num_children: 1, converted_type: 'LIST', logical_type: {type: 'LIST'}}
    : {num_children: 1, converted_type: 'MAP', logical_type: {type: 'MAP'}}
}

const notWritten = (name: string, what: string) =>
  refused('TYPE_NOT_WRITTEN', `Column ${name} is ${what}, which is not written to Parquet.`)

/** Two columns without ids in a group (Parquet, "Variant"). */
function addVariant(
  own: SchemaElement & {readonly field_id: number},
  path: readonly SchemaElement[],
  elements: SchemaElement[],
  columns: ColumnElements[],
): void {
  const group: SchemaElement = {...own, num_children: 2, logical_type: {type: 'VARIANT'}}
  elements.push(group)
  for (const part of ['metadata', 'value'] as const) {
    const physical: SchemaElement = {name: part, repetition_type: 'REQUIRED', type: 'BYTE_ARRAY'}
    elements.push(physical)
    columns.push({fieldId: own.field_id, schemaPath: [...path, group, physical], physical, part})
  }
}

function storedAs(type: PrimitiveType, own: SchemaElement): SchemaElement {
  const physical = physicalType(type)
  if (!physical) throw notWritten(own.name, `of the type ${type}`)
  return {...own, type: physical.type, ...(physical.length !== undefined && {type_length: physical.length})}
}

function logicalType(type: PrimitiveType): Partial<SchemaElement> {
  const decimal = decimalType(type)
  if (decimal) return {converted_type: 'DECIMAL', ...decimal, logical_type: {type: 'DECIMAL', ...decimal}}
  switch (type) {
    case 'string':
      return {converted_type: 'UTF8', logical_type: {type: 'STRING'}}
    case 'date':
      return {converted_type: 'DATE', logical_type: {type: 'DATE'}}
    case 'time':
      return {logical_type: {type: 'TIME', isAdjustedToUTC: false, unit: 'MICROS'}}
    case 'timestamp':
      return {logical_type: {type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS'}}
    case 'timestamptz':
      return {converted_type: 'TIMESTAMP_MICROS', logical_type: {type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS'}}
    case 'timestamp_ns':
      return {logical_type: {type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'NANOS'}}
    case 'timestamptz_ns':
      return {logical_type: {type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS'}}
    case 'uuid':
      return {logical_type: {type: 'UUID'}}
    default:
      return geoType(type)
  }
}

/** The parameters of a geometry or geography, which Parquet names as Iceberg does. */
function geoType(type: PrimitiveType): Partial<SchemaElement> {
  const {kind, crs, algorithm} = geographic(type) ?? {}
  if (kind === 'geometry') return {logical_type: {type: 'GEOMETRY', ...(crs !== undefined && {crs})}}
  if (kind !== 'geography') return {}
  const edges = algorithm?.toUpperCase() as 'SPHERICAL' | undefined
  return {logical_type: {type: 'GEOGRAPHY', ...(crs !== undefined && {crs}), ...(edges && {algorithm: edges})}}
}

/** Names as Iceberg's Java library writes them: what is no Avro name is escaped as `_x2D`. Readers go by ids. */
export function safeName(name: string): string {
  const escaped = [...name]
    .map((char) => (/[\p{L}\p{N}_]/u.test(char) ? char : `_x${char.codePointAt(0)?.toString(16).toUpperCase()}`))
    .join('')
  return /^\p{N}/u.test(escaped) ? `_${escaped}` : escaped
}
