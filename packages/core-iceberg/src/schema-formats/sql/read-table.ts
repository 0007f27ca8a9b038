import type {ColumnPath, SchemaField, SchemaSortTerm, SchemaTerm} from '@phlo/core'
import {NO_ID} from '../numbered.js'
import {readDefault} from './read-defaults.js'
import {readDescription} from './read-options.js'
import {type Reading, readType} from './read-types.js'

/** A table as far as statements have told of it. */
export interface TableSoFar {
  readonly name: readonly string[]
  readonly fields: SchemaField[]
  doc?: string | undefined
  identifier?: readonly ColumnPath[]
  partitioning?: readonly SchemaTerm[]
  sortOrder?: readonly SchemaSortTerm[]
  properties?: Readonly<Record<string, string>>
  readonly losses: {column?: ColumnPath; what: string}[]
}

/** Words that begin a constraint of the table where a column could be. */
const CONSTRAINTS = /^(CONSTRAINT|PRIMARY|UNIQUE|FOREIGN|CHECK|EXCLUDE|LIKE|INDEX)$/i

/** Columns and constraints between the brackets of CREATE TABLE. */
export function readElements(reading: Reading, table: TableSoFar): void {
  const {cursor} = reading
  cursor.list('(', () => {
    if (cursor.is(')')) return
    const {kind, text} = cursor.peek()
    if (kind === 'word' && CONSTRAINTS.test(text)) readConstraint(reading, table)
    else readColumn(reading, table)
  })
}

/** A constraint of the table, from its name or its first word on. */
export function readConstraint({cursor}: Reading, table: TableSoFar): void {
  if (cursor.take('CONSTRAINT')) cursor.name()
  if (cursor.take('PRIMARY', 'KEY')) {
    table.identifier = cursor.list('(', () => {
      const column = cursor.path()
      if (!cursor.take('ASC')) cursor.take('DESC')
      return column
    })
    cursor.until(',', ')', ';')
    return
  }
  table.losses.push({what: `${cursor.until(',', ')', ';')} is left out`})
}

function readColumn(reading: Reading, table: TableSoFar): void {
  const {cursor} = reading
  const name = cursor.name()
  const path = [name]
  const type = readType(reading, path)
  let field: SchemaField = {id: NO_ID, name, type, required: false}
  while (!cursor.is(',') && !cursor.is(')')) {
    if (cursor.isAtEnd) throw cursor.fail(')')
    if (cursor.take('NOT', 'NULL')) field = {...field, required: true}
    else if (cursor.take('COMMENT')) field = {...field, doc: cursor.text()}
    else if (cursor.is('OPTIONS', '(')) {
      const doc = readDescription(cursor)
      if (doc !== undefined) field = {...field, doc}
    } else if (cursor.take('DEFAULT')) {
      const {value, lost} = readDefault(cursor, type)
      if (lost !== undefined) table.losses.push({column: path, what: `the default ${lost} is left out`})
      if (value !== undefined) field = {...field, 'initial-default': value, 'write-default': value}
    } else if (cursor.take('PRIMARY', 'KEY')) {
      table.identifier = [path]
      cursor.take('NOT', 'ENFORCED')
    } else if (cursor.take('CONSTRAINT')) cursor.name()
    else if (!cursor.take('NULL')) {
      const first = cursor.next()
      const rest = cursor.until(',', ')', 'NOT', 'COMMENT', 'DEFAULT', 'PRIMARY', 'OPTIONS', 'CONSTRAINT')
      table.losses.push({column: path, what: `${[first.text, rest].join(' ').trim().replaceAll(/\s+/g, ' ')} is left out`})
    }
  }
  table.fields.push(field)
}
