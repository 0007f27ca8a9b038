import {type ColumnPath, nearest, type SchemaField, type SchemaLoss, type SchemaType} from '@phlo/core'
import {NO_ID} from '../numbered.js'
import {notReadable} from '../unreadable.js'
import type {Cursor} from './cursor.js'
import type {Dialect} from './dialects.js'
import {readDescription} from './read-options.js'
import {typeOfWord, typeWords} from './type-words.js'

/** What reading a file keeps in mind. */
export interface Reading {
  readonly cursor: Cursor
  readonly source: string
  readonly dialect: Dialect
  /** Types that the file has declared, by their names. */
  readonly declared: Map<string, SchemaType>
  losses: SchemaLoss[]
}

/** The type that comes next. */
export function readType(reading: Reading, path: ColumnPath): SchemaType {
  const {cursor, dialect} = reading
  let type = single(reading, path)
  for (;;) {
    if (cursor.take('[')) {
      if (cursor.peek().kind === 'number') cursor.next()
      cursor.expect(']')
    } else if (dialect !== 'postgres' || !cursor.take('ARRAY')) return type
    type = list(type, false)
    // Losses were told of what has become an element.
  }
}

const list = (element: SchemaType, required: boolean): SchemaType => ({
  type: 'list',
  'element-id': NO_ID,
  element,
  'element-required': required,
})

function single(reading: Reading, path: ColumnPath): SchemaType {
  const {cursor} = reading
  const {kind} = cursor.peek()
  if (kind === 'name' || cursor.peek(1).text === '.') return declaredType(reading, path)
  if (kind !== 'word') throw cursor.fail('a type')
  const word = cursor.peek().text.toUpperCase()
  const open = cursor.peek(1).text
  if (open === '<' || open === '(') {
    if (word === 'ARRAY' || word === 'LIST') return arrayOf(reading, path, open)
    if (word === 'MAP') return mapOf(reading, path, open)
    if (word === 'STRUCT' || word === 'ROW' || word === 'OBJECT') {
      cursor.next()
      return {type: 'struct', fields: cursor.list(open, () => readField(reading, path))}
    }
  }
  return primitive(reading, path)
}

function arrayOf(reading: Reading, path: ColumnPath, open: string): SchemaType {
  reading.cursor.next()
  const [element] = reading.cursor.list(open, () => part(reading, [...path, 'element']))
  return list(element?.type ?? 'unknown', element?.required ?? false)
}

function mapOf(reading: Reading, path: ColumnPath, open: string): SchemaType {
  const {cursor} = reading
  cursor.next()
  cursor.expect(open)
  const {type: key} = part(reading, [...path, 'key'])
  cursor.expect(',')
  const {type: value, required} = part(reading, [...path, 'value'])
  cursor.expect(open === '<' ? '>' : ')')
  return {type: 'map', 'key-id': NO_ID, key, 'value-id': NO_ID, value, 'value-required': required}
}

function part(reading: Reading, path: ColumnPath): {readonly type: SchemaType; readonly required: boolean} {
  const type = readType(reading, path)
  return {type, required: reading.cursor.take('NOT', 'NULL')}
}

/** A field of a struct, with what comes behind its type. */
export function readField(reading: Reading, path: ColumnPath): SchemaField {
  const {cursor} = reading
  const name = cursor.name()
  cursor.take(':')
  const type = readType(reading, [...path, name])
  let [required, doc] = [false, undefined as string | undefined]
  for (;;) {
    if (cursor.take('NOT', 'NULL')) required = true
    else if (cursor.take('COMMENT')) doc = cursor.text()
    else if (cursor.is('OPTIONS', '(')) doc = readDescription(cursor) ?? doc
    else return {id: NO_ID, name, type, required, ...(doc !== undefined && {doc})}
  }
}

function declaredType({cursor, declared, source}: Reading, path: ColumnPath): SchemaType {
  const {line} = cursor.peek()
  const name = cursor.path()
  const found = declared.get(name.join('.')) ?? declared.get(name.at(-1) ?? '')
  if (found !== undefined) return found
  throw notReadable(source, `line ${line}: column ${path.join('.')} has type ${name.join('.')}, which the file does not declare`)
}

function primitive(reading: Reading, path: ColumnPath): SchemaType {
  const {cursor, dialect, source, declared, losses} = reading
  const {line, text} = cursor.next()
  const word = text.toUpperCase()
  if (word === 'DOUBLE') cursor.take('PRECISION')
  const isVarying = cursor.take('VARYING')
  const numbers: number[] = []
  if (cursor.is('(') && cursor.peek(1).kind === 'number') numbers.push(...cursor.list('(', () => Number(cursor.next().text)))
  else if (cursor.is('(')) cursor.list('(', () => cursor.until(',', ')'))
  const zone = cursor.take('WITH', 'TIME', 'ZONE') || cursor.take('WITH', 'LOCAL', 'TIME', 'ZONE') ? 'with' : undefined
  const found = typeOfWord(
    isVarying ? 'VARCHAR' : word,
    numbers,
    zone ?? (cursor.take('WITHOUT', 'TIME', 'ZONE') ? 'without' : undefined),
    dialect,
  )
  if (!found) {
    const type = declared.get(text)
    if (type !== undefined) return type
    const meant = nearest(word, typeWords(dialect))
    const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`
    throw notReadable(source, `line ${line}: column ${path.join('.')} has type ${text}, which ${dialect} does not have${hint}`)
  }
  if (found.isNearest)
    losses.push({column: path, what: `${word}${numbers.length > 0 ? `(${numbers.join(',')})` : ''} became ${found.type}`})
  return found.type
}
