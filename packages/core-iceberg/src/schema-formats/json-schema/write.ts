import type {SchemaDocument, SchemaLoss, SchemaType} from '@phlo/core'
import {type Column, columnsIn, identifierPaths} from '../columns.js'
import {tableLosses} from '../table-losses.js'
import {defaultToJson, FIELD_ID, type JsonSchema, scalar, TYPE} from './scalars.js'

export const DRAFT = 'https://json-schema.org/draft/2020-12/schema'

/** The schema of a row as JSON. What is not required may be left out, or be null. */
export function jsonSchema(document: SchemaDocument): {readonly schema: JsonSchema; readonly losses: readonly SchemaLoss[]} {
  const {name, doc, schema} = document
  const identifier = identifierPaths(schema)
  return {
    schema: {
      $schema: DRAFT,
      title: name.join('.'),
      'x-table-name': name,
      ...(doc !== undefined && {description: doc}),
      ...(identifier.length > 0 && {'x-identifier-fields': identifier}),
      ...objectOf(columnsIn(schema)),
    },
    losses: tableLosses(document, 'JSON Schema', ['doc', 'identifier']),
  }
}

function objectOf(columns: readonly Column[]): JsonSchema {
  const required = columns.filter((column) => column.required).map(({name}) => name)
  return {
    type: 'object',
    // Object.fromEntries makes a property of every name, `__proto__` too.
    properties: Object.fromEntries(columns.map((column) => [column.name, columnOf(column)])),
    ...(required.length > 0 && {required}),
    additionalProperties: false,
  }
}

function columnOf(column: Column): JsonSchema {
  const {id, doc, type, required} = column
  const {type: own, ...rest} = typeOf(type, column)
  const [initial, write] = [column['initial-default'] ?? null, column['write-default'] ?? null]
  const text = typeof type === 'string' ? type : ''
  return {
    ...(own !== undefined && {type: required || own === 'null' ? own : [own, 'null']}),
    ...rest,
    ...(doc !== undefined && {description: doc}),
    ...(write !== null && {default: defaultToJson(text, write)}),
    ...(initial !== null && {'x-initial-default': defaultToJson(text, initial)}),
    // Of any value, null too, only an annotation can say that it is not null.
    ...(own === undefined && {'x-required': required}),
    [FIELD_ID]: id,
  }
}

function typeOf(type: SchemaType, {path}: Column): JsonSchema {
  if (typeof type === 'string') return scalar(type)
  const inside = columnsIn(type, path)
  if (type.type === 'struct') return objectOf(inside)
  const [first, second] = inside as [Column, Column]
  if (type.type === 'list') return {type: 'array', items: columnOf(first)}
  if (type.key === 'string') return {type: 'object', additionalProperties: columnOf(second), 'x-key-id': first.id}
  return {type: 'array', items: objectOf(inside), [TYPE]: 'map'}
}
