import {type ColumnPath, isPhloError, type ReadSchema, type SchemaTerm} from '@phlo/core'
import {parseSortTerms, parseTermList} from '@phlo/iceberg/schema'
import {allColumns, withIdentifier} from '../columns.js'
import {numbered} from '../numbered.js'
import {notReadable} from '../unreadable.js'
import {yamlValues} from '../yaml.js'
import {contractPart, type Part} from './fields.js'
import {fieldsOf, type Placed, type Reading} from './read-column.js'
import {dialectOf, namespaceOf} from './servers.js'
import {CUSTOM, OBJECT_KEYS} from './vocabulary.js'

/**
 * The tables of which a contract tells, whoever wrote it. What it promises besides of them (service levels, prices, teams) is not of schemas.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` (exit 2) naming the table and the part
 */
export function readContract(yaml: typeof import('yaml'), content: Uint8Array, source: string): readonly ReadSchema[] {
  const contracts = yamlValues(yaml, content, source)
  if (contracts.length === 0) throw notReadable(source, 'it has no contract')
  return contracts.flatMap((value) => {
    const contract = contractPart(value, 'it', source)
    if (contract.text('kind') !== 'DataContract') return contract.fail(' has no "kind: DataContract"')
    const version = contract.text('apiVersion')
    if (version !== undefined && !/^v?3\./.test(version))
      contract.fail(` is of version ${version} of the standard, and versions 3 are known`)
    const objects = contract.list('schema')
    if (objects.length === 0) contract.fail(' has no schema')
    return objects.map((object, index) => tableOf(contractPart(object, `schema ${index + 1}`, source, OBJECT_KEYS), contract, source))
  })
}

function tableOf(object: Part, contract: Part, source: string): ReadSchema {
  const name = nameOf(object, contract.list('servers'))
  const where = name.join('.')
  const leftOut = new Set<string>()
  const reading: Reading = {source, dialect: dialectOf(contract.list('servers')), losses: [], key: [], partitioning: [], leftOut}
  const kind = object.text('physicalType') ?? 'table'
  if (!/^(?:iceberg\s*)?table$/i.test(kind)) leftOut.add(`what is a ${JSON.stringify(kind)} in the contract became a table`)
  if (object.list('quality').length > 0) leftOut.add('quality rules are left out')
  if (object.list('relationships').length > 0) leftOut.add('relationships are left out')
  const fields = fieldsOf(object.list('properties'), {path: [], text: where, isInside: false}, reading)
  const {schema, hasIds} = numbered(fields, source)
  const paths = new Map(allColumns(schema).map(({path}) => [path.join('.'), path]))
  const pathOf = (text: string, key: string) => paths.get(text) ?? object.fail(`: ${key} names ${text}, which is no column`)
  const [doc, properties] = [object.text('description'), propertiesOf(object)]
  const identity = placed(reading.partitioning).map((column): SchemaTerm => ({column, transform: 'identity'}))
  const terms = termsOf(object, CUSTOM.partitioning, source, (text) => parseTermList(text, 'INVALID_PARTITION_SPEC'))
  const partitioning = terms?.map(({column, transform}) => ({column: pathOf(column, CUSTOM.partitioning), transform})) ?? identity
  const order = termsOf(object, CUSTOM.sortOrder, source, parseSortTerms)
  return {
    name,
    ...(doc !== undefined && {doc}),
    schema: withIdentifier(schema, placed(reading.key)),
    hasIds,
    // A contract without a partitioned column does not say that there is none.
    ...(partitioning.length > 0 && {partitioning}),
    ...(order && {sortOrder: order.map((term) => ({...term, column: pathOf(term.column, CUSTOM.sortOrder)}))}),
    ...(properties && {properties}),
    losses: [...[...leftOut].map((what) => ({what})), ...reading.losses],
  }
}

/** As Phlo wrote it; or the physical name with the parts that are between dots; in the namespace of the servers where it has none. */
function nameOf(object: Part, servers: readonly unknown[]): readonly string[] {
  const own = object.custom.get(CUSTOM.name) ?? undefined
  if (own !== undefined) {
    const isName = Array.isArray(own) && own.length > 0 && own.every((part) => typeof part === 'string' && part !== '')
    return isName ? own : object.fail(`: ${CUSTOM.name} is not a list of names`)
  }
  const name = object.text('physicalName') || object.text('name')
  if (name === undefined || name === '') return object.fail(' has no name')
  const parts = name.split('.')
  if (parts.some((part) => part === '')) return [name]
  return parts.length > 1 ? parts : [...namespaceOf(servers), name]
}

/** Columns in the order of their positions; those that have none come last, as they are in the contract. */
const placed = (columns: readonly Placed[]): readonly ColumnPath[] =>
  columns
    .toSorted((left, right) => (left.position ?? Number.MAX_SAFE_INTEGER) - (right.position ?? Number.MAX_SAFE_INTEGER))
    .map(({column}) => column)

function termsOf<Term>(object: Part, key: string, source: string, parse: (text: string) => readonly Term[]): readonly Term[] | undefined {
  const texts = object.custom.get(key) ?? undefined
  if (texts === undefined) return undefined
  if (!Array.isArray(texts) || texts.some((text) => typeof text !== 'string')) return object.fail(`: ${key} is not a list of texts`)
  try {
    return parse(texts.join(', '))
  } catch (cause) {
    if (!isPhloError(cause)) throw cause
    throw notReadable(source, cause.message.replace(/\.$/, ''), cause)
  }
}

/** Values of YAML that are no texts are told as they are written: `true`, `268435456`. */
function propertiesOf(object: Part): Readonly<Record<string, string>> | undefined {
  const found = object.custom.get(CUSTOM.properties) ?? undefined
  if (found === undefined) return undefined
  const isMap = typeof found === 'object' && !Array.isArray(found)
  if (!isMap || Object.values(found as object).some((value) => typeof value === 'object')) {
    return object.fail(`: ${CUSTOM.properties} is not a map of keys and values`)
  }
  return Object.fromEntries(Object.entries(found as object).map(([key, value]) => [key, String(value)]))
}
