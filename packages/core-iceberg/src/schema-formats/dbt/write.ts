import type {SchemaDocument, SchemaField, SchemaLoss} from '@phlo/core'
import {formatColumnPath} from '@phlo/iceberg/schema'
import {sortTermText, termText} from '../../schema/layout-differences.js'
import {asciiName} from '../ascii-name.js'
import {allColumns, identifierPaths} from '../columns.js'
import {tableLosses} from '../table-losses.js'
import {uniqueNames} from '../unique-names.js'
import type {Fields} from '../yaml-part.js'
import {dataType, type Engine} from './data-types.js'
import {jinjaText, jinjaTexts} from './jinja.js'
import {columnMeta, META} from './meta.js'

/** Tables as sources, since dbt does not make them: a source for each namespace. */
export function writeSources(
  documents: readonly SchemaDocument[],
  engine: Engine,
): {readonly file: Fields; readonly losses: readonly SchemaLoss[]} {
  const spaces = Map.groupBy(documents, ({name}) => JSON.stringify(name.slice(0, -1)))
  const schemas = [...spaces.values()].map(([document]) => document?.name.slice(0, -1).join('.') ?? '')
  const names = unique(schemas.map((schema) => schema.replaceAll('.', '_')))
  const sources = [...spaces.values()].map((tables, index) => {
    const schema = schemas[index] ?? ''
    const own = unique(tables.map(({name}) => name.at(-1) ?? ''))
    return {
      name: names[index],
      ...(schema !== '' && {schema: jinjaText(schema)}),
      tables: tables.map((document, at) => tableOf(document, own[at] ?? 'table', engine)),
    }
  })
  return {file: {version: 2, sources}, losses: documents.flatMap((document) => lossesOf(document))}
}

/** Names by which models refer to sources; the real ones stand beside. */
const unique = (names: readonly string[]) => uniqueNames(names, {clean: asciiName, fallback: 'table'})

const CARRIED = ['doc', 'identifier', 'partitioning', 'sortOrder', 'properties'] as const

const lossesOf = (document: SchemaDocument): readonly SchemaLoss[] => [
  ...tableLosses(document, 'a source', CARRIED),
  ...allColumns(document.schema).flatMap(({path, type, ...field}) =>
    typeof type !== 'string' && (field['initial-default'] ?? field['write-default'] ?? null) !== null
      ? [{column: path, what: `the default of a ${type.type} is left out`}]
      : [],
  ),
]

function tableOf(document: SchemaDocument, own: string, engine: Engine): Fields {
  const {name, doc, schema, partitioning, sortOrder, properties} = document
  const identifier = identifierPaths(schema)
  const isDotted = name.length > 1 && name.slice(0, -1).every((part) => part !== '' && !part.includes('.'))
  const meta = {
    ...(!isDotted && {name}),
    ...(identifier.length > 0 && {identifier: identifier.map(formatColumnPath)}),
    ...(partitioning.length > 0 && {'partition-by': partitioning.map(termText)}),
    ...(sortOrder.length > 0 && {'sort-by': sortOrder.map(sortTermText)}),
    ...(Object.keys(properties).length > 0 && {properties}),
  }
  return {
    name: own,
    ...(own !== name.at(-1) && {identifier: jinjaText(name.at(-1) ?? '')}),
    ...(doc !== undefined && {description: jinjaText(doc)}),
    ...(Object.keys(meta).length > 0 && {config: {meta: {[META]: jinjaTexts(meta)}}}),
    columns: schema.fields.map((field) => columnOf(field, engine)),
  }
}

function columnOf(field: SchemaField, engine: Engine): Fields {
  const {name, type, doc, required} = field
  return {
    name: jinjaText(name),
    ...(!/^[a-z_][a-z0-9_]*$/.test(name) && {quote: true}),
    ...(doc !== undefined && {description: jinjaText(doc)}),
    data_type: jinjaText(dataType(type, [name], engine)),
    ...(required && {data_tests: ['not_null']}),
    config: {meta: {[META]: jinjaTexts(columnMeta(field))}},
  }
}
