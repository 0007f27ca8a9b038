import type {ColumnPath, ReadSchema, SchemaField, SchemaLoss, SchemaType} from '@phlo/core'
import {stringifyJson} from '@phlo/iceberg'
import {isPrimitiveType, valueFromJson} from '@phlo/iceberg/schema'
import {withIdentifier} from '../columns.js'
import {NO_ID, numbered} from '../numbered.js'
import {notReadable} from '../unreadable.js'
import {defaultFromJson, FIELD_ID, type JsonSchema, TYPE} from './scalars.js'

const isObject = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The table whose rows an object schema describes, whoever wrote it.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` for what no table can be: references that lead round in a circle or nowhere, a choice of several types
 */
export function tableOfSchema(root: JsonSchema, source: string): ReadSchema {
  const losses: SchemaLoss[] = []
  const fail = (path: ColumnPath, why: string): never => {
    throw notReadable(source, path.length === 0 ? `the schema ${why}` : `property ${path.join('.')} ${why}`)
  }
  /** The schema without references and choices, and whether it may be null. */
  const resolve = (given: unknown, path: ColumnPath, open: readonly string[]): Resolved => {
    if (given === true) return {schema: {}, isNullable: true, open}
    if (!isObject(given)) return fail(path, 'has no schema')
    const {$ref, anyOf, oneOf, allOf, ...rest} = given
    if (typeof $ref === 'string') {
      if (open.includes($ref)) return fail(path, `is a ${$ref} in a ${$ref}, which no table can have`)
      const found = resolve(target(root, $ref) ?? fail(path, `refers to ${$ref}, which the file does not have`), path, [...open, $ref])
      return {...found, schema: {...found.schema, ...rest}}
    }
    const choices = anyOf ?? oneOf
    if (Array.isArray(choices)) {
      const others = choices.filter((one) => !isObject(one) || one['type'] !== 'null')
      if (others.length !== 1) return fail(path, `is one of ${others.length} types`)
      const found = resolve(others[0], path, open)
      return {...found, schema: {...found.schema, ...rest}, isNullable: found.isNullable || others.length < choices.length}
    }
    if (Array.isArray(allOf)) {
      const all = allOf.map((one) => resolve(one, path, open))
      const properties = Object.fromEntries(
        [...all.map(({schema}) => schema), rest].flatMap(({properties: some}) => (isObject(some) ? Object.entries(some) : [])),
      )
      const required = [...all.map(({schema}) => schema), rest].flatMap(({required: some}) => (Array.isArray(some) ? some : []))
      const merged = Object.assign({}, ...all.map(({schema}) => schema), rest)
      const isNullable = all.length > 0 && all.every((one) => one.isNullable)
      return {
        schema: {...merged, ...(Object.keys(properties).length > 0 && {properties, required})},
        isNullable,
        open: all.flatMap((one) => one.open),
      }
    }
    const types = Array.isArray(rest['type']) ? rest['type'] : rest['type'] === undefined ? [] : [rest['type']]
    const others = types.filter((type) => type !== 'null')
    if (others.length > 1) return fail(path, `is one of ${others.length} types`)
    const type = others[0] ?? types[0] ?? (isObject(rest['properties']) ? 'object' : undefined)
    return {
      schema: {...rest, ...(type !== undefined && {type})},
      isNullable: others.length < types.length || (types.length === 0 && isOpen(rest)),
      open,
    }
  }
  const fieldOf = (name: string, given: unknown, isNeeded: boolean, path: ColumnPath, open: readonly string[]): SchemaField => {
    const {schema, isNullable, open: inner} = resolve(given, path, open)
    const type = typeOf(schema, path, inner)
    const required = schema['x-required'] === true || (isNeeded && !isNullable)
    const doc = schema['description']
    const [initial, write] = [defaultOf(type, schema['x-initial-default'], path), defaultOf(type, schema['default'], path)]
    return {
      id: idOf(schema[FIELD_ID]),
      name,
      ...(typeof doc === 'string' && {doc}),
      ...(initial !== undefined && {'initial-default': initial}),
      ...(write !== undefined && {'write-default': write}),
      required,
      type,
    }
  }
  const defaultOf = (type: SchemaType, value: unknown, path: ColumnPath): unknown => {
    if (value === undefined || value === null) return undefined
    try {
      if (typeof type !== 'string') throw new RangeError('a type of several values')
      const json = defaultFromJson(type, value)
      valueFromJson(type, json)
      return json
    } catch {
      losses.push({column: path, what: `the default ${stringifyJson(value)} was left out`})
      return undefined
    }
  }
  const fieldsOf = (schema: JsonSchema, path: ColumnPath, open: readonly string[]): readonly SchemaField[] => {
    const required = Array.isArray(schema['required']) ? schema['required'] : []
    const properties = isObject(schema['properties']) ? schema['properties'] : {}
    return Object.entries(properties).map(([name, inner]) => fieldOf(name, inner, required.includes(name), [...path, name], open))
  }
  const typeOf = (schema: JsonSchema, path: ColumnPath, open: readonly string[]): SchemaType => {
    const own = schema[TYPE]
    if (own === 'map') return entries(schema, path, open)
    if (typeof own === 'string' && isPrimitiveType(own)) return own
    switch (schema['type']) {
      case 'object':
        return objectType(schema, path, open)
      case 'array': {
        if (schema['prefixItems'] !== undefined) return fail(path, 'has items of several types')
        if (schema['items'] === undefined) return fail(path, 'is an array of anything')
        const {id, type, required} = fieldOf('element', schema['items'], true, [...path, 'element'], open)
        return {type: 'list', 'element-id': id, element: type, 'element-required': required}
      }
      default: {
        const {type, lost} = scalarType(schema)
        if (type === undefined) return fail(path, `is a ${stringifyJson(schema['type'])}, which is no type of JSON Schema`)
        if (lost !== undefined) losses.push({column: path, what: `${lost} became ${type}`})
        return type
      }
    }
  }
  const objectType = (schema: JsonSchema, path: ColumnPath, open: readonly string[]): SchemaType => {
    if (isObject(schema['properties'])) return {type: 'struct', fields: fieldsOf(schema, path, open)}
    const values = schema['additionalProperties']
    if (!isObject(values)) return fail(path, 'is an object of anything')
    const {id, type, required} = fieldOf('value', values, true, [...path, 'value'], open)
    return {type: 'map', 'key-id': idOf(schema['x-key-id']), key: 'string', 'value-id': id, value: type, 'value-required': required}
  }
  const entries = (schema: JsonSchema, path: ColumnPath, open: readonly string[]): SchemaType => {
    const [key, value] = fieldsOf(isObject(schema['items']) ? schema['items'] : {}, path, open)
    if (!key || !value) return fail(path, 'is a map without key and value')
    return {type: 'map', 'key-id': key.id, key: key.type, 'value-id': value.id, value: value.type, 'value-required': value.required}
  }
  const {schema, open} = resolve(root, [], [])
  if (!isObject(schema['properties'])) return fail([], 'is of no object with properties')
  const {schema: table, hasIds} = numbered(fieldsOf(schema, [], open), source)
  const identifier = isNames(root['x-identifier-fields']) ? root['x-identifier-fields'] : []
  const own = root['x-table-name']
  const name = isNames([own]) ? (own as ColumnPath) : typeof root['title'] === 'string' ? [root['title']] : undefined
  const doc = root['description']
  return {...(name && {name}), ...(typeof doc === 'string' && {doc}), schema: withIdentifier(table, identifier), hasIds, losses}
}

interface Resolved {
  readonly schema: JsonSchema
  readonly isNullable: boolean
  /** The references that it is inside of. */
  readonly open: readonly string[]
}

const isOpen = (schema: JsonSchema) => schema['enum'] === undefined && schema['const'] === undefined && schema['properties'] === undefined
const idOf = (id: unknown) => (typeof id === 'number' ? id : NO_ID)
const isNames = (value: unknown): value is readonly ColumnPath[] =>
  Array.isArray(value) && value.every((path) => Array.isArray(path) && path.length > 0 && path.every((part) => typeof part === 'string'))

/** What a reference within the file leads to (RFC 6901). */
function target(root: unknown, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined
  const steps = decodeURIComponent(reference.slice(1)).split('/').slice(1)
  return steps.reduce((at: unknown, step) => {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    return typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as JsonSchema)[key] : undefined
  }, root)
}

/** The type of a value that holds no others, and what it was where it was more or another. */
function scalarType(schema: JsonSchema): {readonly type?: string; readonly lost?: string} {
  const {type, format, minimum, maximum, contentEncoding} = schema
  const choice = Array.isArray(schema['enum']) ? schema['enum'] : schema['const'] === undefined ? undefined : [schema['const']]
  if (choice !== undefined && (type === undefined || type === 'string')) {
    return choice.every((one) => typeof one === 'string' || one === null) ? {type: 'string', lost: 'an enum'} : {}
  }
  switch (type) {
    case undefined:
      return {type: 'variant', lost: 'any value'}
    case 'boolean':
      return {type}
    case 'null':
      return {type: 'unknown'}
    case 'integer': {
      const isInt = format === 'int32' || (Number(minimum ?? Number.NaN) >= -(2 ** 31) && Number(maximum ?? Number.NaN) < 2 ** 31)
      return {type: isInt ? 'int' : 'long'}
    }
    case 'number':
      return {type: format === 'float' ? 'float' : 'double'}
    case 'string':
      if (contentEncoding === 'base64') return {type: 'binary'}
      return typeof format === 'string' ? (FORMATS[format] ?? {type: 'string', lost: `a text of the format ${format}`}) : {type: 'string'}
    default:
      return {}
  }
}

const FORMATS: Readonly<Record<string, {readonly type: string}>> = {
  date: {type: 'date'},
  'date-time': {type: 'timestamptz'},
  uuid: {type: 'uuid'},
}
