import type {SchemaSortTerm, SchemaTerm} from '@phlo/core'
import type {Cursor} from './cursor.js'
import {cursorOf} from './cursor.js'
import {readSortTerm, readTerm, readTruncated} from './read-layout.js'
import {readPairs} from './read-options.js'
import type {TableSoFar} from './read-table.js'
import {type Reading, readField} from './read-types.js'
import {tokensOf} from './tokens.js'

/** The clauses behind the columns of a table. */
export function readTail(reading: Reading, table: TableSoFar): void {
  const {cursor, dialect} = reading
  while (!cursor.isAtEnd && !cursor.is(';')) {
    if (cursor.take('COMMENT')) {
      cursor.take('=')
      table.doc = cursor.text()
    } else if (cursor.take('PARTITIONED', 'BY')) table.partitioning = cursor.list('(', () => partition(reading, table))
    else if (dialect === 'bigquery' && cursor.take('PARTITION', 'BY')) {
      const term = readTruncated(cursor)
      if (term) table.partitioning = [term]
      else table.losses.push({what: `PARTITION BY ${cursor.until('CLUSTER', 'OPTIONS', ';')} is left out`})
    } else if (cursor.is('PARTITION', 'BY') || cursor.is('CLUSTER', 'BY') || cursor.is('CLUSTERED', 'BY')) {
      table.losses.push({what: `${cursor.until('OPTIONS', 'COMMENT', 'WITH', 'TBLPROPERTIES', ';')} is left out`})
    } else if (cursor.take('TBLPROPERTIES')) table.properties = Object.fromEntries(readPairs(cursor))
    else if (cursor.is('OPTIONS', '(')) {
      cursor.next()
      readOptions(cursor, table)
    } else if (cursor.is('WITH', '(')) {
      cursor.next()
      readSettings(reading, table)
    } else if (cursor.is('AS', 'SELECT') || cursor.is('AS', 'WITH') || cursor.is('(')) cursor.until(';')
    else cursor.next()
  }
}

/** A partition of Spark, which may declare the column that it is by, as Hive does. */
function partition(reading: Reading, table: TableSoFar): SchemaTerm {
  const {cursor} = reading
  if (cursor.peek(1).kind !== 'word') return readTerm(cursor)
  const field = readField(reading, [])
  table.fields.push(field)
  return {column: [field.name], transform: 'identity'}
}

function readOptions(cursor: Cursor, table: TableSoFar): void {
  for (const [key, value] of readPairs(cursor)) {
    if (key === 'description') table.doc = value
    else table.losses.push({what: `table property ${key} is left out`})
  }
}

/** Trino's properties of a table, some of which are Iceberg's own. */
function readSettings(reading: Reading, table: TableSoFar): void {
  const {cursor} = reading
  const found: Record<string, string> = {}
  const terms = <Term>(read: (cursor: Cursor) => Term): readonly Term[] => texts(cursor).map((text) => read(within(text, reading)))
  cursor.list('(', () => {
    const key = cursor.path().join('.').toLowerCase()
    cursor.take('=')
    if (key === 'partitioning') table.partitioning = terms<SchemaTerm>(readTerm)
    else if (key === 'sorted_by') table.sortOrder = terms<SchemaSortTerm>(readSortTerm)
    else if (key === 'extra_properties') {
      cursor.expect('MAP', '(')
      const keys = texts(cursor)
      cursor.expect(',')
      const values = texts(cursor)
      cursor.expect(')')
      for (const [index, name] of keys.entries()) found[name] = values[index] ?? ''
    } else if (key === 'format') found['write.format.default'] = cursor.text().toLowerCase()
    else table.losses.push({what: `table property ${key} = ${cursor.until(',', ')')} is left out`})
  })
  if (Object.keys(found).length > 0) table.properties = found
}

function texts(cursor: Cursor): readonly string[] {
  cursor.expect('ARRAY')
  if (cursor.take('[', ']')) return []
  return cursor.list('[', () => cursor.text())
}

function within(text: string, {dialect, source}: Reading): Cursor {
  return cursorOf(tokensOf(text, source, dialect), source)
}
