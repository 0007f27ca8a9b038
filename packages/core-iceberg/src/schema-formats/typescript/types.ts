import type {SchemaDocument, SchemaType} from '@phlo/core'
import {type Column, columnsIn} from '../columns.js'
import {headLines} from '../loss-comments.js'
import type {Lose} from './file.js'
import {plainType} from './plain.js'
import {tsComment, tsProperty} from './text.js'

/** Interfaces of a table and of every struct in it, those that others refer to first; the table's is the last. */
export function interfaces(document: SchemaDocument, nameOf: (words: string) => string, lose: Lose): readonly string[] {
  const statements: string[] = []
  const define = (name: string, columns: readonly Column[], about: readonly string[]) => {
    const properties = columns.map((column) => {
      const comment = column.doc === undefined ? '' : tsComment(headLines([column.doc], []), '  ')
      return `${comment}  readonly ${tsProperty(column.name)}: ${nullable(column, name)}\n`
    })
    statements.push(`${tsComment(about)}export interface ${name} {\n${properties.join('')}}`)
    return name
  }
  const nullable = (column: Column, owner: string) => {
    const text = typeOf(column, column.type, owner)
    return column.required || text === 'null' || text === 'unknown' ? text : `${text} | null`
  }
  const typeOf = (column: Column, type: SchemaType, owner: string): string => {
    if (typeof type === 'string') {
      const {text, lost} = plainType(type)
      if (lost !== undefined) lose(column.path, lost)
      // What may be anything may be null.
      if (text === 'unknown' && column.required) lose(column.path, 'it may be null, and is required')
      return text
    }
    const inside = columnsIn(type, column.path)
    const words = `${owner}_${column.name}`
    if (type.type === 'struct') return define(nameOf(words), inside, [`In ${owner}.`])
    const [first = '', second = ''] = inside.map((inner) => nullable(inner, words))
    if (type.type === 'map') return `ReadonlyMap<${first}, ${second}>`
    return `ReadonlyArray<${first}>`
  }
  const own = nameOf(document.name.at(-1) ?? '')
  define(
    own,
    columnsIn(document.schema),
    headLines([`Table ${document.name.join('.')}`, ...(document.doc === undefined ? [] : [document.doc])], []),
  )
  return statements
}
