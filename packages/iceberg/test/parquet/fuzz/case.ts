import {mkdir, mkdtemp, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'
import type {InputFile} from '@phlo/core'
import type {ColumnMetaData, FileMetaData} from 'hyparquet'
import {localFileIO} from '../../../src/io/local.js'
import {tableFileLeaves} from '../../../src/parquet/file-leaves.js'
import {rowSourceOf} from '../../../src/parquet/file-rows.js'
import {readFooter} from '../../../src/parquet/footer.js'
import {footerMetrics} from '../../../src/parquet/footer-metrics.js'
import {columnStatistics} from '../../../src/parquet/footer-statistics.js'
import {leavesOf} from '../../../src/parquet/leaves.js'
import type {MergeThreads} from '../../../src/parquet/merge/merge-threads.js'
import {type MergeRequest, mergeFiles} from '../../../src/parquet/merge-files.js'
import {metricsConfig} from '../../../src/parquet/metrics-config.js'
import {nameMapping} from '../../../src/parquet/name-mapping.js'
import {rowGroupsToWrite} from '../../../src/parquet/row-groups-to-write.js'
import {verifyMerge} from '../../../src/parquet/verify.js'
import type {DataFile} from '../../../src/spec/manifest.js'
import type {Schema} from '../../../src/spec/types.js'
import {expectSound} from './expect-sound.js'
import type {Judges} from './judge.js'
import {fingerprints, readValues} from './read-values.js'

/** A case by its numbers, whole or without some of its columns (by field id) and files. */
export interface CaseNumber {
  readonly seed: number
  readonly number: number
  readonly columns?: readonly number[]
  readonly files?: readonly number[]
}

/** A case as `case.py` describes it. */
export interface Case {
  readonly schema: Schema
  readonly properties: Readonly<Record<string, string>>
  readonly outputs: number
  readonly threads: boolean
  readonly inputs: readonly CaseInput[]
  /** Rows that are not deleted. */
  readonly rows: number
  /** A digest of the values of each column, by field id. */
  readonly expected: Readonly<Record<string, string>>
  /** Field ids of the columns that DuckDB does not read in full: it has no nanoseconds with a time zone. */
  readonly foreign: readonly number[]
}

interface CaseInput {
  readonly path: string
  readonly rows: number
  readonly deleted: readonly number[]
  readonly firstRowId: string | null
  readonly sequenceNumber: string
  readonly lineage: boolean
  /** How much its manifest says of it: nothing, or what its footer says. */
  readonly described: 'bare' | 'footer'
  /** What DuckDB has to do to write it. */
  readonly duckdb: object | null
}

export interface FuzzContext {
  readonly judges: Judges
  readonly threads: MergeThreads
  readonly folder: string
  /** How many columns there were to compare, and how many each judge did, by its name. */
  readonly compared: Map<string, number>
}

const io = localFileIO()

/** Makes the files of a case, merges them, and has every judge read what came out. @throws what is wrong with it */
export async function tryCase(context: FuzzContext, number: CaseNumber): Promise<Case> {
  const {arrow, duckdb} = context.judges
  const folder = await mkdtemp(join(context.folder, 'case-'))
  try {
    const made = (await arrow.ask({do: 'make', folder, ...number})) as Case
    const toWrite = made.inputs.flatMap((input) => input.duckdb ?? [])
    if (toWrite.length > 0) await duckdb.ask({do: 'rewrite', files: toWrite})
    await mergeAndJudge(context, made, join(folder, 'merged'))
    return made
  } finally {
    await rm(folder, {recursive: true})
  }
}

async function mergeAndJudge({judges, threads, compared}: FuzzContext, made: Case, folder: string): Promise<void> {
  const {schema, properties} = made
  const inputs = await Promise.all(made.inputs.map((input) => describe(made, input)))
  const sources = new Map(made.inputs.map((input, at) => [input.path, sourceOf(input, inputs[at] as DataFile)]))
  await mkdir(folder)
  const request: MergeRequest = {
    ...{io, inputs, schema, properties, outputs: made.outputs, identity: new Map(), signal: new AbortController().signal},
    sourceOf: (file) => sources.get(file.filePath) ?? rowSourceOf(file),
    newPath: (index) => join(folder, `${index}.parquet`),
    threads: made.threads ? threads : undefined,
    onRows() {},
    onStaged() {},
  }
  const outputs = await mergeFiles(request)
  await verifyMerge({...request, outputs, full: true})
  const paths = outputs.map(({path}) => path)
  const files = await Promise.all(paths.map((path) => readValues(path, schema)))
  const chunks = files.flatMap(({footer}) => footer.row_groups.flatMap(({columns}) => columns.flatMap(({meta_data: chunk}) => chunk ?? [])))
  // They read while this thread looks on.
  const judged = Object.values(judges)
    .filter((judge) => judge === judges.arrow || chunks.every((chunk) => isReadBy[judge === judges.java ? 'java' : 'duckdb'](chunk)))
    .map(async ({name, ask}) => ({name, found: await ask({do: 'read', schema, paths, inputs: made.inputs.map(({path}) => path)})}))
  for (const one of judged) one.catch(() => undefined)
  const plan = (await rowGroupsToWrite(request)).outputs.filter((groups) => groups.length > 0)
  compare(
    made,
    'hyparquet',
    fingerprints(
      schema,
      files.flatMap(({rows}) => rows),
    ),
  )
  for (const [at, output] of outputs.entries()) {
    const isCopied = plan.length !== outputs.length || (plan[at] ?? []).some(({copy}) => copy)
    const config = metricsConfig(properties, schema)
    await expectSound(output, files[at] as (typeof files)[number], {schema, config, isCopied, stated: () => statedBounds(made)})
  }
  count(compared, ALL, schema.fields.length)
  for (const {name, found} of await Promise.all(judged)) count(compared, name, compare(made, name, found as Record<string, string>))
}

/** Where `compared` has the columns that there were. */
export const ALL = 'all'

const count = (compared: FuzzContext['compared'], name: string, columns: number) => compared.set(name, (compared.get(name) ?? 0) + columns)

/** What stays in row groups that are copied, or was asked for, and not every judge can read. */
const isReadBy = {
  /** Iceberg's library comes without a decompressor for Brotli. */
  java: ({codec}: ColumnMetaData) => codec !== 'BROTLI',
  duckdb: ({encodings, type}: ColumnMetaData) => !encodings.includes('BYTE_STREAM_SPLIT') || type === 'FLOAT' || type === 'DOUBLE',
} as const

/** How many columns a judge has read, each with the values that were written. @throws Error that names those with other values */
function compare({schema, expected, foreign}: Case, name: string, found: Readonly<Record<string, string>>): number {
  // What PyArrow does not read of the inputs it need not read of what they became.
  const isLeftOut = (id: number) => (name === 'DuckDB' && foreign.includes(id)) || (name === 'PyArrow' && found[id] === undefined)
  const read = schema.fields.filter(({id}) => !isLeftOut(id))
  const wrong = read.filter(({id}) => found[id] !== expected[id])
  if (wrong.length === 0) return read.length
  throw new Error(
    `${name} reads other values in ${wrong.map(({id, name: column, type}) => `${column} (${id}, ${JSON.stringify(type)})`).join(', ')}`,
  )
}

/** The bounds that row groups of the inputs state, in hexadecimal, by field id. */
async function statedBounds(made: Case): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const stated = new Map<number, Set<string>>()
  const state = (bounds: ReadonlyMap<number, Uint8Array> | undefined) => {
    for (const [id, bound] of bounds ?? []) stated.set(id, (stated.get(id) ?? new Set()).add(Buffer.from(bound).toString('hex')))
  }
  for (const {path} of made.inputs) {
    const file = await io.open(path)
    try {
      const footer = await readFooter(file)
      for (const group of footer.row_groups) {
        const {lowerBounds, upperBounds} = metricsIn(made, file, {...footer, row_groups: [group]})
        state(lowerBounds)
        state(upperBounds)
      }
    } finally {
      await file.close()
    }
  }
  return stated
}

/** What a footer says of the columns of the table. */
function metricsIn({schema, properties}: Case, file: InputFile, footer: FileMetaData) {
  const columns = new Map(tableFileLeaves(file.path, footer, nameMapping(properties)).map((column) => [column.fieldId, column]))
  const known = leavesOf(schema).flatMap((leaf) => {
    const column = columns.get(leaf.fieldId)
    return column ? [{leaf, statistics: columnStatistics(file, footer, column, leaf)}] : []
  })
  return footerMetrics(known, metricsConfig(properties, schema))
}

/** An input as a manifest has it. */
async function describe(made: Case, {path, rows, described}: CaseInput): Promise<DataFile> {
  const {size} = await stat(path)
  const bare: DataFile = {
    ...{content: 'data', filePath: path, fileFormat: 'PARQUET', specId: 0, partition: [], recordCount: rows, fileSizeInBytes: size},
  }
  if (described === 'bare') return bare
  const file = await io.open(path)
  try {
    return {...bare, ...metricsIn(made, file, await readFooter(file))}
  } finally {
    await file.close()
  }
}

function sourceOf({deleted, lineage, firstRowId, sequenceNumber}: CaseInput, file: DataFile) {
  const between = (start: number, end: number) => deleted.filter((at) => at >= start && at < end)
  return {
    ...rowSourceOf(file),
    deleted: {size: deleted.length, between},
    ...(lineage && {
      lineage: {firstRowId: firstRowId === null ? undefined : BigInt(firstRowId), sequenceNumber: BigInt(sequenceNumber)},
    }),
  }
}
