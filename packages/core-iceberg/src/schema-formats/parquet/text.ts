import type {ParquetElement} from '@phlo/iceberg/schema'
import {notReadable} from '../unreadable.js'

type Logical = NonNullable<ParquetElement['logical_type']>

const PHYSICAL: Readonly<Record<string, ParquetElement['type']>> = {
  ...{boolean: 'BOOLEAN', int32: 'INT32', int64: 'INT64', int96: 'INT96', float: 'FLOAT', double: 'DOUBLE'},
  ...{binary: 'BYTE_ARRAY', fixed_len_byte_array: 'FIXED_LEN_BYTE_ARRAY'},
}
const WORDS = new Map(Object.entries(PHYSICAL).map(([word, type]) => [type, word]))

/** A schema in the words of Parquet's tools: `message orders { required int64 id = 1; }`. */
export function messageText(elements: readonly ParquetElement[], name: string): string {
  let at = 1
  const lines = (count: number, indent: string): string =>
    Array.from({length: count}, () => {
      const element = elements[at++] as ParquetElement
      const id = element.field_id === undefined ? '' : ` = ${element.field_id}`
      const annotation = element.logical_type ? ` (${annotationText(element.logical_type)})` : ''
      const start = `${indent}${element.repetition_type?.toLowerCase()} `
      if (element.num_children === undefined) {
        const length = element.type === 'FIXED_LEN_BYTE_ARRAY' ? `(${element.type_length})` : ''
        return `${start}${WORDS.get(element.type)}${length} ${element.name}${annotation}${id};\n`
      }
      return `${start}group ${element.name}${annotation}${id} {\n${lines(element.num_children, `${indent}  `)}${indent}}\n`
    }).join('')
  return `message ${name} {\n${lines(elements[0]?.num_children ?? 0, '  ')}}\n`
}

function annotationText(logical: Logical): string {
  switch (logical.type) {
    case 'DECIMAL':
      return `DECIMAL(${logical.precision},${logical.scale})`
    case 'TIME':
    case 'TIMESTAMP':
      return `${logical.type}(${logical.unit},${logical.isAdjustedToUTC})`
    case 'GEOMETRY':
      return `GEOMETRY(${logical.crs ?? 'OGC:CRS84'})`
    case 'GEOGRAPHY':
      return `GEOGRAPHY(${logical.crs ?? 'OGC:CRS84'},${logical.algorithm ?? 'SPHERICAL'})`
    case 'VARIANT':
      return 'VARIANT(1)'
    case 'NULL':
      return 'UNKNOWN'
    default:
      return logical.type
  }
}

/**
 * The elements of such a schema, from the root on.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` with the line
 */
export function parseMessage(text: string, source: string): {readonly name: string; readonly elements: readonly ParquetElement[]} {
  const tokens = [...text.matchAll(/[^\s,;{}()=]+|[,;{}()=]/g)]
  let at = 0
  const fail = (expected: string): never => {
    const token = tokens[at]
    const line = text.slice(0, token?.index ?? text.length).split('\n').length
    throw notReadable(source, `expected ${expected} at line ${line}${token ? `, not ${JSON.stringify(token[0])}` : ', where it ends'}`)
  }
  const peek = () => tokens[at]?.[0]
  const accept = (token: string) => peek()?.toLowerCase() === token && at++ >= 0
  const expect = (token: string) => accept(token) || fail(JSON.stringify(token))
  const word = (what: string): string => (/^[^,;{}()=]/.test(peek() ?? '') ? (tokens[at++]?.[0] ?? '') : fail(what))
  const whole = (what: string): number => (/^\d{1,10}$/.test(peek() ?? '') ? Number(tokens[at++]?.[0]) : fail(what))
  const annotation = (): Partial<ParquetElement> => {
    if (!accept('(')) return {}
    const name = word('an annotation').toUpperCase()
    const parameters: string[] = []
    if (accept('(')) {
      while (!accept(')')) {
        if (parameters.length > 0) expect(',')
        parameters.push(word('a parameter'))
      }
    }
    expect(')')
    return annotated(name, parameters)
  }
  const elements: ParquetElement[] = []
  const members = (): number => {
    let count = 0
    expect('{')
    while (!accept('}')) {
      count++
      const repetition = peek()?.toUpperCase()
      if (repetition !== 'REQUIRED' && repetition !== 'OPTIONAL' && repetition !== 'REPEATED') fail('required, optional or repeated')
      at++
      const index = elements.length
      elements.push({name: ''})
      const kind = word('a type').toLowerCase()
      const type = PHYSICAL[kind]
      if (!type && kind !== 'group') {
        at--
        fail('a type of Parquet')
      }
      const length = kind === 'fixed_len_byte_array' && expect('(') ? whole('a length') : undefined
      if (length !== undefined) expect(')')
      const own = {name: word('a name'), repetition_type: repetition as 'REQUIRED', ...annotation()}
      const id = accept('=') ? {field_id: whole('an id')} : {}
      if (type) {
        elements[index] = {...own, ...id, type, ...(length !== undefined && {type_length: length})}
        expect(';')
      } else elements[index] = {...own, ...id, num_children: members()}
    }
    return count
  }
  if (!accept('message')) fail('"message"')
  const name = word('a name')
  elements.push({name})
  elements[0] = {name, num_children: members()}
  if (at < tokens.length) fail('the end')
  return {name, elements}
}

/** What an annotation says, in its new or its old words. */
function annotated(name: string, [first, second]: readonly string[]): Partial<ParquetElement> {
  switch (name) {
    case 'DECIMAL': {
      const decimal = {precision: Number(first), scale: Number(second ?? 0)}
      return {...decimal, converted_type: 'DECIMAL', logical_type: {type: 'DECIMAL', ...decimal}}
    }
    case 'TIME':
    case 'TIMESTAMP':
      return {logical_type: {type: name, unit: first as 'MICROS', isAdjustedToUTC: second === 'true'}}
    case 'GEOMETRY':
      return {logical_type: {type: name, ...(first !== undefined && {crs: first})}}
    case 'GEOGRAPHY':
      return {
        logical_type: {type: name, ...(first !== undefined && {crs: first}), ...(second !== undefined && {algorithm: second as 'KARNEY'})},
      }
    case 'VARIANT':
      return {logical_type: {type: name}}
    case 'UNKNOWN':
      return {logical_type: {type: 'NULL'}}
    case 'STRING':
    case 'LIST':
    case 'MAP':
    case 'DATE':
    case 'UUID':
    case 'ENUM':
    case 'JSON':
      return {logical_type: {type: name}}
    default:
      return {converted_type: name as 'UTF8'}
  }
}
