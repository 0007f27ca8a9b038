import {type ColumnPath, isPhloError, nearest, type ReadSchema, type SchemaField} from '@phlo/core'
import type {Type} from '@phlo/iceberg'
import {defaultFromText, parseColumnPath, parseSortTerms, parseTermList, parseType} from '@phlo/iceberg/schema'
import {allColumns, withIdentifier} from '../columns.js'
import {NO_ID, numbered, withoutIds} from '../numbered.js'
import {notReadable} from '../unreadable.js'
import {yamlValues} from '../yaml.js'
import {COLUMN_KEYS, PART_KEYS, TABLE_KEYS} from './declaration.js'

type Yaml = typeof import('yaml')
type Fields = Readonly<Record<string, unknown>>

/**
 * The tables that a file declares, each document of YAML one.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` (exit 2) naming the table and the part; a key that is there twice is named with its line
 */
export function readDeclarations(yaml: Yaml, content: Uint8Array, source: string): readonly ReadSchema[] {
  const values = yamlValues(yaml, content, source)
  if (values.length === 0) throw notReadable(source, 'it declares no table')
  return values.map((value, index) => {
    const place = values.length === 1 ? 'it' : `table ${index + 1}`
    try {
      return readTable(value, place, source)
    } catch (cause) {
      if (!isPhloError(cause) || cause.code === 'SCHEMA_NOT_READABLE') throw cause
      throw notReadable(source, [cause.message.replace(/\.$/, ''), ...cause.suggestions.slice(0, -1)].join('. '), cause)
    }
  })
}

function readTable(value: unknown, place: string, source: string): ReadSchema {
  const table = fieldsOf(value, place, TABLE_KEYS, source)
  if (!('table' in table) || !('columns' in table)) throw notReadable(source, `${place} has no "${'table' in table ? 'columns' : 'table'}"`)
  const name = nameOf(table['table'], place, source)
  const where = name.join('.')
  const renamed: {column: ColumnPath; from: string}[] = []
  const columns = {source, renamed}
  const {schema, hasIds} = numbered(readColumns(table['columns'], [], where, columns), source)
  const terms = texts(table['partition-by'], `${where}: partition-by`, source)
  const order = texts(table['sort-by'], `${where}: sort-by`, source)
  const identifier = texts(table['identifier'], `${where}: identifier`, source)
  const {set, comment} = properties(table, where, source)
  const paths = new Map(allColumns(schema).map(({path}) => [path.join('.'), path]))
  const pathOf = (text: string, key: string): ColumnPath => {
    const path = paths.get(text)
    if (!path) throw notReadable(source, `${where}: ${key} names ${text}, which is no column`)
    return path
  }
  const identified = identifier?.map((text) => pathOf(parseColumnPath(text).join('.'), 'identifier'))
  return {
    name,
    ...(comment !== undefined && {doc: comment}),
    schema:
      identified === undefined
        ? schema
        : {...withIdentifier(schema, identified), ...(identified.length === 0 && {'identifier-field-ids': []})},
    hasIds,
    ...(terms && {
      partitioning: parseTermList(terms.join(', '), 'INVALID_PARTITION_SPEC').map(({column, transform}) => ({
        column: pathOf(column, 'partition-by'),
        transform,
      })),
    }),
    ...(order && {sortOrder: parseSortTerms(order.join(', ')).map((term) => ({...term, column: pathOf(term.column, 'sort-by')}))}),
    ...(set && {properties: set}),
    ...(renamed.length > 0 && {renamed}),
    losses: [],
  }
}

interface Reading {
  readonly source: string
  readonly renamed: {column: ColumnPath; from: string}[]
}

function readColumns(value: unknown, path: ColumnPath, where: string, reading: Reading): readonly SchemaField[] {
  if (!Array.isArray(value) || value.length === 0) throw notReadable(reading.source, `${where} has no list of columns`)
  return value.map((item: unknown, index): SchemaField => {
    const place = `${where}: column ${index + 1}`
    const column = fieldsOf(item, place, COLUMN_KEYS, reading.source)
    const name = column['name']
    if (typeof name !== 'string' || name === '') throw notReadable(reading.source, `${place} has no name`)
    const [own, at] = [[...path, name], `${where}: ${[...path, name].join('.')}`]
    const type = readType(column['type'], own, at, reading)
    const before = column['renamed-from']
    if (before !== undefined) reading.renamed.push({column: own, from: text(before, `${at}: renamed-from`, reading.source)})
    const fallback = column['default'] === undefined ? undefined : defaultOf(type, column['default'], at)
    const initial =
      column['initial-default'] === undefined
        ? fallback
        : column['initial-default'] === null
          ? undefined
          : defaultOf(type, column['initial-default'], at)
    return {
      id: idOf(column, at, reading.source),
      name,
      required: flag(column, at, reading.source),
      type,
      ...(column['comment'] !== undefined && {doc: text(column['comment'], `${at}: comment`, reading.source)}),
      ...(initial !== undefined && {'initial-default': initial}),
      ...(fallback !== undefined && {'write-default': fallback}),
    }
  })
}

function readType(value: unknown, path: ColumnPath, at: string, reading: Reading): Type {
  if (typeof value === 'string') return withoutIds(parseType(value))
  const [kind, ...others] = typeof value === 'object' && value !== null ? Object.entries(value) : []
  if (!kind || others.length > 0) throw notReadable(reading.source, `${at} has no type`)
  const [name, inner] = kind
  if (name === 'struct') return {type: 'struct', fields: readColumns(inner, path, at, reading)}
  if (name === 'list') {
    const element = readPart(inner, [...path, 'element'], at, reading)
    return {type: 'list', 'element-id': element.id, element: element.type, 'element-required': element.required}
  }
  if (name === 'map') {
    const parts = fieldsOf(inner, at, ['key', 'value'], reading.source)
    const [key, mapped] = [readPart(parts['key'], [...path, 'key'], at, reading), readPart(parts['value'], [...path, 'value'], at, reading)]
    return {type: 'map', 'key-id': key.id, key: key.type, 'value-id': mapped.id, value: mapped.type, 'value-required': mapped.required}
  }
  throw notReadable(reading.source, `${at} has type ${JSON.stringify(name)}: struct, list and map hold others`)
}

function readPart(value: unknown, path: ColumnPath, at: string, reading: Reading) {
  if (typeof value === 'string') return {id: NO_ID, type: readType(value, path, at, reading), required: false}
  const part = fieldsOf(value, at, PART_KEYS, reading.source)
  return {id: idOf(part, at, reading.source), type: readType(part['type'], path, at, reading), required: flag(part, at, reading.source)}
}

/** YAML has values of its own; what is a number there may be text in Iceberg's JSON, and the other way round. */
function defaultOf(type: Type, value: unknown, at: string): unknown {
  return defaultFromText(type, String(value), at)
}

function fieldsOf(value: unknown, place: string, keys: readonly string[], source: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw notReadable(source, `${place} is not a map of keys and values`)
  const strange = Object.keys(value).find((key) => !keys.includes(key))
  if (strange === undefined) return value as Fields
  const meant = nearest(strange, keys)
  throw notReadable(
    source,
    `${place} has the key ${JSON.stringify(strange)}, which means nothing there${meant === undefined ? '' : ` (did you mean ${meant}?)`}`,
  )
}

function nameOf(value: unknown, place: string, source: string): readonly string[] {
  const parts = Array.isArray(value)
    ? value.map((part) => text(part, `${place}: table`, source))
    : text(value, `${place}: table`, source).split('.')
  if (parts.length === 0 || parts.some((part) => part === ''))
    throw notReadable(source, `${place} has the name ${JSON.stringify(value)}, which is no table's`)
  return parts
}

function text(value: unknown, at: string, source: string): string {
  if (typeof value === 'string') return value
  throw notReadable(source, `${at} is not a text`)
}

function texts(value: unknown, at: string, source: string): readonly string[] | undefined {
  if (value === undefined) return undefined
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw notReadable(source, `${at} is not a list of texts`)
}

function flag(column: Fields, at: string, source: string): boolean {
  const value = column['required'] ?? false
  if (typeof value === 'boolean') return value
  throw notReadable(source, `${at}: required is neither true nor false`)
}

function idOf(column: Fields, at: string, source: string): number {
  const value = column['id']
  if (value === undefined) return NO_ID
  if (typeof value === 'bigint' && value > 0n && value < 2n ** 31n) return Number(value)
  throw notReadable(source, `${at}: id is not a field id`)
}

/** Values of YAML that are no texts are told as they are written: `true`, `268435456`. */
function properties(table: Fields, where: string, source: string) {
  const comment = table['comment'] === undefined ? undefined : text(table['comment'], `${where}: comment`, source)
  const value = table['properties']
  if (value === undefined || value === null) return {comment, set: undefined}
  if (typeof value !== 'object' || Array.isArray(value)) throw notReadable(source, `${where}: properties is not a map of keys and values`)
  const entries = Object.entries(value)
  const strange = entries.find(([, property]) => typeof property === 'object')
  if (strange) throw notReadable(source, `${where}: property ${strange[0]} has no single value`)
  return {comment, set: Object.fromEntries(entries.map(([key, property]) => [key, String(property)]))}
}
