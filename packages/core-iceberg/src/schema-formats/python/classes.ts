import type {SchemaType} from '@phlo/core'
import {baseType} from '@phlo/iceberg/schema'
import {type Column, columnsIn} from '../columns.js'
import type {Lose, PythonLibrary, PythonTable} from './file.js'
import {classes} from './names.js'

export interface AnnotatedColumn {
  readonly column: Column
  readonly annotation: string
}

export interface ClassWriter {
  /** The annotation of a value that is not null. */
  primitive(type: string, column: Column, lose: Lose): string
  /** The whole class. Names of classes are not for fields, whose annotations they would hide. */
  define(name: string, fields: readonly AnnotatedColumn[], taken: readonly string[], lose: Lose): string
}

/** Classes of tables and of every struct in them; those that others refer to come first. */
export function classTables({primitive, define}: ClassWriter): ReturnType<PythonLibrary['tables']> {
  const name = classes()
  const taken: string[] = []
  const nameOf = (words: string) => {
    const own = name(words)
    taken.push(own)
    return own
  }
  return (document, lose): PythonTable => {
    const statements: string[] = []
    const own = nameOf(document.name.at(-1) ?? '')
    const classOf = (words: string, columns: readonly Column[]) => {
      const fields = columns.map((column) => ({column, annotation: nullable(column, words)}))
      statements.push(define(words, fields, taken, lose))
      return words
    }
    const nullable = (column: Column, owner: string) =>
      `${typeOf(column, column.type, owner)}${column.required ? '' : ' | None'}`.replace(/^None \| None$/, 'None')
    const typeOf = (column: Column, type: SchemaType, owner: string): string => {
      if (typeof type === 'string') return primitive(type, column, lose)
      const inside = columnsIn(type, column.path)
      if (type.type === 'struct') return classOf(nameOf(`${owner}_${column.name}`), inside)
      const [first, second] = inside.map((inner) => nullable(inner, `${owner}_${column.name}`))
      return type.type === 'list' ? `list[${first}]` : `dict[${first}, ${second}]`
    }
    classOf(own, columnsIn(document.schema))
    return {name: own, statements}
  }
}

/** The types of Python that values have, and a word on what they have not of the column's type. */
export function plainType(type: string): {readonly annotation: string; readonly lost?: string} {
  switch (baseType(type)) {
    case 'boolean':
      return {annotation: 'bool'}
    case 'int':
      return {annotation: 'int', lost: 'int became an int of Python, which has any number of bits'}
    case 'long':
      return {annotation: 'int'}
    case 'float':
      return {annotation: 'float', lost: 'float became a float of Python, which has 64 bits'}
    case 'double':
      return {annotation: 'float'}
    case 'decimal':
      return {annotation: 'decimal.Decimal', lost: `${type} became Decimal of any precision and scale`}
    case 'date':
      return {annotation: 'datetime.date'}
    case 'time':
      return {annotation: 'datetime.time'}
    case 'timestamp':
      return {annotation: 'datetime.datetime'}
    case 'timestamptz':
      return {annotation: 'datetime.datetime', lost: 'timestamptz became datetime, which has a zone or none'}
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return {annotation: 'datetime.datetime', lost: `${type} became datetime, which has microseconds`}
    case 'string':
      return {annotation: 'str'}
    case 'uuid':
      return {annotation: 'uuid.UUID'}
    case 'fixed':
      return {annotation: 'bytes', lost: `${type} became bytes of any length`}
    case 'binary':
      return {annotation: 'bytes'}
    case 'variant':
      return {annotation: 'typing.Any', lost: 'variant became Any'}
    case 'unknown':
      return {annotation: 'None'}
    default:
      return {annotation: 'bytes', lost: `${type} became bytes, which hold its well-known binary form`}
  }
}
