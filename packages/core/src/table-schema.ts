/**
 * A type of a column: a primitive one in the words of Iceberg's specification (`long`, `decimal(9,2)`, `fixed[16]`, `timestamptz_ns`), or
 * one that holds others. Schemas cross the borders of packages in the shape of Iceberg's JSON (spec, Appendix C "Schemas"), which every
 * other format of a lakehouse can be told in.
 */
export type SchemaType = string | SchemaStruct | SchemaList | SchemaMap

/** A field of a struct. What is not known here is kept as it came. */
export interface SchemaField {
  /** Unique in the schema, at every depth, together with the ids of elements, keys and values. */
  readonly id: number
  readonly name: string
  readonly required: boolean
  readonly type: SchemaType
  readonly doc?: string
  /** What rows have that were written before the field was there: a single value as JSON (spec, Appendix D). */
  readonly 'initial-default'?: unknown
  /** What rows get that are written without the field. */
  readonly 'write-default'?: unknown
}

export interface SchemaStruct {
  readonly type: 'struct'
  readonly fields: readonly SchemaField[]
}

export interface SchemaList {
  readonly type: 'list'
  readonly 'element-id': number
  readonly element: SchemaType
  readonly 'element-required': boolean
}

export interface SchemaMap {
  readonly type: 'map'
  readonly 'key-id': number
  readonly key: SchemaType
  readonly 'value-id': number
  readonly value: SchemaType
  readonly 'value-required': boolean
}

/** The columns of a table: a struct with an id. */
export interface TableSchema extends SchemaStruct {
  readonly 'schema-id'?: number
  /** Fields that identify a row; they are required. */
  readonly 'identifier-field-ids'?: readonly number[]
}

/**
 * Where a column is: its name, after those that it is in. What is in a list is called `element`, what is in a map `key` and `value`:
 * `['items', 'element', 'price']`. Names may hold anything, dots included.
 */
export type ColumnPath = readonly string[]
