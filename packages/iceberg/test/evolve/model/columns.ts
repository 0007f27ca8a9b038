import {parseJson, type Schema, type StructField, stringifyJson, type Type} from '@phlo/iceberg'
import {valueToJson} from '@phlo/iceberg/schema'
import type {Value} from '../../../src/spec/types.js'

/** A column of the model; those of a table are one flat list, in which siblings are in their order. */
export interface ModelColumn {
  /** Below 0 until the table has given it one. */
  readonly id: number
  readonly parent: number | undefined
  readonly kind: 'field' | 'element' | 'key' | 'value'
  readonly name: string
  /** A primitive type, or `struct`, `list`, `map`. */
  readonly type: string
  readonly required: boolean
  /** It was a date when rows were written. */
  readonly isFormerDay?: boolean
  readonly doc?: string
  /** Of the type that the column had when it was given: a day stays a day. */
  readonly initial?: Exclude<Value, null>
  readonly write?: Exclude<Value, null>
}

export type Columns = readonly ModelColumn[]

export const isNested = (type: string): boolean => ['struct', 'list', 'map'].includes(type)

export const columnOf = (columns: Columns, id: number): ModelColumn => {
  const found = columns.find((column) => column.id === id)
  if (!found) throw new Error(`the model has no column ${id}`)
  return found
}

export const childrenOf = (columns: Columns, parent: number | undefined): Columns => columns.filter((column) => column.parent === parent)

/** The column and those that it is in, from the inside out. */
export function withAncestors(columns: Columns, column: ModelColumn): Columns {
  return column.parent === undefined ? [column] : [column, ...withAncestors(columns, columnOf(columns, column.parent))]
}

/** The column and all that is in it. */
export function withDescendants(columns: Columns, column: ModelColumn): Columns {
  return [column, ...childrenOf(columns, column.id).flatMap((child) => withDescendants(columns, child))]
}

export const pathOf = (columns: Columns, column: ModelColumn): readonly string[] =>
  withAncestors(columns, column)
    .map(({name}) => name)
    .reverse()

export const columnAt = (columns: Columns, path: readonly string[]): ModelColumn | undefined =>
  columns.find((column) => JSON.stringify(pathOf(columns, column)) === JSON.stringify(path))

export const isInKey = (columns: Columns, column: ModelColumn): boolean => withAncestors(columns, column).some(({kind}) => kind === 'key')

/** The value in the type that the column has by now: only days become something else when a column is promoted. */
export function promoted(type: string, value: Exclude<Value, null>): Exclude<Value, null> {
  if (type === 'timestamp' && typeof value === 'number') return BigInt(value) * 86_400_000_000n
  if (type === 'timestamp_ns' && typeof value === 'number') return BigInt(value) * 86_400_000_000_000n
  return type === 'long' ? BigInt(value as number | bigint) : value
}

/** The schema as Iceberg's JSON has it. */
export function schemaOf(columns: Columns, identifiers: readonly number[]): Schema {
  return {...structOf(columns, undefined), ...(identifiers.length > 0 && {'identifier-field-ids': identifiers})}
}

const structOf = (columns: Columns, parent: number | undefined) => ({
  type: 'struct' as const,
  fields: childrenOf(columns, parent).map((column) => fieldOf(columns, column)),
})

function fieldOf(columns: Columns, column: ModelColumn): StructField {
  const {id, name, required, type, doc, initial, write} = column
  const json = (value: Exclude<Value, null>) => parseJson(stringifyJson(valueToJson(type, promoted(type, value))))
  return {
    id,
    name,
    required,
    type: typeOf(columns, column),
    ...(doc !== undefined && {doc}),
    ...(initial !== undefined && {'initial-default': json(initial)}),
    ...(write !== undefined && {'write-default': json(write)}),
  }
}

function typeOf(columns: Columns, column: ModelColumn): Type {
  if (column.type === 'struct') return structOf(columns, column.id)
  const [first, second] = childrenOf(columns, column.id)
  if (column.type === 'list' && first) {
    return {type: 'list', 'element-id': first.id, element: typeOf(columns, first), 'element-required': first.required}
  }
  if (column.type !== 'map' || !first || !second) return column.type
  return {
    type: 'map',
    'key-id': first.id,
    key: typeOf(columns, first),
    'value-id': second.id,
    value: typeOf(columns, second),
    'value-required': second.required,
  }
}

/** The columns of a schema. */
export function columnsOf(schema: Schema): Columns {
  const found: ModelColumn[] = []
  const fields = (type: Type, parent: number | undefined): void => {
    if (typeof type === 'string') return
    if (type.type === 'struct')
      for (const field of type.fields) add(parent, 'field', field.id, field.name, field.type, field.required, field.doc)
    if (type.type === 'list') add(parent, 'element', type['element-id'], 'element', type.element, type['element-required'])
    if (type.type === 'map') {
      add(parent, 'key', type['key-id'], 'key', type.key, true)
      add(parent, 'value', type['value-id'], 'value', type.value, type['value-required'])
    }
  }
  const add = (
    parent: number | undefined,
    kind: ModelColumn['kind'],
    id: number,
    name: string,
    type: Type,
    required: boolean,
    doc?: string,
  ): void => {
    found.push({id, parent, kind, name, type: typeof type === 'string' ? type : type.type, required, ...(doc !== undefined && {doc})})
    fields(type, id)
  }
  fields(schema, undefined)
  return found
}
