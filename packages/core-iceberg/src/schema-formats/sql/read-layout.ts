import type {ColumnPath, SchemaSortTerm, SchemaTerm} from '@phlo/core'
import type {Cursor} from './cursor.js'

/** A column, or a transform of one, in the words of Spark and Trino: `days(at)`, `bucket(16, id)`, `truncate(name, 4)`. */
export function readTerm(cursor: Cursor): SchemaTerm {
  if (cursor.peek().kind !== 'word' || cursor.peek(1).text !== '(') return {column: cursor.path(), transform: 'identity'}
  const word = cursor.name().toLowerCase()
  let width: string | undefined
  let column: ColumnPath = []
  cursor.list('(', () => {
    if (cursor.peek().kind === 'number') width = cursor.next().text
    else column = cursor.path()
  })
  const kind = word.replace(/^(year|month|day|hour)s$/, '$1')
  return {column, transform: width === undefined ? kind : `${kind}[${width}]`}
}

/** A term with its direction and where its nulls are: first when ascending, unless it says otherwise. */
export function readSortTerm(cursor: Cursor): SchemaSortTerm {
  const term = readTerm(cursor)
  const direction = cursor.take('DESC') ? 'desc' : 'asc'
  if (direction === 'asc') cursor.take('ASC')
  const nulls = cursor.take('NULLS', 'FIRST') ? 'first' : cursor.take('NULLS', 'LAST') ? 'last' : direction === 'asc' ? 'first' : 'last'
  return {...term, direction, nulls}
}

/** What BigQuery partitions by: a column, or the beginning of the time that it holds. Undefined for ranges of numbers. */
export function readTruncated(cursor: Cursor): SchemaTerm | undefined {
  const [{text: word}, isCall] = [cursor.peek(), cursor.peek(1).text === '(']
  if (isCall && !/^(DATE|\w+_TRUNC)$/i.test(word)) return undefined
  if (!isCall) return {column: [cursor.name()], transform: 'day'}
  cursor.next()
  cursor.expect('(')
  const column = [cursor.name()]
  const transform = cursor.take(',') ? cursor.name().toLowerCase() : 'day'
  cursor.expect(')')
  return {column, transform}
}
