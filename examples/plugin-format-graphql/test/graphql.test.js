import {dirname} from 'node:path'
import {describe, it} from 'node:test'
import {fileURLToPath} from 'node:url'
import {contributionCases, testSchemaFormat} from '@phlo/testing'
import {buildSchema, isListType, isNonNullType, isObjectType} from 'graphql'
import format from '../dist/graphql.js'

/** Scalars of GraphQL, and of the file, in the words of Iceberg. */
const WORDS = {
  ...{Boolean: 'boolean', Int: 'int', Float: 'double', String: 'string', Long: 'long', Float32: 'float', Decimal: 'decimal', Date: 'date'},
  ...{Time: 'time', Timestamp: 'timestamp', TimestampTz: 'timestamptz', TimestampNs: 'timestamp_ns', TimestampTzNs: 'timestamptz_ns'},
  ...{Uuid: 'uuid', Fixed: 'fixed', Binary: 'binary', Variant: 'variant', Geometry: 'geometry', Geography: 'geography', Unknown: 'unknown'},
}

function columnOf(name, type, doc) {
  if (isNonNullType(type)) return {...columnOf(name, type.ofType, doc), required: true}
  const known = {name, doc, required: false}
  if (isListType(type)) return {...known, type: 'list', children: [columnOf('element', type.ofType, null)]}
  return isObjectType(type) ? {...known, type: 'struct', children: columnsOf(type)} : {...known, type: WORDS[type.name]}
}

const columnsOf = (type) => Object.values(type.getFields()).map(({name, type: of, description}) => columnOf(name, of, description ?? null))

/** The types that no other type refers to, in the order of the file. */
async function judge(content) {
  const types = Object.values(buildSchema(content).getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'))
  const referred = new Set(
    types.flatMap((type) => Object.values(type.getFields()).map((field) => String(field.type).replaceAll(/[[\]!]/g, ''))),
  )
  const at = ({name}) => content.search(new RegExp(`^type ${name} `, 'm'))
  const tables = types.filter(({name}) => !referred.has(name)).sort((left, right) => at(left) - at(right))
  return tables.map((type) => ({columns: columnsOf(type), doc: type.description ?? null}))
}

describe('the format graphql', async () => {
  for (const {name, run} of await testSchemaFormat({format, judge, hasComments: true})) it(name, run)
})

describe('what the package contributes', async () => {
  for (const {name, run} of await contributionCases(dirname(dirname(fileURLToPath(import.meta.url))))) it(name, run)
})
