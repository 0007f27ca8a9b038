import type {ColumnPath, SchemaDocument, SchemaLoss, SchemaMap, SchemaType} from '@phlo/core'
import {baseType} from '@phlo/iceberg/schema'
import {type Column, columnsIn} from '../columns.js'
import {headLines} from '../loss-comments.js'
import {tableLosses} from '../table-losses.js'
import {fieldNames, fieldNumbers, messageNames} from './names.js'

/** Types of Protocol Buffers that have the same values. */
const EXACT: Readonly<Record<string, string>> = {
  ...{boolean: 'bool', int: 'int32', long: 'int64', float: 'float', double: 'double', string: 'string', binary: 'bytes'},
}

/** Types that keys of maps may have. */
const KEYS = ['boolean', 'int', 'long', 'string']

/** Files of proto3 with a message for each table and each struct. Fields are `optional` that are not required. */
export function protoFile(documents: readonly SchemaDocument[]): {readonly content: string; readonly losses: readonly SchemaLoss[]} {
  const losses: SchemaLoss[] = documents.flatMap((document) => tableLosses(document, 'proto3', ['doc']))
  const nameOf = messageNames()
  const messages = documents.flatMap((document) => messagesOf(document, nameOf, losses))
  const about = documents.map(({name}) => `Table ${name.join('.')}`)
  const head = comment(headLines(about, losses))
  return {content: `${[`syntax = "proto3";\n\n${head.trimEnd()}`, ...messages].join('\n\n')}\n`, losses}
}

const comment = (lines: readonly string[], indent = '') => lines.map((line) => `${indent}//${line === '' ? '' : ` ${line}`}\n`).join('')

function messagesOf({name, doc, schema}: SchemaDocument, nameOf: (words: string) => string, losses: SchemaLoss[]): readonly string[] {
  const messages: string[] = []
  const lose = (column: ColumnPath, what: string) => void losses.push({column, what})
  const define = (own: string, columns: readonly Column[], about?: string) => {
    const names = fieldNames(columns.map((column) => column.name))
    const numbers = fieldNumbers(columns.map(({id}) => id))
    const fields = columns.map((column, index) => fieldOf(column, names[index] ?? '', numbers[index] ?? 0, own))
    messages.push(`${about === undefined ? '' : comment(headLines([about], []))}message ${own} {\n${fields.join('')}}`)
    return own
  }
  const fieldOf = (column: Column, own: string, number: number, owner: string) => {
    const {id, doc: about, path} = column
    if (number !== id) lose(path, `the id ${id} became the number ${number}, since Protocol Buffers keep it to themselves`)
    for (const key of ['initial-default', 'write-default'] as const) {
      if (column[key] !== undefined && column[key] !== null) lose(path, `the ${key} is lost, since proto3 has none`)
    }
    if (about !== undefined && !isPlain(about)) lose(path, 'the doc became a comment, of which lines and spaces may change')
    const before = about === undefined ? '' : comment(headLines([about], []), '  ')
    return `${before}  ${typeOf(column, `${owner} ${column.name}`)} ${own} = ${number} [json_name = ${protoString(column.name)}];\n`
  }
  /** The type with its label. */
  const typeOf = (column: Column, words: string): string => {
    const {type, path, required} = column
    if (typeof type !== 'string' && type.type !== 'struct') {
      if (!required) lose(path, `it is required, since a ${type.type} that is empty is all that a null ${type.type} can be`)
      return repeated(type, path, words)
    }
    return `${required ? '' : 'optional '}${single(type, path, words)}`
  }
  const repeated = (type: Exclude<SchemaType, string | {type: 'struct'}>, path: ColumnPath, words: string): string => {
    const inside = columnsIn(type, path)
    for (const column of inside) {
      if (!column.required) lose(column.path, `it is required, since nothing in a ${type.type} can be null`)
    }
    const [first, second] = inside as [Column, Column]
    if (type.type === 'list') return `repeated ${single(first.type, first.path, words)}`
    if (!KEYS.includes(baseType(String(type.key)))) return `repeated ${entry(type, path, words)}`
    return `map<${EXACT[String(type.key)]}, ${single(second.type, second.path, words)}>`
  }
  const entry = (type: SchemaMap, path: ColumnPath, words: string) => {
    lose(path, 'map became a list of entries, since its keys cannot be keys of Protocol Buffers')
    const columns = columnsIn(type, path).map((column) => ({...column, required: true}))
    return define(nameOf(`${words} entry`), columns)
  }
  /** The type of a value that is there. */
  const single = (type: SchemaType, path: ColumnPath, words: string): string => {
    if (typeof type === 'string') return scalar(type, path, lose)
    if (type.type === 'struct') return define(nameOf(words), columnsIn(type, path))
    lose(path, `${type.type} became a message with a ${type.type} in it`)
    const own = nameOf(words)
    const inner = repeated(type, path, own)
    messages.push(`message ${own} {\n  ${inner} items = 1;\n}`)
    return own
  }
  if (doc !== undefined && !isPlain(doc)) losses.push({what: 'the doc of the table became a comment, of which lines and spaces may change'})
  const own = nameOf(name.at(-1) ?? '')
  if (own !== name.at(-1)) losses.push({what: `the name ${JSON.stringify(name.join('.'))} became the message ${own}`})
  define(own, columnsIn(schema), doc)
  return messages
}

const isPlain = (text: string) => /^[\p{L}\p{N}](?:[\p{L}\p{N} ,'-]*[\p{L}\p{N}])?$/u.test(text) && !text.includes('  ')

/** A string of proto, whose escapes of letters beyond ASCII are those of JSON. */
const protoString = (text: string) => JSON.stringify(text)

function scalar(type: string, path: ColumnPath, lose: (column: ColumnPath, what: string) => void): string {
  const base = baseType(type)
  const exact = EXACT[base]
  if (exact !== undefined) return exact
  const [nearest, why] = NEAREST[base] ?? ['bytes', 'which hold its well-known binary form']
  lose(path, `${type} became ${nearest}, ${why}`)
  return nearest
}

const ISO = ['string', 'as ISO 8601 has it'] as const
const NEAREST: Readonly<Record<string, readonly [string, string]>> = {
  date: ISO,
  time: ISO,
  timestamp: ISO,
  timestamptz: ISO,
  timestamp_ns: ISO,
  timestamptz_ns: ISO,
  decimal: ['string', 'with its digits'],
  uuid: ['string', 'with hyphens'],
  fixed: ['bytes', 'of any length'],
  variant: ['bytes', 'its metadata and its value one after the other'],
  unknown: ['bytes', 'which are always empty'],
}
