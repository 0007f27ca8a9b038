import type {ColumnPath, SchemaDocument, SchemaLoss} from '@phlo/core'
import {type Column, columnsIn, identifierPaths} from '../columns.js'
import {type TableAspect, tableLosses} from '../table-losses.js'
import {uniqueNames} from '../unique-names.js'
import {defaultOf} from './defaults.js'
import {type Dialect, literal, NAMES, quoted, quotedPath, TITLES} from './dialects.js'
import {layoutOf} from './layout.js'
import {tail} from './tail.js'
import {isRequirable, type SqlField, sqlType, type TypeContext} from './types.js'

const CARRIED: Readonly<Record<Dialect, readonly TableAspect[]>> = {
  spark: ['doc', 'identifier', 'partitioning', 'sortOrder', 'properties'],
  trino: ['doc', 'partitioning', 'sortOrder', 'properties'],
  duckdb: ['doc', 'identifier'],
  postgres: ['doc', 'identifier'],
  snowflake: ['doc', 'identifier', 'partitioning', 'sortOrder'],
  bigquery: ['doc', 'identifier', 'partitioning', 'sortOrder'],
}

/**
 * The statements that create a table, with a comment for each loss.
 *
 * @param name the parts of its name as the dialect can have it
 * @param typeNames names that types have in the file already; those of this table are added
 */
export function createTable(
  document: SchemaDocument,
  name: readonly string[],
  dialect: Dialect,
  typeNames: Set<string>,
): {readonly text: string; readonly losses: readonly SchemaLoss[]} {
  const title = TITLES[dialect]
  const table = quotedPath(name, dialect)
  const losses: SchemaLoss[] = [...tableLosses(document, title, CARRIED[dialect])]
  if (JSON.stringify(name) !== JSON.stringify(document.name)) {
    losses.push({what: `the name ${JSON.stringify(document.name.join('.'))} became ${JSON.stringify(name.join('.'))}`})
  }
  const called = new Map<string, string>()
  const declared: string[] = []
  const comments: string[] = []
  const lose = (column: ColumnPath, what: string) => void losses.push({column, what})
  const names = (columns: readonly Column[]) => {
    const found = uniqueNames(
      columns.map((column) => column.name),
      NAMES[dialect],
    )
    for (const [index, column] of columns.entries()) {
      const own = found[index] ?? column.name
      called.set(JSON.stringify(column.path), own)
      if (own !== column.name) lose(column.path, `the name ${JSON.stringify(column.name)} became ${JSON.stringify(own)}`)
    }
    return found
  }
  const declare = (path: ColumnPath, fields: readonly SqlField[]) => {
    const wanted = NAMES.postgres.clean([name.at(-1), ...path].join('_'))
    const [own = wanted] = uniqueNames([wanted], {...NAMES.postgres, taken: typeNames})
    typeNames.add(own)
    const type = quotedPath([...name.slice(0, -1), own], dialect)
    declared.push(`CREATE TYPE ${type} AS (${fields.map((field) => `${quoted(field.name, dialect)} ${field.type}`).join(', ')});\n`)
    for (const {name: field, column} of fields) {
      if (column.doc !== undefined) comments.push(commentOn(`COLUMN ${type}.${quoted(field, dialect)}`, column.doc, dialect))
    }
    return type
  }
  const context: TypeContext = {dialect, lose, names, declare}
  const columns = columnsIn(document.schema)
  const own = names(columns)
  const lines = columns.map((column, index) => {
    const before = losses.length
    const sql = columnOf(column, own[index] ?? column.name, context)
    return {sql, notes: losses.slice(before)}
  })
  if (dialect === 'duckdb' || dialect === 'postgres') {
    if (document.doc !== undefined) comments.push(commentOn(`TABLE ${table}`, document.doc, dialect))
    for (const [index, {name: real, doc}] of columns.entries()) {
      if (doc !== undefined) comments.push(commentOn(`COLUMN ${table}.${quoted(own[index] ?? real, dialect)}`, doc, dialect))
    }
  }
  const named = (path: ColumnPath) => path.map((part, index) => called.get(JSON.stringify(path.slice(0, index + 1))) ?? part)
  const layout = layoutOf(document, named, dialect)
  losses.push(...layout.losses.map((what) => ({what})))
  const identifier = identifierPaths(document.schema)
  const aspects = [
    ['identifier fields', identifier],
    ['partitioning', document.partitioning.map(({column}) => column)],
    ['the sort order', document.sortOrder.map(({column}) => column)],
  ] as const
  for (const [aspect, paths] of aspects) {
    if (paths.some((path) => named(path).join('.') !== path.join('.')))
      losses.push({what: `${aspect} and the new names of columns go together`})
  }
  const isFlat = identifier.every((path) => path.length === 1)
  const hasKey = dialect !== 'spark' && CARRIED[dialect].includes('identifier') && identifier.length > 0
  if (hasKey && !isFlat) losses.push({what: `identifier fields are lost: ${title} has no keys inside of structs`})
  const key = `PRIMARY KEY (${identifier.map((path) => quotedPath(named(path), dialect)).join(', ')})${isEnforced(dialect) ? '' : ' NOT ENFORCED'}`
  const isSaid = new Set(lines.flatMap(({notes}) => notes))
  const elements = [...lines, ...(hasKey && isFlat ? [{sql: key, notes: []}] : [])]
  const parts = tail({document, table, layout, identifier: identifier.map((path) => quotedPath(named(path), dialect))}, dialect)
  const text = [
    ...losses.filter((loss) => !isSaid.has(loss)).map((loss) => `${note(loss)}\n`),
    ...(isEnforced(dialect) && name.length > 1 ? [`CREATE SCHEMA IF NOT EXISTS ${quotedPath(name.slice(0, -1), dialect)};\n`] : []),
    ...declared,
    `CREATE TABLE ${table} (\n`,
    ...elements.map(
      ({sql, notes}, index) => `${notes.map((loss) => `  ${note(loss)}\n`).join('')}  ${sql}${index < elements.length - 1 ? ',' : ''}\n`,
    ),
    `)${parts.clauses.map((clause) => `\n${clause}`).join('')};\n`,
    ...[...parts.statements, ...comments].map((statement) => `${statement}\n`),
  ].join('')
  return {text, losses}
}

/** Databases of their own: they keep what they are told of, and have a schema before a table. */
const isEnforced = (dialect: Dialect) => dialect === 'duckdb' || dialect === 'postgres'

const commentOn = (what: string, doc: string, dialect: Dialect) => `COMMENT ON ${what} IS ${literal(doc, dialect)};`

/** A comment that says of what it is. It never ends in a backslash, which Spark would take for more to come. */
function note({column, what}: SchemaLoss): string {
  const path = column?.map((part) => (/^[\p{L}\p{N}_]+$/u.test(part) ? part : JSON.stringify(part))).join('.')
  return `-- ${path === undefined ? '' : `${path}: `}${what}`
}

function columnOf(column: Column, name: string, context: TypeContext): string {
  const {dialect, lose} = context
  const {path, doc, required} = column
  const type = sqlType(column.type, path, context)
  const fallback = defaultOf(column, dialect)
  if (fallback.loss !== undefined) lose(path, fallback.loss)
  return [
    quoted(name, dialect),
    type,
    // BigQuery and Snowflake want defaults first, and nobody else minds.
    ...(fallback.sql === undefined ? [] : [`DEFAULT ${fallback.sql}`]),
    ...(required && isRequirable(column, true, type, context) ? ['NOT NULL'] : []),
    ...(doc === undefined || isEnforced(dialect)
      ? []
      : [dialect === 'bigquery' ? `OPTIONS(description=${literal(doc, dialect)})` : `COMMENT ${literal(doc, dialect)}`]),
  ].join(' ')
}
