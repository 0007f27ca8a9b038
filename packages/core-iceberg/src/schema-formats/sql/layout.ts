import type {SchemaDocument, SchemaSortTerm, SchemaTerm} from '@phlo/core'
import {sortTermText, termText} from '../../schema/layout-differences.js'
import {type Dialect, literal, quoted, quotedPath} from './dialects.js'

/** Where the rows of a table go, as clauses behind its columns and statements after it. */
export interface Layout {
  readonly partitions?: string
  readonly order?: string
  readonly losses: readonly string[]
}

type Named = (column: readonly string[]) => readonly string[]
type Terms<Term> = {readonly said: readonly string[]; readonly lost: readonly Term[]}

/** @param named gives a column's name in SQL */
export function layoutOf(document: SchemaDocument, named: Named, dialect: Dialect): Layout {
  switch (dialect) {
    case 'spark': {
      const partitions = split(document.partitioning, (term) => sparkTerm(term, named))
      const order = split(document.sortOrder, (term) => suffixed(term, sparkTerm(term, named)))
      return layout(partitions, order, partitions.said.join(', '), order.said.join(', '))
    }
    case 'trino': {
      const list = (said: readonly string[]) => (said.length === 0 ? '' : `ARRAY[${said.map((one) => literal(one, dialect)).join(', ')}]`)
      const partitions = split(document.partitioning, (term) => trinoTerm(term, named))
      const order = split(document.sortOrder, (term) =>
        term.transform === 'identity' && term.column.length === 1 ? suffixed(term, trinoTerm(term, named)) : undefined,
      )
      return layout(partitions, order, list(partitions.said), list(order.said))
    }
    case 'bigquery':
      return bigqueryLayout(document, named)
    case 'snowflake': {
      const names = clusterable(document.partitioning, document, named).map((name) => quoted(name, dialect))
      const lost = {said: [], lost: document.partitioning}
      return {...layout(lost, {said: [], lost: document.sortOrder}, names.length > 0 ? `CLUSTER BY (${names.join(', ')})` : '', '')}
    }
    default:
      return layout({said: [], lost: document.partitioning}, {said: [], lost: document.sortOrder}, '', '')
  }
}

function split<Term>(terms: readonly Term[], say: (term: Term) => string | undefined): Terms<Term> {
  const told = terms.map((term) => ({term, text: say(term)}))
  return {
    said: told.flatMap(({text}) => text ?? []),
    lost: told.filter(({text}) => text === undefined).map(({term}) => term),
  }
}

function layout(partitioning: Terms<SchemaTerm>, sortOrder: Terms<SchemaSortTerm>, partitions: string, order: string): Layout {
  const said = (word: string, terms: readonly string[]) =>
    terms.length === 0 ? [] : [`${word} by ${terms.join(', ').replaceAll(/[\r\n]/g, ' ')} is lost`]
  return {
    ...(partitions !== '' && {partitions}),
    ...(order !== '' && {order}),
    losses: [...said('partitioning', partitioning.lost.map(termText)), ...said('sort order', sortOrder.lost.map(sortTermText))],
  }
}

const parts = (transform: string) => /^(\w+)(?:\[(\d+)\])?$/.exec(transform)?.slice(1) ?? []

function sparkTerm({column, transform}: SchemaTerm, named: Named): string | undefined {
  const path = quotedPath(named(column), 'spark')
  const [kind = '', width] = parts(transform)
  if (transform === 'identity') return path
  if (width !== undefined) return `${kind}(${width}, ${path})`
  return /^(year|month|day|hour)$/.test(kind) ? `${kind}s(${path})` : undefined
}

/** Trino takes a nested column as one name with dots. */
function trinoTerm({column, transform}: SchemaTerm, named: Named): string | undefined {
  const path = named(column).join('.')
  const name = /^[a-z_][a-z0-9_]*$/.test(path) ? path : quoted(path, 'trino')
  const [kind = '', width] = parts(transform)
  if (transform === 'identity') return name
  if (width !== undefined) return `${kind}(${name}, ${width})`
  return /^(year|month|day|hour)$/.test(kind) ? `${kind}(${name})` : undefined
}

const suffixed = ({direction, nulls}: SchemaSortTerm, term: string | undefined) =>
  term && `${term} ${direction.toUpperCase()} NULLS ${nulls.toUpperCase()}`

/** The columns of terms that a table can be clustered by, each once. */
function clusterable(terms: readonly SchemaTerm[], {schema}: SchemaDocument, named: Named): readonly string[] {
  const types = new Map(schema.fields.map(({name, type}) => [name, type]))
  const isOrdered = (type: unknown) => typeof type === 'string' && /^(boolean|int|long|decimal|date|timestamp|string)/.test(type)
  const columns = terms.filter(({column}) => column.length === 1 && isOrdered(types.get(column[0] ?? '')))
  return [...new Set(columns.flatMap(({column}) => named(column)))]
}

/** BigQuery partitions by one time, and clusters by four columns. */
function bigqueryLayout(document: SchemaDocument, named: Named): Layout {
  const {partitioning, sortOrder, schema} = document
  const truncated = ({column, transform}: SchemaTerm) => {
    const type = schema.fields.find(({name}) => column.length === 1 && name === column[0])?.type
    const name = quotedPath(named(column), 'bigquery')
    const unit = transform.toUpperCase()
    if (type === 'date' && transform === 'day') return name
    if (type === 'date' && /^(month|year)$/.test(transform)) return `DATE_TRUNC(${name}, ${unit})`
    if (!/^(day|hour|month|year)$/.test(transform)) return undefined
    if (typeof type === 'string' && type.startsWith('timestamptz')) return `TIMESTAMP_TRUNC(${name}, ${unit})`
    return typeof type === 'string' && type.startsWith('timestamp') ? `DATETIME_TRUNC(${name}, ${unit})` : undefined
  }
  const first = partitioning.find((term) => truncated(term) !== undefined)
  const others = partitioning.filter((term) => term !== first)
  const clusters = clusterable([...others, ...sortOrder], document, named).slice(0, 4)
  const partitions = [
    ...(first ? [`PARTITION BY ${truncated(first)}`] : []),
    ...(clusters.length > 0 ? [`CLUSTER BY ${clusters.map((name) => quoted(name, 'bigquery')).join(', ')}`] : []),
  ].join('\n')
  return layout({said: [], lost: others}, {said: [], lost: sortOrder}, partitions, '')
}
