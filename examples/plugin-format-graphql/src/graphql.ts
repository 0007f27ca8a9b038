import {type ColumnPath, defineSchemaFormat, type SchemaDocument, type SchemaField, type SchemaLoss, type SchemaType} from '@phlo/core'
import {fieldNames, typeNames} from './names.js'

/** What GraphQL itself has, and scalars of the file's own for the rest. */
const BUILT_IN: Readonly<Record<string, string>> = {boolean: 'Boolean', int: 'Int', double: 'Float', string: 'String'}
const OWN: Readonly<Record<string, string>> = {
  ...{long: 'Long', float: 'Float32', decimal: 'Decimal', date: 'Date', time: 'Time', timestamp: 'Timestamp', timestamptz: 'TimestampTz'},
  ...{timestamp_ns: 'TimestampNs', timestamptz_ns: 'TimestampTzNs', uuid: 'Uuid', fixed: 'Fixed', binary: 'Binary', variant: 'Variant'},
  ...{geometry: 'Geometry', geography: 'Geography', unknown: 'Unknown'},
}

/** Tables as types of GraphQL (SDL), with a scalar for each of Iceberg's types that GraphQL does not have. */
export default defineSchemaFormat({
  name: 'graphql',
  title: 'GraphQL types',
  extensions: ['.graphql', '.gql'],
  several: true,
  async write(documents) {
    const losses: SchemaLoss[] = documents.flatMap(tableLosses)
    const lose = (column: ColumnPath, what: string) => void losses.push({column, what})
    const scalars = new Set<string>()
    const nameOf = typeNames([...Object.values({...BUILT_IN, ...OWN}), 'ID'])
    const types = documents.flatMap(({name, doc, schema}) =>
      typesOf(nameOf(name.at(-1) ?? ''), doc, schema.fields, {nameOf, scalars, lose}),
    )
    const head = [...new Set(losses.map(({column, what}) => comment(`${column ? `${column.join('.')}: ` : ''}${what}`)))]
    const declared = [...scalars].sort().map((name) => `scalar ${name}`)
    return {content: `${[head.join('\n'), ...declared, ...types].filter((part) => part !== '').join('\n\n')}\n`, losses}
  },
})

/** Each line of a comment begins with a number sign. */
const comment = (text: string) =>
  text
    .split(/\r\n|[\r\n]/)
    .map((line) => `# ${line}`)
    .join('\n')

/** Strings of GraphQL are those of JSON. */
const description = (doc: string | undefined, indent: string) => (doc === undefined ? '' : `${indent}${JSON.stringify(doc)}\n`)

function tableLosses({schema, partitioning, sortOrder, properties, statistics}: SchemaDocument): readonly SchemaLoss[] {
  const has = {
    'identifier fields': (schema['identifier-field-ids'] ?? []).length > 0,
    partitioning: partitioning.length > 0,
    'the sort order': sortOrder.length > 0,
    'table properties': Object.keys(properties).length > 0,
    statistics: statistics !== undefined,
  }
  return Object.entries(has).flatMap(([what, isThere]) => (isThere ? [{what: `GraphQL has no place for ${what}`}] : []))
}

interface Writing {
  readonly nameOf: (words: string) => string
  readonly scalars: Set<string>
  readonly lose: (column: ColumnPath, what: string) => void
}

/** The type of a struct, before it those of the structs in it. */
function typesOf(
  own: string,
  doc: string | undefined,
  columns: readonly SchemaField[],
  writing: Writing,
  path: ColumnPath = [],
): readonly string[] {
  const {nameOf, lose} = writing
  const inner: string[] = []
  const names = fieldNames(columns.map(({name}) => name))
  const field = (column: SchemaField, index: number) => {
    const at = [...path, column.name]
    const name = names[index] ?? column.name
    if (name !== column.name) lose(at, `the name ${JSON.stringify(column.name)} became ${name}`)
    if ((column['initial-default'] ?? column['write-default']) != null)
      lose(at, 'the default is lost: GraphQL has none for what it returns')
    return `${description(column.doc, '  ')}  ${name}: ${typeOf(column.type, column.required, at)}`
  }
  const struct = (fields: readonly SchemaField[], at: ColumnPath) => {
    const name = nameOf(`${own} ${at.at(-1)}`)
    inner.push(...typesOf(name, undefined, fields, writing, at))
    return name
  }
  const typeOf = (type: SchemaType, required: boolean, at: ColumnPath): string => `${nullable(type, at)}${required ? '!' : ''}`
  const nullable = (type: SchemaType, at: ColumnPath): string => {
    if (typeof type === 'string') return scalarOf(type, at, writing)
    if (type.type === 'list') return `[${typeOf(type.element, type['element-required'], [...at, 'element'])}]`
    if (type.type === 'struct') return struct(type.fields, at)
    lose(at, 'map became a list of entries')
    const key = {id: type['key-id'], name: 'key', required: true, type: type.key}
    const value = {id: type['value-id'], name: 'value', required: type['value-required'], type: type.value}
    return `[${struct([key, value], at)}!]`
  }
  const fields = columns.map(field)
  return [...inner, `${description(doc, '')}type ${own} {\n${fields.join('\n')}\n}`]
}

function scalarOf(type: string, at: ColumnPath, {scalars, lose}: Writing): string {
  const [base = type] = /^[a-z_]+/.exec(type) ?? []
  const own = OWN[base]
  const name = own ?? BUILT_IN[base] ?? 'String'
  if (own !== undefined) scalars.add(own)
  if (base !== type) lose(at, `${type} became ${name}, without what is in brackets`)
  return name
}
