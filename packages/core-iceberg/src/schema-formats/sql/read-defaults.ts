import {isPhloError, type SchemaType} from '@phlo/core'
import {baseType, defaultFromText} from '@phlo/iceberg/schema'
import type {Cursor} from './cursor.js'

/** What ends the expression behind DEFAULT. */
const STOPS = [',', ')', 'NOT', 'NULL', 'COMMENT', 'OPTIONS', 'PRIMARY', 'UNIQUE', 'CHECK', 'REFERENCES', 'CONSTRAINT', 'COLLATE']

/** A default that is a plain value, as JSON of the specification; undefined for none. What is no plain value is told as `lost`. */
export function readDefault(cursor: Cursor, type: SchemaType): {readonly value?: unknown; readonly lost?: string} {
  if (cursor.take('NULL')) return {}
  const text = plainValue(cursor, type)
  const isCast = cursor.take('::')
  const behind = cursor.until(...STOPS)
  const rest = isCast ? '' : behind
  if (text === undefined || rest !== '') return {lost: `${text ?? ''}${rest}`}
  try {
    return {value: defaultFromText(type, typeof type === 'string' ? asJsonText(text, type) : text, 'of the file')}
  } catch (error) {
    if (!isPhloError(error)) throw error
    return {lost: text}
  }
}

/** A number, a truth value or a text, perhaps with the name of a type before it. */
function plainValue(cursor: Cursor, type: SchemaType): string | undefined {
  const isNegative = cursor.is('-') && cursor.peek(1).kind === 'number'
  if (isNegative) cursor.next()
  const {kind, text} = cursor.peek()
  if (kind === 'number') return `${isNegative ? '-' : ''}${cursor.next().text}`
  if (cursor.is('TRUE') || cursor.is('FALSE')) return cursor.next().text.toLowerCase()
  if (
    kind === 'word' &&
    /^(DATE|TIME\w*|DATETIME|UUID|DECIMAL|NUMERIC|BIGNUMERIC|BYTEA|BLOB)$/i.test(text) &&
    cursor.peek(1).kind === 'text'
  ) {
    cursor.next()
    return bytesText(cursor, type)
  }
  return kind === 'text' ? bytesText(cursor, type) : undefined
}

/** The hexadecimal digits of bytes, however they are written; any other text as it is. */
function bytesText(cursor: Cursor, type: SchemaType): string {
  const {text, prefix} = cursor.next()
  if (typeof type !== 'string' || !/^(binary|fixed)/.test(type) || prefix === 'X') return text
  if (prefix?.includes('B')) return Buffer.from(text, 'latin1').toString('hex')
  return text.replaceAll('\\x', '')
}

/** SQL has a blank between date and time, capital letters in UUIDs, and hours alone in zones. */
function asJsonText(text: string, type: string): string {
  const base = baseType(type)
  if (base === 'uuid' || base === 'binary' || base === 'fixed') return text.toLowerCase()
  if (!base.startsWith('timestamp')) return text
  const iso = text.replace(' ', 'T').replace(/ ?(?:Z|UTC)$/, '+00:00')
  return iso.replace(/([+-]\d\d)$/, '$1:00')
}
