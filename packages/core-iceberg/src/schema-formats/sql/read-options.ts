import type {Cursor} from './cursor.js'

/** A list of keys and values between brackets: texts as they are, anything else as it is written. */
export function readPairs(cursor: Cursor): ReadonlyMap<string, string> {
  const pairs = cursor.list('(', (): readonly [string, string] | undefined => {
    if (cursor.is(')')) return undefined
    const key = cursor.peek().kind === 'text' ? cursor.text() : cursor.path().join('.')
    cursor.take('=')
    return [key, cursor.peek().kind === 'text' ? cursor.text() : cursor.until(',', ')')]
  })
  return new Map(pairs.filter((pair) => pair !== undefined))
}

/** What BigQuery's OPTIONS say that a column or a table is. */
export function readDescription(cursor: Cursor): string | undefined {
  cursor.expect('OPTIONS')
  return readPairs(cursor).get('description')
}
