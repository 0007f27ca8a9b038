import type {ColumnPath, SchemaChange} from '@phlo/core'
import {parseType} from '@phlo/iceberg'
import {literal, quoted, quotedPath} from '../schema-formats/sql/dialects.js'
import {sqlType} from '../schema-formats/sql/types.js'

type Dialect = 'spark' | 'trino'

/** The statements of a dialect that make these changes, one a line, in their order; what it has no statement for is a comment. */
export function ddlOf(table: string, changes: readonly SchemaChange[], dialect: Dialect): string {
  return changes.map((change) => statement(`ALTER TABLE ${table}`, change, dialect)).join('\n')
}

function statement(alter: string, change: SchemaChange, dialect: Dialect): string {
  const column = 'path' in change ? quotedPath(change.path, dialect) : ''
  const unsaid = (what: string) => `-- ${dialect} has no statement for this: ${what.replaceAll('\n', ' ')}`
  switch (change.kind) {
    case 'add':
      return addition(alter, change, dialect)
    case 'drop':
      return `${alter} DROP COLUMN ${column};`
    case 'rename':
      return `${alter} RENAME COLUMN ${column} TO ${quoted(change.to, dialect)};`
    case 'type': {
      const {type, notes} = typed(change.type, change.path, dialect)
      const to = dialect === 'spark' ? 'TYPE' : 'SET DATA TYPE'
      return noted(`${alter} ALTER COLUMN ${column} ${to} ${type};`, notes)
    }
    case 'nullability':
      if (dialect === 'trino' && change.required) return unsaid(`require ${column}`)
      return `${alter} ALTER COLUMN ${column} ${change.required ? 'SET' : 'DROP'} NOT NULL;`
    case 'doc':
      return dialect === 'spark'
        ? `${alter} ALTER COLUMN ${column} COMMENT ${literal(change.doc ?? '', dialect)};`
        : `COMMENT ON COLUMN ${alter.slice('ALTER TABLE '.length)}.${column} IS ${change.doc === null ? 'NULL' : literal(change.doc, dialect)};`
    case 'default':
      return unsaid(`default ${column} to ${change.default ?? 'nothing'}`)
    case 'move': {
      const {position} = change
      if (dialect === 'trino') return unsaid(`move ${column}`)
      if (position === 'first') return `${alter} ALTER COLUMN ${column} FIRST;`
      return typeof position === 'object' && 'after' in position
        ? `${alter} ALTER COLUMN ${column} AFTER ${quoted(position.after, dialect)};`
        : unsaid(`move ${column}`)
    }
    case 'identifier': {
      const names = change.columns.map((path) => quotedPath(path, dialect)).join(', ')
      return dialect === 'spark' && names !== ''
        ? `${alter} SET IDENTIFIER FIELDS ${names};`
        : unsaid(`identify rows by ${names || 'nothing'}`)
    }
    default:
      return unsaid(change.kind)
  }
}

function addition(alter: string, change: Extract<SchemaChange, {kind: 'add'}>, dialect: Dialect): string {
  const {path, doc, position} = change
  const {type, notes: ofType} = typed(change.type, path, dialect)
  const comment = doc === undefined ? '' : ` COMMENT ${literal(doc, dialect)}`
  const place =
    dialect === 'trino' || position === undefined || position === 'last'
      ? ''
      : position === 'first'
        ? ' FIRST'
        : 'after' in position
          ? ` AFTER ${quoted(position.after, dialect)}`
          : ''
  const notes = [
    ...ofType,
    ...(change.required ? [`${dialect} adds no required column: it is optional`] : []),
    ...(change.default === undefined ? [] : [`the default value ${change.default} is not said`]),
  ]
  return noted(`${alter} ADD COLUMN ${quotedPath(path, dialect)} ${type}${comment}${place};`, notes)
}

/** The type, and what it is not, since the dialect has only a nearest one. */
function typed(type: string, path: ColumnPath, dialect: Dialect): {readonly type: string; readonly notes: readonly string[]} {
  const notes: string[] = []
  const context = {
    dialect,
    lose: (_: ColumnPath, what: string) => void notes.push(what),
    names: (fields: readonly {readonly name: string}[]) => fields.map(({name}) => name),
    declare: () => '',
  }
  return {type: sqlType(parseType(type), path, context), notes: [...new Set(notes)]}
}

const noted = (statement: string, notes: readonly string[]) => (notes.length === 0 ? statement : `${statement} -- ${notes.join('; ')}`)
