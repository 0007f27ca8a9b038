import {type ColumnPath, isPhloError, type ReadSchema, type SchemaField, type SchemaType} from '@phlo/core'
import {allColumns, withIdentifier} from '../columns.js'
import {numbered} from '../numbered.js'
import {notReadable} from '../unreadable.js'
import {cursorOf} from './cursor.js'
import {DIALECTS, type Dialect} from './dialects.js'
import {readSortTerm} from './read-layout.js'
import {readConstraint, readElements, type TableSoFar} from './read-table.js'
import {readTail} from './read-tail.js'
import {type Reading, readField} from './read-types.js'
import {tokensOf} from './tokens.js'

/**
 * The tables that statements create, in the dialect given, or else in the first that has everything that is there.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` with the line and what is wrong there: of the dialect that got farthest when none was given
 */
export function readSql(sql: string, source: string, dialect: Dialect | undefined): readonly ReadSchema[] {
  if (dialect) return readDialect(sql, source, dialect)
  let refusal: unknown
  for (const one of DIALECTS) {
    try {
      return readDialect(sql, source, one)
    } catch (error) {
      if (!isPhloError(error)) throw error
      refusal = farthest(refusal, error)
    }
  }
  throw refusal
}

function farthest(left: unknown, right: Error): unknown {
  const line = (error: unknown) => (isPhloError(error) ? Number(/\bline (\d+)/.exec(error.message)?.[1] ?? 0) : -1)
  return line(right) > line(left) ? right : left
}

function readDialect(sql: string, source: string, dialect: Dialect): readonly ReadSchema[] {
  const cursor = cursorOf(tokensOf(sql, source, dialect), source)
  const reading: Reading = {cursor, source, dialect, declared: new Map(), losses: []}
  const tables: TableSoFar[] = []
  while (!cursor.isAtEnd) {
    statement(reading, tables)
    if (!cursor.isAtEnd) cursor.expect(';')
    while (cursor.take(';'));
  }
  if (tables.length === 0) throw notReadable(source, 'it creates no table')
  return tables.map((table) => finished(table, source))
}

const KINDS = ['TEMP', 'TEMPORARY', 'TRANSIENT', 'UNLOGGED', 'EXTERNAL', 'ICEBERG', 'HYBRID', 'GLOBAL', 'LOCAL']
const VERBS =
  /^(ALTER|ANALYZE|BEGIN|CALL|COMMENT|COMMIT|CREATE|DELETE|DO|DROP|END|EXPLAIN|GRANT|INSERT|INSTALL|LOAD|MERGE|PRAGMA|REFRESH|REVOKE|SELECT|SET|SHOW|START|TRUNCATE|UPDATE|USE|VACUUM|WITH)$/i

function statement(reading: Reading, tables: TableSoFar[]): void {
  const {cursor} = reading
  if (cursor.peek().kind !== 'word' || !VERBS.test(cursor.peek().text)) throw cursor.fail('a statement')
  if (cursor.take('COMMENT', 'ON')) comment(reading, tables)
  else if (cursor.take('ALTER', 'TABLE')) alter(reading, tables)
  else if (cursor.take('CREATE')) {
    cursor.take('OR', 'REPLACE')
    while (KINDS.some((kind) => cursor.take(kind)));
    if (cursor.take('TABLE')) create(reading, tables)
    else if (cursor.take('TYPE')) declare(reading)
    else cursor.until(';')
  } else cursor.until(';')
}

function create(reading: Reading, tables: TableSoFar[]): void {
  const {cursor, source} = reading
  cursor.take('IF', 'NOT', 'EXISTS')
  const table: TableSoFar = {name: cursor.path(), fields: [], losses: []}
  reading.losses = table.losses
  if (!cursor.is('(')) throw notReadable(source, `it does not tell the columns of ${table.name.join('.')}`)
  readElements(reading, table)
  readTail(reading, table)
  tables.push(table)
}

/** A type of PostgreSQL: fields, or words of which a value is one. */
function declare(reading: Reading): void {
  const {cursor, declared} = reading
  const name = cursor.path()
  cursor.expect('AS')
  reading.losses = []
  const type: SchemaType = cursor.is('(') ? {type: 'struct', fields: cursor.list('(', () => readField(reading, []))} : 'string'
  for (const key of [name.join('.'), name.at(-1) ?? '']) declared.set(key, type)
  cursor.until(';')
}

const tableOf = (tables: readonly TableSoFar[], name: readonly string[]) =>
  tables.find((table) => table.name.join('.') === name.join('.')) ?? tables.find((table) => table.name.at(-1) === name.at(-1))

function comment(reading: Reading, tables: readonly TableSoFar[]): void {
  const {cursor, declared} = reading
  const isColumn = cursor.take('COLUMN')
  if (!isColumn && !cursor.take('TABLE')) return void cursor.until(';')
  const name = cursor.path()
  cursor.expect('IS')
  const doc = cursor.take('NULL') ? undefined : cursor.text()
  const table = tableOf(tables, isColumn ? name.slice(0, -1) : name)
  if (!isColumn && table) table.doc = doc
  const type = declared.get(name.slice(0, -1).join('.'))
  const fields = table?.fields ?? (typeof type === 'object' && type.type === 'struct' ? (type.fields as SchemaField[]) : [])
  const index = fields.findIndex((field) => field.name === name.at(-1))
  const field = fields[index]
  if (isColumn && field && doc !== undefined) fields[index] = {...field, doc}
}

function alter(reading: Reading, tables: readonly TableSoFar[]): void {
  const {cursor} = reading
  cursor.take('IF', 'EXISTS')
  cursor.take('ONLY')
  const table = tableOf(tables, cursor.path())
  if (!table) return void cursor.until(';')
  if (cursor.take('SET', 'IDENTIFIER', 'FIELDS')) table.identifier = separated(reading, () => cursor.path())
  else if (cursor.take('WRITE', 'ORDERED', 'BY')) table.sortOrder = separated(reading, () => readSortTerm(cursor))
  else if (cursor.is('ADD', 'CONSTRAINT') || cursor.is('ADD', 'PRIMARY')) {
    cursor.next()
    readConstraint(reading, table)
  } else if (cursor.take('OWNER', 'TO')) cursor.until(';')
  else table.losses.push({what: `ALTER TABLE ${table.name.join('.')} ${cursor.until(';')} is left out`})
}

function separated<Item>({cursor}: Reading, item: () => Item): readonly Item[] {
  const items = []
  do items.push(item())
  while (cursor.take(','))
  return items
}

function finished({fields, name, doc, identifier, partitioning, sortOrder, properties, losses}: TableSoFar, source: string): ReadSchema {
  const plain = numbered(fields, source).schema
  const columns = allColumns(plain)
  const find = (path: ColumnPath) => {
    const text = path.join('.')
    const found =
      columns.find((column) => column.path.join('.') === text) ??
      columns.find((column) => column.path.join('.').toLowerCase() === text.toLowerCase())
    if (!found) throw notReadable(source, `${name.join('.')} has no column ${text}`)
    return found.path
  }
  const identified = identifier?.map(find)
  const isKey = new Set(identified?.map(([first]) => first))
  const schema = {...plain, fields: plain.fields.map((field) => (isKey.has(field.name) ? {...field, required: true} : field))}
  const located = <Term extends {column: ColumnPath}>(terms: readonly Term[]) => terms.map((term) => ({...term, column: find(term.column)}))
  return {
    name,
    ...(doc !== undefined && {doc}),
    schema: identified ? withIdentifier(schema, identified) : schema,
    hasIds: false,
    ...(partitioning && {partitioning: located(partitioning)}),
    ...(sortOrder && {sortOrder: located(sortOrder)}),
    ...(properties && {properties}),
    losses,
  }
}
