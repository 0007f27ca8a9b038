import {nearest, usage} from '@phlo/core'
import {decimalType, isPrimitiveType, SIMPLE_TYPES} from './primitive-types.js'
import {isList, isMap, isStruct} from './schema.js'
import type {StructField, Type} from './types.js'

/** The type in one line, in the words that `parseType` reads: `struct<street: string, zip: int not null>`. */
export function formatType(type: Type): string {
  if (isStruct(type))
    return `struct<${type.fields.map((field) => `${fieldName(field.name)}: ${suffixed(field.type, field.required)}`).join(', ')}>`
  if (isList(type)) return `list<${suffixed(type.element, type['element-required'])}>`
  if (isMap(type)) return `map<${formatType(type.key)}, ${suffixed(type.value, type['value-required'])}>`
  return type
}

const suffixed = (type: Type, required: boolean) => `${formatType(type)}${required ? ' not null' : ''}`
const fieldName = (name: string) => (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : `\`${name.replaceAll('`', '``')}\``)

const TYPES =
  'types are boolean, int, long, float, double, decimal(9,2), date, time, timestamp, timestamptz, timestamp_ns, timestamptz_ns, string, uuid, fixed[16], binary, variant, geometry, geography, unknown, list<…>, map<…, …>, struct<name: type, …>'

/** What other languages call types. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  array: 'list<…>',
  bigint: 'long',
  bool: 'boolean',
  bytes: 'binary',
  bytea: 'binary',
  char: 'string',
  datetime: 'timestamp',
  float4: 'float',
  float8: 'double',
  int2: 'int',
  int4: 'int',
  int8: 'long',
  integer: 'int',
  json: 'variant',
  numeric: 'decimal(9,2)',
  number: 'decimal(9,2)',
  real: 'float',
  row: 'struct<…>',
  smallint: 'int',
  text: 'string',
  timestamp_ntz: 'timestamp',
  timestamp_ltz: 'timestamptz',
  tinyint: 'int',
  varchar: 'string',
}

const NAMES = [...SIMPLE_TYPES, 'decimal(9,2)', 'fixed[16]', 'list<…>', 'map<…, …>', 'struct<…>']

/** The type that somebody who wrote `word` most likely meant. */
function typeMeant(word: string): string | undefined {
  const name = /^\w+/.exec(word.toLowerCase())?.[0] ?? ''
  const bare = (type: string) => /^\w+/.exec(type)?.[0] ?? type
  return OTHER_NAMES[name] ?? NAMES.find((type) => bare(type) === name || bare(type) === nearest(name, NAMES.map(bare)))
}

/**
 * Reads a type: one of the specification's strings (`long`, `decimal(9,2)`, `fixed[16]`), `list<…>`, `map<…, …>` or
 * `struct<name: type, …>`, with `not null` after a type that is required and backquotes around odd names. Ids are numbered
 * from 1 on; creating a table or adding the column gives it the ones that it keeps.
 *
 * @throws PhloError `INVALID_TYPE` saying what was expected where
 */
export function parseType(text: string): Type {
  const {type, end} = parseTypePrefix(text)
  if (text.slice(end).trim() === '') return type
  throw invalidType(text, end + /\s*/.exec(text.slice(end))![0].length, 'the end')
}

const invalidType = (text: string, at: number, expected: string, meant?: string) =>
  usage('INVALID_TYPE', `${JSON.stringify(text)} is not a type: expected ${expected} at character ${at + 1}.`, [
    ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
    TYPES,
  ])

/**
 * Reads the type that a text begins with.
 *
 * @returns where it ends, in UTF-16 code units
 * @throws PhloError `INVALID_TYPE`
 */
export function parseTypePrefix(text: string): {readonly type: Type; readonly end: number} {
  let at = 0
  let nextId = 1
  const fail = (expected: string): never => {
    throw invalidType(text, at, expected, expected === 'a type' ? typeMeant(/^[^\s<>,]*/.exec(text.slice(at))?.[0] ?? '') : undefined)
  }
  const space = () => {
    while (/\s/.test(text[at] ?? '')) at++
  }
  const accept = (token: string) => {
    space()
    if (!text.startsWith(token, at)) return false
    at += token.length
    return true
  }
  const expect = (token: string) => accept(token) || fail(JSON.stringify(token))
  const match = (pattern: RegExp): string | undefined => {
    space()
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    at += found?.length ?? 0
    return found
  }
  const notNull = () => match(/not\s+null\b/iy) !== undefined
  const nested = () => ({id: nextId++, type: type(), required: notNull()})
  const structFields = (): StructField[] => {
    const fields: StructField[] = []
    expect('<')
    while (!accept('>')) {
      if (fields.length > 0) expect(',')
      const name = match(/`(?:[^`]|``)+`|[^\s:,<>`]+/y) ?? fail('a field name')
      expect(':')
      const {id, type: fieldType, required} = nested()
      fields.push({id, name: name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name, required, type: fieldType})
    }
    return fields
  }
  const type = (): Type => {
    if (match(/struct(?=\s*<)/y)) return {type: 'struct', fields: structFields()}
    if (match(/(?:list|array)(?=\s*<)/y)) {
      expect('<')
      const element = nested()
      expect('>')
      return {type: 'list', 'element-id': element.id, element: element.type, 'element-required': element.required}
    }
    if (match(/map(?=\s*<)/y)) {
      expect('<')
      const key = {id: nextId++, type: type()}
      expect(',')
      const value = nested()
      expect('>')
      return {type: 'map', 'key-id': key.id, key: key.type, 'value-id': value.id, value: value.type, 'value-required': value.required}
    }
    const start = at
    const name = match(/[a-z_]+(?:\([^)]*\)|\[[^\]]*\])?/y)
    if (name !== undefined && isPrimitiveType(name)) return canonical(name)
    at = start
    return fail('a type')
  }
  return {type: type(), end: at}
}

function canonical(name: string): string {
  const decimal = decimalType(name)
  return decimal ? `decimal(${decimal.precision},${decimal.scale})` : name.replace(/^fixed\[\s*(\d+)\s*\]$/, 'fixed[$1]')
}

/** True when a column of type `from` may become one of type `to` (spec, "Schema Evolution", valid type promotions). */
export function canPromote(from: Type, to: Type, formatVersion: number): boolean {
  if (typeof from !== 'string' || typeof to !== 'string') return from === 'unknown' && formatVersion >= 3
  if (from === to) return true
  if (from === 'unknown') return formatVersion >= 3
  if (from === 'int') return to === 'long'
  if (from === 'float') return to === 'double'
  if (from === 'date') return formatVersion >= 3 && (to === 'timestamp' || to === 'timestamp_ns')
  const [before, after] = [decimalType(from), decimalType(to)]
  return before !== undefined && after !== undefined && before.scale === after.scale && before.precision <= after.precision
}
