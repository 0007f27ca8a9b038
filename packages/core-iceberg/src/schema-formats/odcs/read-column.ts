import {type ColumnPath, isPhloError, type SchemaField, type SchemaLoss, type SchemaType} from '@phlo/core'
import {stringifyJson} from '@phlo/iceberg'
import {defaultFromText} from '@phlo/iceberg/schema'
import {NO_ID} from '../numbered.js'
import type {Dialect} from '../sql/dialects.js'
import {contractPart, type Part} from './fields.js'
import {typeOf} from './read-type.js'
import {CUSTOM, PROPERTY_KEYS} from './vocabulary.js'

/** A column of a key or a partitioning, with its place there where the contract says it. */
export interface Placed {
  readonly column: ColumnPath
  readonly position: number | undefined
}

/** What reading an object of a contract keeps in mind. */
export interface Reading {
  readonly source: string
  readonly dialect: Dialect | undefined
  readonly losses: SchemaLoss[]
  readonly key: Placed[]
  readonly partitioning: Placed[]
  /** What columns have that a table has no place for, each told once. */
  readonly leftOut: Set<string>
}

/** Where a column is: `isInside` means in a list or a map, where nothing can be a key. */
interface Place {
  readonly path: ColumnPath
  readonly text: string
  readonly isInside: boolean
}

/** The columns of a list of properties, in their order, by the names that they have in the table. */
export const fieldsOf = (properties: readonly unknown[], {path, text, isInside}: Place, reading: Reading): readonly SchemaField[] =>
  properties.map((property, index) => {
    const part = contractPart(property, `${text}: column ${index + 1}`, reading.source, PROPERTY_KEYS)
    const name = part.text('physicalName') || part.text('name')
    if (name === undefined || name === '') return part.fail(' has no name')
    return fieldOf(
      property,
      name,
      {path: [...path, name], text: path.length === 0 ? `${text}: ${name}` : `${text}.${name}`, isInside},
      reading,
    )
  })

function fieldOf(property: unknown, name: string, place: Place, reading: Reading): SchemaField {
  const part = contractPart(property, place.text, reading.source, PROPERTY_KEYS)
  const {path: column, isInside} = place
  const isKey = part.flag('primaryKey') && !isInside
  if (isKey) reading.key.push({column, position: part.position('primaryKeyPosition')})
  if (part.flag('partitioned') && !isInside) reading.partitioning.push({column, position: part.position('partitionKeyPosition')})
  const type = insideOf(part, place, reading) ?? scalarOf(part, column, reading)
  const doc = part.text('description')
  const [initial, write] = [CUSTOM.initialDefault, CUSTOM.writeDefault].map((key) => defaultOf(part, type, key, column, reading))
  tellLosses(part, column, reading)
  return {
    id: idOf(part),
    name,
    required: part.flag('required') || isKey,
    type,
    ...(doc !== undefined && {doc}),
    ...(initial !== undefined && {'initial-default': initial}),
    ...(write !== undefined && {'write-default': write}),
  }
}

function scalarOf(part: Part, column: ColumnPath, {dialect, losses}: Reading): SchemaType {
  const found = typeOf(part, column, dialect)
  losses.push(...found.losses)
  return found.type
}

/** Fields of a struct, the element of a list, key and value of a map, where the contract describes them. */
function insideOf(part: Part, place: Place, reading: Reading): SchemaType | undefined {
  const child = (value: unknown, name: string) =>
    fieldOf(value, name, {path: [...place.path, name], text: `${place.text}.${name}`, isInside: true}, reading)
  const items = part.has('items') ? contractPart(part.map('items'), `${place.text}: items`, reading.source, PROPERTY_KEYS) : undefined
  const properties = part.list('properties')
  const entry = isMap(part) ? (keyAndValue(items?.list('properties') ?? properties) ?? ownMap(part)) : undefined
  if (entry) {
    const [key, value] = [child(entry.key, 'key'), child(entry.value, 'value')]
    return {type: 'map', 'key-id': key.id, key: key.type, 'value-id': value.id, value: value.type, 'value-required': value.required}
  }
  if (properties.length > 0) return {type: 'struct', fields: fieldsOf(properties, place, reading)}
  if (!items) return undefined
  const element = child(part.map('items'), 'element')
  return {type: 'list', 'element-id': element.id, element: element.type, 'element-required': element.required}
}

interface Entry {
  readonly key: unknown
  readonly value: unknown
}

const isMap = (part: Part) => /^map\b/i.test(part.text('physicalType') ?? '') || part.text('logicalType') === 'map'

/** Version 3.2 of the standard has maps. */
function ownMap(part: Part): Entry | undefined {
  const {key, value} = part.map('map')
  return key === undefined || value === undefined ? undefined : {key, value}
}

function keyAndValue(properties: readonly unknown[]): Entry | undefined {
  const named = (name: string) => properties.find((one) => typeof one === 'object' && one !== null && 'name' in one && one.name === name)
  const [key, value] = [named('key'), named('value')]
  return properties.length === 2 && key !== undefined && value !== undefined ? {key, value} : undefined
}

/** The id of what Phlo wrote. */
function idOf({custom, fail}: Part): number {
  const id = custom.get(CUSTOM.id) ?? undefined
  if (id === undefined) return NO_ID
  return typeof id === 'bigint' && id > 0n && id < 2n ** 31n ? Number(id) : fail(`: ${CUSTOM.id} is not a field id`)
}

/** YAML has values of its own; what is a number there may be text in Iceberg's JSON, and the other way round. */
function defaultOf({custom}: Part, type: SchemaType, key: string, column: ColumnPath, {losses}: Reading): unknown {
  const value = custom.get(key) ?? undefined
  if (value === undefined) return undefined
  try {
    return defaultFromText(type, String(value), column.join('.'))
  } catch (error) {
    if (!isPhloError(error)) throw error
    losses.push({column, what: `the default ${stringifyJson(value)} is left out`})
    return undefined
  }
}

/** Options that are limits of values; the others are of types. */
const LIMITS = /^(?:min|max|exclusive|multipleOf|pattern|uniqueItems)/

function tellLosses(part: Part, column: ColumnPath, {losses, leftOut}: Reading): void {
  const limits = [...Object.keys(part.map('logicalTypeOptions')).filter((key) => LIMITS.test(key)), ...(part.has('enum') ? ['enum'] : [])]
  if (limits.length > 0) losses.push({column, what: `limits of values are left out: ${limits.join(', ')}`})
  if (part.flag('unique') && !part.flag('primaryKey')) losses.push({column, what: 'unique is left out'})
  if (part.list('quality').length > 0) leftOut.add('quality rules are left out')
  if (part.list('relationships').length > 0) leftOut.add('relationships are left out')
}
