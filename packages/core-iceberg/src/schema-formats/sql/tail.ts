import type {SchemaDocument} from '@phlo/core'
import {type Dialect, literal} from './dialects.js'
import type {Layout} from './layout.js'

interface Tail {
  readonly document: SchemaDocument
  /** The table's name, quoted. */
  readonly table: string
  readonly layout: Layout
  /** Columns that identify a row, quoted. */
  readonly identifier: readonly string[]
}

/** What comes behind the columns of a table: clauses of the same statement, and statements of their own. */
export function tail(of: Tail, dialect: Dialect): {readonly clauses: readonly string[]; readonly statements: readonly string[]} {
  const {document, table, layout, identifier} = of
  const doc = document.doc === undefined ? undefined : literal(document.doc, dialect)
  const partitions = layout.partitions === undefined ? [] : [layout.partitions]
  const properties = Object.entries(document.properties).map((entry) => entry.map((text) => literal(text, dialect)) as [string, string])
  switch (dialect) {
    case 'spark':
      return {
        clauses: [
          'USING iceberg',
          ...partitions.map((terms) => `PARTITIONED BY (${terms})`),
          ...(doc === undefined ? [] : [`COMMENT ${doc}`]),
          ...(properties.length === 0 ? [] : [`TBLPROPERTIES (${properties.map(([key, value]) => `${key} = ${value}`).join(', ')})`]),
        ],
        statements: [
          ...(identifier.length === 0 ? [] : [`ALTER TABLE ${table} SET IDENTIFIER FIELDS ${identifier.join(', ')};`]),
          ...(layout.order === undefined ? [] : [`ALTER TABLE ${table} WRITE ORDERED BY ${layout.order};`]),
        ],
      }
    case 'trino': {
      const list = (texts: readonly string[]) => `ARRAY[${texts.join(', ')}]`
      const pairs = `MAP(${list(properties.map(([key]) => key))}, ${list(properties.map(([, value]) => value))})`
      const settings = [
        ...partitions.map((terms) => `partitioning = ${terms}`),
        ...(layout.order === undefined ? [] : [`sorted_by = ${layout.order}`]),
        ...(properties.length === 0 ? [] : [`extra_properties = ${pairs}`]),
      ]
      return {
        clauses: [
          ...(doc === undefined ? [] : [`COMMENT ${doc}`]),
          ...(settings.length === 0 ? [] : [`WITH (\n  ${settings.join(',\n  ')}\n)`]),
        ],
        statements: [],
      }
    }
    case 'snowflake':
      return {clauses: [...partitions, ...(doc === undefined ? [] : [`COMMENT = ${doc}`])], statements: []}
    case 'bigquery':
      return {clauses: [...partitions, ...(doc === undefined ? [] : [`OPTIONS(description=${doc})`])], statements: []}
    default:
      return {clauses: [], statements: []}
  }
}
