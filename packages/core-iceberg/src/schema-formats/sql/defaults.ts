import type {SchemaField} from '@phlo/core'
import {stringifyJson} from '@phlo/iceberg'
import {baseType, defaultToText} from '@phlo/iceberg/schema'
import {type Dialect, literal, TITLES} from './dialects.js'

/** The default of a column as SQL, if there is one, and what of it is lost. */
export interface SqlDefault {
  readonly sql?: string
  readonly loss?: string
}

/** What stands behind `DEFAULT`: the value of rows that come without the column, and, in a new table, of all others too. */
export function defaultOf(field: SchemaField, dialect: Dialect): SqlDefault {
  const [initial, write] = [field['initial-default'] ?? null, field['write-default'] ?? null]
  if (initial === null && write === null) return {}
  if (dialect === 'spark' || dialect === 'trino') return {loss: `the default is lost: ${TITLES[dialect]} has none for tables of Iceberg`}
  if (write === null) return {loss: 'the initial default is lost'}
  const sql = literalOf(field.type, write, dialect)
  if (sql === undefined) return {loss: `the default is lost: ${TITLES[dialect]} has no such value`}
  return {sql, ...(stringifyJson(initial) !== stringifyJson(write) && {loss: 'the initial default is lost: it is that of new rows in SQL'})}
}

/** Words before the literal of a date or a time. */
const PREFIXES: Readonly<Partial<Record<Dialect, Readonly<Record<string, string>>>>> = {
  duckdb: {time: 'TIME', timestamp: 'TIMESTAMP', timestamptz: 'TIMESTAMPTZ', timestamp_ns: 'TIMESTAMP_NS', uuid: 'UUID'},
  postgres: {time: 'TIME', timestamp: 'TIMESTAMP', timestamptz: 'TIMESTAMPTZ', uuid: 'UUID'},
  bigquery: {time: 'TIME', timestamp: 'DATETIME', timestamptz: 'TIMESTAMP', decimal: 'BIGNUMERIC', uuid: ''},
  snowflake: {time: 'TIME', timestamp: 'TIMESTAMP_NTZ', timestamptz: 'TIMESTAMP_LTZ', uuid: ''},
}

function literalOf(type: SchemaField['type'], json: unknown, dialect: Dialect): string | undefined {
  if (typeof type !== 'string') return undefined
  const text = defaultToText(type, json)
  const base = baseType(type)
  switch (base) {
    case 'boolean':
      return text.toUpperCase()
    case 'int':
    case 'long':
    case 'float':
    case 'double':
      return text
    case 'decimal':
      return dialect === 'bigquery' ? `BIGNUMERIC ${literal(text, dialect)}` : text
    case 'string':
      return literal(text, dialect)
    case 'date':
      return `DATE ${literal(text, dialect)}`
    case 'fixed':
    case 'binary':
      return bytesOf(text, dialect)
    default: {
      const prefix = PREFIXES[dialect]?.[base]
      if (prefix === undefined) return undefined
      const value = literal(text, dialect)
      if (dialect === 'snowflake' && prefix.startsWith('TIMESTAMP')) return `${value}::${prefix}`
      return prefix === '' ? value : `${prefix} ${value}`
    }
  }
}

function bytesOf(hex: string, dialect: Dialect): string | undefined {
  const escaped = hex.replaceAll(/../g, '\\x$&')
  if (dialect === 'duckdb') return `'${escaped}'::BLOB`
  if (dialect === 'postgres') return `'\\x${hex}'::BYTEA`
  return dialect === 'bigquery' ? `b'${escaped}'` : undefined
}
