import {type ColumnPath, defineSchemaFormat, type ReadSchema, type SchemaDocument, type SchemaSortTerm, type SchemaTerm} from '@phlo/core'
import {parseJson, stringifyJson} from '@phlo/iceberg'
import {checkedSchema} from './checked-schema.js'
import {identifierPaths, withIdentifier} from './columns.js'
import {fromReadable, readableColumns} from './json-columns.js'
import {notReadable, parsed, textOf} from './unreadable.js'

const FORMAT = 'phlo-schema'
const VERSION = 1

/** Everything that is known of tables, in JSON for people and programs: nothing is lost. */
export default defineSchemaFormat({
  name: 'json',
  title: 'JSON (everything that Phlo knows of a table)',
  extensions: ['.phlo.json', '.json'],
  several: true,
  async write(documents) {
    return {content: `${stringifyJson({format: FORMAT, version: VERSION, tables: documents.map(readable)}, 2)}\n`, losses: []}
  },
  async read(content, source) {
    const file = parsed(source, 'JSON', () => parseJson(textOf(content, source)))
    if (!isObject(file) || file['format'] !== FORMAT) throw notReadable(source, `it has no "format": "${FORMAT}"`)
    if (file['version'] !== VERSION)
      throw notReadable(source, `it is of version ${stringifyJson(file['version'])}, and version ${VERSION} is known`)
    const tables = file['tables']
    if (!Array.isArray(tables) || tables.length === 0) throw notReadable(source, 'it has no tables')
    return tables.map((table, index) => tableOf(table, `tables[${index}]`, source))
  },
})

function readable({name, doc, schema, partitioning, sortOrder, properties, statistics}: SchemaDocument) {
  return {
    name,
    doc,
    'schema-id': schema['schema-id'],
    columns: readableColumns(schema),
    identifier: identifierPaths(schema),
    partitioning,
    sortOrder,
    properties,
    statistics,
  }
}

function tableOf(table: unknown, where: string, source: string): ReadSchema {
  if (!isObject(table)) throw notReadable(source, `${where} is no object`)
  const fail = (key: string, what: string): never => {
    throw notReadable(source, `${where}.${key} is not ${what}`)
  }
  const list = <Item>(key: string, what: string, is: (item: unknown) => item is Item): readonly Item[] => {
    const items = table[key] ?? []
    return Array.isArray(items) && items.every(is) ? items : fail(key, what)
  }
  const optional = <Value>(key: string, what: string, is: (value: unknown) => value is Value) => {
    const value = table[key]
    return value === undefined ? {} : {[key]: is(value) ? value : fail(key, what)}
  }
  const schema = checkedSchema(
    {type: 'struct', 'schema-id': table['schema-id'] ?? 0, fields: fromReadable(table['columns'], `${where}.columns`, source)},
    source,
  )
  return {
    ...optional('name', 'a list of names', isName),
    ...optional('doc', 'a text', (value) => typeof value === 'string'),
    ...optional('properties', 'an object of texts', isProperties),
    schema: withIdentifier(schema, list('identifier', 'a list of columns', isName)),
    partitioning: list('partitioning', 'a list of columns with transforms', isTerm),
    sortOrder: list('sortOrder', 'a list of columns with transforms, directions and places of nulls', isSortTerm),
    hasIds: true,
    losses: [],
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isName = (value: unknown): value is ColumnPath =>
  Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string')

const isProperties = (value: unknown): value is Readonly<Record<string, string>> =>
  isObject(value) && Object.values(value).every((property) => typeof property === 'string')

const isTerm = (value: unknown): value is SchemaTerm => isObject(value) && isName(value['column']) && typeof value['transform'] === 'string'

const isSortTerm = (value: unknown): value is SchemaSortTerm =>
  isTerm(value) &&
  'direction' in value &&
  (value.direction === 'asc' || value.direction === 'desc') &&
  'nulls' in value &&
  (value.nulls === 'first' || value.nulls === 'last')
