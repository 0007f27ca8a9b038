import type {ColumnPath, SchemaDocument, SchemaLoss} from '@phlo/core'
import {sortTermText, termText} from '../../schema/layout-differences.js'
import {type Column, columnsIn, identifierPaths} from '../columns.js'
import {tableLosses} from '../table-losses.js'
import {uniqueNames} from '../unique-names.js'
import {plainValue} from '../yaml.js'
import type {Fields} from '../yaml-part.js'
import {logicalType} from './logical-types.js'
import {CUSTOM, customProperties, VERSION} from './vocabulary.js'

/** A contract of tables: a draft of version 1.0.0, of which people go on with what is not in a table. */
export function writeContract(documents: readonly SchemaDocument[]): {readonly contract: Fields; readonly losses: readonly SchemaLoss[]} {
  const names = uniqueNames(
    documents.map(({name}) => name.at(-1) ?? ''),
    {clean: (name) => name, fallback: 'table'},
  )
  const losses = documents.flatMap((document) => tableLosses(document, 'a contract', CARRIED))
  const id = commonName(documents.map(({name}) => name))
  const lose = (column: ColumnPath, what: string) => void losses.push({column, what})
  const schema = documents.map((document, index) => objectOf(document, names[index] ?? 'table', lose))
  return {contract: {apiVersion: VERSION, kind: 'DataContract', id, name: id, version: '1.0.0', status: 'draft', schema}, losses}
}

const CARRIED = ['doc', 'identifier', 'partitioning', 'sortOrder', 'properties'] as const

/** The name of a table, or of the namespace that several are in. */
function commonName(names: readonly (readonly string[])[]): string {
  const [first = []] = names
  const differs =
    names.length > 1 ? first.findIndex((part, index) => names.some((name) => name[index] !== part || index === name.length - 1)) : -1
  return (differs === -1 ? first : first.slice(0, differs)).join('.') || 'tables'
}

type Lose = (column: ColumnPath, what: string) => void

/** Where the key and the partitioning of a table meet its columns. */
interface Positions {
  readonly key: ReadonlyMap<string, number>
  readonly partition: ReadonlyMap<string, number>
}

const keyOf = (path: ColumnPath) => JSON.stringify(path)

function objectOf(document: SchemaDocument, name: string, lose: Lose): Fields {
  const {doc, schema, partitioning, sortOrder, properties} = document
  const isDotted = document.name.every((part) => part !== '' && !part.includes('.'))
  const isPlain = partitioning.every(({transform}) => transform === 'identity')
  const positions: Positions = {
    key: new Map(identifierPaths(schema).map((path, index) => [keyOf(path), index + 1])),
    partition: new Map(
      partitioning.flatMap(({column, transform}, index) => (transform === 'identity' ? [[keyOf(column), index + 1] as const] : [])),
    ),
  }
  return {
    name,
    physicalName: document.name.join('.'),
    logicalType: 'object',
    physicalType: 'table',
    ...(doc !== undefined && {description: doc}),
    ...customProperties({
      [CUSTOM.name]: isDotted ? undefined : document.name,
      [CUSTOM.partitioning]: isPlain ? undefined : partitioning.map(termText),
      [CUSTOM.sortOrder]: sortOrder.length === 0 ? undefined : sortOrder.map(sortTermText),
      [CUSTOM.properties]: Object.keys(properties).length === 0 ? undefined : properties,
    }),
    properties: columnsIn(schema).map((column) => ({name: column.name, ...propertyOf(column, positions, lose)})),
  }
}

function propertyOf(column: Column, positions: Positions, lose: Lose): Fields {
  const {type, path, required, doc, id} = column
  const [key, partition] = [positions.key.get(keyOf(path)), positions.partition.get(keyOf(path))]
  const [initial, write] = [column['initial-default'] ?? undefined, column['write-default'] ?? undefined]
  const hasDefault = typeof type === 'string'
  if (!hasDefault && (initial ?? write) !== undefined) lose(path, `the default of a ${type.type} is left out`)
  const inside = columnsIn(type, path).map((child) => ({column: child, property: propertyOf(child, positions, lose)}))
  const named = inside.map(({column: {name}, property}) => ({name, ...property}))
  const kind = typeof type === 'string' ? type : type.type
  return {
    ...(typeof type === 'string' ? logicalType(type) : {logicalType: kind === 'struct' ? 'object' : 'array'}),
    physicalType: kind,
    ...(doc !== undefined && {description: doc}),
    ...(required && {required}),
    ...(key !== undefined && {primaryKey: true, primaryKeyPosition: key}),
    ...(partition !== undefined && {partitioned: true, partitionKeyPosition: partition}),
    ...customProperties({
      [CUSTOM.id]: id,
      ...(hasDefault && {[CUSTOM.initialDefault]: plainValue(initial), [CUSTOM.writeDefault]: plainValue(write)}),
    }),
    ...(kind === 'struct' && {properties: named}),
    ...(kind === 'list' && {items: inside[0]?.property}),
    // Version 3.1 has no maps: what they hold is a list of entries.
    ...(kind === 'map' && {items: {logicalType: 'object', properties: named}}),
  }
}
