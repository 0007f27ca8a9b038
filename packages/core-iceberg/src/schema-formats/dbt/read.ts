import {type ColumnPath, isPhloError, type ReadSchema, type SchemaLoss} from '@phlo/core'
import {parseColumnPath, parseSortTerms, parseTermList} from '@phlo/iceberg/schema'
import {allColumns, withIdentifier} from '../columns.js'
import {numbered} from '../numbered.js'
import {notReadable} from '../unreadable.js'
import {yamlValues} from '../yaml.js'
import {type Fields, isMap, type Part, partOf} from '../yaml-part.js'
import type {Engine} from './data-types.js'
import {TABLE_KEYS} from './keys.js'
import {fieldsOf, metaOf, type Reading, textOf} from './read-columns.js'
import {rulesOf} from './rules.js'

/** What a file describes, with the namespace that it is in as far as the file says it. */
interface Described {
  readonly part: Part
  readonly space: readonly string[]
}

/**
 * The tables that a properties file of dbt describes: sources, and models, seeds and snapshots, which dbt makes tables of.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` (exit 2) naming the table and the part
 */
export function readProperties(
  yaml: typeof import('yaml'),
  content: Uint8Array,
  source: string,
  engine: Engine | undefined,
): readonly ReadSchema[] {
  const losses: SchemaLoss[] = []
  const described = yamlValues(yaml, content, source).flatMap((value) => describedIn(partOf(value, 'it', source), source, losses))
  if (described.length === 0) throw notReadable(source, 'it has no sources or models')
  const [told, untold] = [described.filter(hasColumns), described.filter((one) => !hasColumns(one))]
  if (told.length === 0) throw notReadable(source, 'it describes no columns')
  for (const {part} of untold) losses.push({what: `${part.text('name') ?? 'a table'} is left out, which has no columns there`})
  // What is of the file is told with its first table.
  return told.map((one, index) => tableOf(one, source, engine, index === 0 ? losses : []))
}

const hasColumns = ({part}: Described) => part.list('columns').length > 0

function describedIn(file: Part, source: string, losses: SchemaLoss[]): readonly Described[] {
  const version = file.value('version')
  if (version !== undefined && String(version) !== '2') file.fail(` is of version ${String(version)}, and version 2 is known`)
  const sources = file.list('sources').flatMap((value, index) => {
    const place = `source ${index + 1}`
    const part = partOf(value, place, source)
    const schema = textOf(part, 'schema', (what) => void losses.push({what})) ?? part.text('name')
    const space = schema === undefined || schema === '' ? part.fail(' has no name') : schema.split('.')
    return part
      .list('tables')
      .map((table, at): Described => ({part: partOf(table, `${place}: table ${at + 1}`, source, TABLE_KEYS), space}))
  })
  const made = ['models', 'seeds', 'snapshots'].flatMap((key) =>
    file.list(key).map((value, index): Described => {
      const part = partOf(value, `${key.slice(0, -1)} ${index + 1}`, source, TABLE_KEYS)
      const {schema} = part.map('config')
      return {part, space: typeof schema === 'string' && !schema.includes('{{') ? schema.split('.') : []}
    }),
  )
  return [...sources, ...made]
}

function tableOf({part, space}: Described, source: string, engine: Engine | undefined, before: readonly SchemaLoss[]): ReadSchema {
  const losses: SchemaLoss[] = [...before]
  const lose = (what: string) => void losses.push({what})
  const meta = metaOf(part) ?? {}
  const name = nameOf(part, meta, space, lose)
  const reading: Reading = {source, engine, losses, key: [], leftOut: new Set()}
  const rules = rulesOf(part)
  if (rules.hasOtherTests) reading.leftOut.add('data tests besides not_null are left out')
  for (const what of rules.leftOut) lose(what)
  if (part.list('versions').length > 0) lose('versions of the model are left out')
  const doc = textOf(part, 'description', lose)
  const fields = fieldsOf(part.list('columns'), name.join('.'), reading)
  const isKey = new Set(rules.key)
  const {schema, hasIds} = numbered(
    fields.map((field) => (isKey.has(field.name) ? {...field, required: true} : field)),
    source,
  )
  const paths = new Map(allColumns(schema).map(({path}) => [path.join('.'), path]))
  const pathOf = (text: string, key: string) => paths.get(text) ?? part.fail(`: ${key} names ${text}, which is no column`)
  const identifier = textsOf(part, meta, 'identifier')?.map((text) => pathOf(parseColumnPath(text).join('.'), 'identifier'))
  const key: readonly ColumnPath[] = identifier ?? [...reading.key, ...rules.key.map((column) => pathOf(column, 'the primary key'))]
  const partitioning = termsOf(part, meta, 'partition-by', source, (text) => parseTermList(text, 'INVALID_PARTITION_SPEC'))
  const order = termsOf(part, meta, 'sort-by', source, parseSortTerms)
  const {properties} = meta
  return {
    name,
    ...(doc !== undefined && {doc}),
    schema: withIdentifier(schema, key),
    hasIds,
    ...(partitioning && {partitioning: partitioning.map(({column, transform}) => ({column: pathOf(column, 'partition-by'), transform}))}),
    ...(order && {sortOrder: order.map((term) => ({...term, column: pathOf(term.column, 'sort-by')}))}),
    ...(isMap(properties) && {properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, String(value)]))}),
    losses: [...losses, ...[...reading.leftOut].map((what) => ({what}))],
  }
}

/** As Phlo wrote it; or as it is called in its schema: a source by its identifier, a model by its alias. */
function nameOf(part: Part, meta: Fields, space: readonly string[], lose: (what: string) => void): readonly string[] {
  const {name: own} = meta
  if (Array.isArray(own) && own.length > 0 && own.every((one) => typeof one === 'string' && one !== '')) return own
  const {alias} = part.map('config')
  const name = textOf(part, 'identifier', lose) ?? (typeof alias === 'string' ? alias : undefined) ?? part.text('name')
  return name === undefined || name === '' ? part.fail(' has no name') : [...space, name]
}

function textsOf(part: Part, meta: Fields, key: string): readonly string[] | undefined {
  const texts = meta[key] ?? undefined
  if (texts === undefined) return undefined
  return Array.isArray(texts) && texts.every((text) => typeof text === 'string') ? texts : part.fail(`: ${key} is not a list of texts`)
}

function termsOf<Term>(
  part: Part,
  meta: Fields,
  key: string,
  source: string,
  parse: (text: string) => readonly Term[],
): readonly Term[] | undefined {
  const texts = textsOf(part, meta, key)
  try {
    return texts && parse(texts.join(', '))
  } catch (cause) {
    if (!isPhloError(cause)) throw cause
    throw notReadable(source, cause.message.replace(/\.$/, ''), cause)
  }
}
