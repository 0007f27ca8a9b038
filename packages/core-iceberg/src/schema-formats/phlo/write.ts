import type {SchemaDocument, SchemaField, SchemaType} from '@phlo/core'
import {stringifyJson} from '@phlo/iceberg'
import {formatColumnPath} from '@phlo/iceberg/schema'
import {sortTermText, termText} from '../../schema/layout-differences.js'
import {identifierPaths} from '../columns.js'
import {plainValue} from '../yaml.js'
import type {Declaration, DeclaredColumn, DeclaredPart, DeclaredType} from './declaration.js'

/** The declaration of a table as it is, with the ids of its columns. */
export function writeDeclaration(document: SchemaDocument): Declaration {
  const {name, doc, schema, partitioning, sortOrder, properties} = document
  const identifier = identifierPaths(schema)
  return {
    table: name.some((part) => part.includes('.')) ? name : name.join('.'),
    ...(doc !== undefined && {comment: doc}),
    columns: schema.fields.map(column),
    ...(identifier.length > 0 && {identifier: identifier.map(formatColumnPath)}),
    ...(partitioning.length > 0 && {'partition-by': partitioning.map(termText)}),
    ...(sortOrder.length > 0 && {'sort-by': sortOrder.map(sortTermText)}),
    ...(Object.keys(properties).length > 0 && {properties}),
  }
}

function column({name, type, required, doc, id, ...rest}: SchemaField): DeclaredColumn {
  const [initial, write] = [rest['initial-default'], rest['write-default']]
  return {
    name,
    type: declared(type),
    ...(required && {required}),
    ...(doc !== undefined && {comment: doc}),
    ...(write !== undefined && {default: plainValue(write)}),
    ...(stringifyJson(initial ?? null) !== stringifyJson(write ?? null) && {'initial-default': plainValue(initial ?? null)}),
    id,
  }
}

function declared(type: SchemaType): DeclaredType {
  if (typeof type === 'string') return type
  if (type.type === 'struct') return {struct: type.fields.map(column)}
  if (type.type === 'list') return {list: part(type.element, type['element-required'], type['element-id'])}
  return {map: {key: part(type.key, false, type['key-id']), value: part(type.value, type['value-required'], type['value-id'])}}
}

const part = (type: SchemaType, required: boolean, id: number): DeclaredPart => ({type: declared(type), ...(required && {required}), id})
