import type {SchemaDocument, SchemaType} from '@phlo/core'
import {baseType, decimalType, fixedLength} from '@phlo/iceberg/schema'
import {type Column, columnsIn} from '../columns.js'
import {headLines} from '../loss-comments.js'
import type {Lose} from './file.js'
import {plainType} from './plain.js'
import {tsComment, tsString} from './text.js'

/** A schema of zod for the rows of a table, and their type. */
export function zodSchema(document: SchemaDocument, nameOf: (words: string) => string, lose: Lose): readonly string[] {
  const objectOf = (columns: readonly Column[], indent: string): string => {
    const properties = columns.map((column) => {
      const described = column.doc === undefined ? '' : `.describe(${tsString(column.doc)})`
      // Brackets, since `__proto__` alone would be something else than a property.
      return `${indent}  [${tsString(column.name)}]: ${nullable(column, `${indent}  `)}${described},\n`
    })
    return `z.strictObject({\n${properties.join('')}${indent}})`
  }
  const nullable = (column: Column, indent: string) => {
    const text = typeOf(column, column.type, indent)
    return column.required || text === 'z.null()' || text === 'z.unknown()' ? text : `${text}.nullable()`
  }
  const typeOf = (column: Column, type: SchemaType, indent: string): string => {
    if (typeof type === 'string') return primitive(type, column, lose)
    const inside = columnsIn(type, column.path)
    if (type.type === 'struct') return objectOf(inside, indent)
    const items = inside.map((inner) => nullable(inner, indent)).join(', ')
    return type.type === 'list' ? `z.array(${items})` : `z.map(${items})`
  }
  const own = nameOf(document.name.at(-1) ?? '')
  const about = [`Table ${document.name.join('.')}`, ...(document.doc === undefined ? [] : [document.doc])]
  const comment = tsComment(headLines(about, []))
  return [`${comment}export const ${own} = ${objectOf(columnsIn(document.schema), '')}`, `export type ${own} = z.infer<typeof ${own}>`]
}

function primitive(type: string, {path, required}: Column, lose: Lose): string {
  const decimal = decimalType(type)
  if (decimal) {
    const {precision, scale} = decimal
    return `z.string().regex(/^-?\\d{1,${Math.max(1, precision - scale)}}${scale > 0 ? `(\\.\\d{1,${scale}})?` : ''}$/)`
  }
  const length = fixedLength(type)
  if (length !== undefined) return `z.instanceof(Uint8Array).check(z.length(${length}))`
  const checked = CHECKED[baseType(type)]
  if (checked !== undefined) return checked
  const {text, lost} = plainType(type)
  if (lost !== undefined) lose(path, lost)
  if (text === 'unknown' && required) lose(path, 'it may be null, and is required')
  return text === 'Uint8Array' ? 'z.instanceof(Uint8Array)' : `z.${text}()`
}

// Local times are taken with a Z as well unless they have to end in a digit.
const CHECKED: Readonly<Record<string, string>> = {
  int: 'z.int32()',
  long: 'z.int64()',
  float: 'z.float32()',
  date: 'z.iso.date()',
  time: 'z.iso.time({precision: 6})',
  timestamp: 'z.iso.datetime({local: true, precision: 6}).regex(/\\d$/)',
  timestamptz: 'z.iso.datetime({offset: true, precision: 6})',
  timestamp_ns: 'z.iso.datetime({local: true, precision: 9}).regex(/\\d$/)',
  timestamptz_ns: 'z.iso.datetime({offset: true, precision: 9})',
  uuid: 'z.guid()',
}
