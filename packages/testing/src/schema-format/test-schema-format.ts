import {deepStrictEqual} from 'node:assert/strict'
import {hasCode, type SchemaDocument} from '@phlo/core'
import fc from 'fast-check'
import type {ContractCase} from '../contribution-cases.js'
import {schemaDocuments} from './generate.js'
import {holds, write} from './holds.js'
import {oddTables, withOddNames} from './odd-names.js'
import type {SchemaFormatUnderTest} from './options.js'
import {changedNames, lossesOf, lossesOfType, type Outcome, outcomeCase, refusalOf, shownOrLost} from './outcome.js'
import {bytesOf} from './round-trip.js'
import * as samples from './samples.js'
import {unreadableCases} from './unreadable.js'

/**
 * What every schema format has to keep: its own tool takes what it writes and finds every column in it; what is not as the table has it is told as
 * a loss; what it reads again is what was written; and files that are not of its language are refused. Names of cases end in what became of
 * what they try (`carries uuid — uuid became STRING`), from which a documentation can be made.
 *
 * @example
 * for (const {name, run} of await testSchemaFormat({format, judge})) test(name, run)
 */
export async function testSchemaFormat(under: SchemaFormatUnderTest): Promise<readonly ContractCase[]> {
  return [...(under.format.write ? await writingCases(under) : []), ...unreadableCases(under)]
}

async function writingCases(under: SchemaFormatUnderTest): Promise<readonly ContractCase[]> {
  const types = await writable(under, [...samples.PRIMITIVES.keys()], samples.withType)
  const keys = await writable(under, samples.KEYS, samples.withKey)
  return [
    ...(await carryingCases(
      under,
      types.filter((type) => samples.PRIMITIVES.get(type) !== undefined),
    )),
    ...(await readingCases(under)),
    ...sizeCases(under),
    ...(under.format.several ? severalCases(under) : []),
    {
      name: 'writes random tables',
      async run() {
        const property = fc.asyncProperty(schemaDocuments(types, keys), async (document) => void (await holds(under, [document])))
        await fc.assert(property, {numRuns: under.runs ?? 100, endOnFailure: true})
      },
    },
  ]
}

/** What of these the format can write at all; of the rest a case of its own makes sure that it is refused well. */
async function writable(
  under: SchemaFormatUnderTest,
  types: readonly string[],
  document: (type: string) => SchemaDocument,
): Promise<string[]> {
  const found: string[] = []
  for (const type of types) {
    const refusal = await refusalOf(under, document(type)).catch(() => undefined)
    if (!refusal) found.push(type)
  }
  return found
}

function carryingCases(under: SchemaFormatUnderTest, defaults: readonly string[]): Promise<readonly ContractCase[]> {
  const carries = (what: string, documents: readonly SchemaDocument[], tell?: Outcome) =>
    outcomeCase(under, `carries ${what}`, documents, tell)
  return Promise.all([
    ...[...samples.PRIMITIVES.keys()].map((type) => carries(type, [samples.withType(type)], lossesOfType(type))),
    ...samples.KEYS.map((key) => carries(`maps by ${key}`, [samples.withKey(key)])),
    carries('maps by struct', [samples.withKey(samples.STRUCT_KEY)]),
    carries('nested types', [samples.nested()]),
    carries('names', [withOddNames()], changedNames),
    carries('docs', [samples.withDocs()], lossesOf('doc')),
    carries('the doc of the table', [samples.withTableDoc()], shownOrLost('doc', /lorem/)),
    carries('defaults', defaults.map(samples.withDefaults), lossesOf('default')),
    carries('identifier fields', [samples.withIdentifier()], shownOrLost('identifier', /identif|\bkey|primary_?key/i)),
    carries('partitioning', [samples.withPartitioning()], shownOrLost('partitioning', /bucket/i)),
    carries('sort order', [samples.withSortOrder()], shownOrLost('sort order', /hour/i)),
    carries('properties', [samples.withProperties()], shownOrLost('properties', /zstd/)),
    carries('statistics', [samples.withStatistics()], shownOrLost('statistics', /9\D?007\D?199\D?254\D?740\D?993/)),
  ])
}

async function readingCases(under: SchemaFormatUnderTest): Promise<readonly ContractCase[]> {
  const {read} = under.format
  if (!read) return []
  const document = samples.nested()
  const hasIds = async () => {
    const {content} = await write(under, [document])
    const [table] = await read(bytesOf(content), 'orders.file', under.variant === undefined ? {} : {variant: under.variant})
    return table?.hasIds
  }
  const outcome = await hasIds().catch((error) => (hasCode(error, 'SCHEMA_NOT_READABLE') ? error.message : 'fails'))
  return [
    {
      name: `reads what it wrote — ${outcome === true ? 'with field ids' : outcome === false ? 'by names' : outcome}`,
      async run() {
        await holds(under, [document])
      },
    },
  ]
}

const sizeCases = (under: SchemaFormatUnderTest): readonly ContractCase[] => [
  writes(under, 'one column', [samples.manyColumns(1)]),
  writes(under, '1,000 columns', [samples.manyColumns(1000)]),
  {
    name: 'writes tables of odd names',
    async run() {
      for (const document of oddTables()) await holds(under, [document])
    },
  },
  {
    name: 'writes the same twice',
    async run() {
      deepStrictEqual(await write(under, [withOddNames()]), await write(under, [withOddNames()]))
    },
  },
]

const severalCases = (under: SchemaFormatUnderTest): readonly ContractCase[] => [
  writes(under, 'several tables', samples.several()),
  writes(under, 'several tables of odd names', oddTables()),
]

const writes = (under: SchemaFormatUnderTest, what: string, documents: readonly SchemaDocument[]): ContractCase => ({
  name: `writes ${what}`,
  async run() {
    await holds(under, documents)
  },
})
