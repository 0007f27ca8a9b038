import {execFileSync} from 'node:child_process'
import {join} from 'node:path'
import {localPath} from '@phlo/iceberg'
import {required} from './required.js'
import {type Judge, startJudge} from './standing-judge.js'

const oracles = join(import.meta.dirname, '..', '..', '..', '..', 'scripts', 'oracles')

/** What a judge found in each snapshot: rows, and for each column nulls, NaNs and the exact sum of a measure of its values. */
export type Profile = Readonly<
  Record<string, {readonly rows: number; readonly columns: Readonly<Record<string, {nulls: number; nans: number; sum: string}>>}>
>

/** Branches and tags, the log of main, and its ancestors from the head back. Ages are milliseconds. */
export interface Refs {
  readonly refs: Readonly<
    Record<
      string,
      {type: string; snapshotId: string; maxRefAge: number | null; maxSnapshotAge: number | null; minSnapshotsToKeep: number | null}
    >
  >
  readonly log: readonly string[]
  readonly ancestors: readonly string[]
}

/** Sketches are hexadecimal. */
export interface JudgedSketch {
  readonly stored: string
  readonly storedEstimate: number
  readonly computed: string
  readonly computedEstimate: number
  readonly unionEstimate: number
  readonly ndv: string
  readonly sequenceNumber: string
}

/** The values of the columns from `spec_id` on, in their order. */
export interface JudgedPartition {
  readonly partition: readonly (string | null)[]
  readonly values: readonly (string | null)[]
}

/** Where a judge finds a table. */
export interface Place {
  readonly uri: string
  readonly warehouse: string
}

const jdbc = (uri: string) =>
  uri.startsWith('sqlite:///')
    ? `jdbc:sqlite:${uri.slice('sqlite:///'.length)}`
    : `jdbc:${uri.replace(/^(\w+):\/\/([^@]+)@/, '$1://')}?user=postgres`

/** What makes tables and looks at them, in a process of its own. */
export interface TableJudge {
  create(place: Place, table: string, version: number, files: number, rows: number): Promise<unknown>
  profile(place: Place, table: string): Promise<Profile>
  refs(place: Place, table: string): Promise<Refs>
  close(): Promise<void>
}

/** Iceberg's own Java library. */
export interface JavaJudge extends TableJudge {
  /** Every second file is in `format`. */
  create(place: Place, table: string, version: number, files: number, rows: number, format?: string): Promise<unknown>
  /** A table with every kind of delete of format version 2 or 3, over a schema and a partition spec that changed. */
  createDeleted(place: Place, table: string, version: number, format?: string): Promise<unknown>
  /** A Parquet file whose lists have two levels. */
  writeOldLists(path: string): Promise<unknown>
  /** How many rows there are under each condition: a column, one of Java's operations (`LT`, `GT_EQ`, `EQ`, `STARTS_WITH`), a value. */
  count(place: Place, table: string, conditions: readonly (readonly [string, string, string])[]): Promise<readonly number[]>
  /** A table with the types and defaults of version 3; a file in each of the formats (`parquet`, `shredded`, `avro`) in each of two commits. */
  createTyped(place: Place, table: string, formats: readonly string[]): Promise<unknown>
  /** A table with snapshots that were staged under `wap.id`s and not published. */
  createStaged(place: Place, table: string, version: number): Promise<unknown>
  /** Picks one snapshot after the other; why each was refused, or an empty text. */
  cherryPick(place: Place, table: string, snapshotIds: readonly string[]): Promise<readonly string[]>
  /** By column: the sketch that a snapshot's statistics file has, and the one that DataSketches makes of the snapshot's rows. */
  statistics(place: Place, table: string, snapshotId: string): Promise<Readonly<Record<string, JudgedSketch>>>
  /** The rows of the partition statistics file that a snapshot has. */
  partitionStatistics(place: Place, table: string, snapshotId: string): Promise<readonly JudgedPartition[]>
  /** Those that Iceberg computes of a snapshot that has none, on from the statistics of an ancestor where there are some. */
  computePartitionStatistics(place: Place, table: string, snapshotId: string): Promise<readonly JudgedPartition[]>
  /** The sketches that DataSketches makes of byte strings, each of which a file has after its length. */
  theta(files: readonly string[]): Promise<readonly {readonly hex: string; readonly estimate: number}[]>
  /** What Sorted.java says. */
  sorted(...args: readonly string[]): Promise<string>
  /** What Vectors.java says. */
  vectors(...args: readonly string[]): Promise<string>
}

/** Java of a class path that has the judge, as a short-lived program: it is over before compiled code pays. */
export const javaArguments = (...args: readonly string[]) => [
  ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'],
  ...['-cp', required('PHLO_TEST_JAVA_CLASSPATH')],
  ...args,
]

/** Iceberg's Java library in a process that starts with the first question, and stays for more. */
export function standingJava(): JavaJudge {
  const {said, close} = standing(() => startJudge('Iceberg’s Java library', 'java', javaArguments('Judge', 'serve')))
  const ask = (command: string, {uri, warehouse}: Place, ...args: readonly (string | number)[]) =>
    said(command, jdbc(uri), 'lake', warehouse, ...args)
  const parsed = async <T>(answer: Promise<string>) => JSON.parse(await answer) as T
  return {
    create: (place, table, version, files, rows, format = 'parquet') => ask('create', place, table, version, files, rows, format),
    createDeleted: (place, table, version, format = 'parquet') => ask('create-deleted', place, table, version, format),
    writeOldLists: (path) => said('write-old-lists', path),
    count: (place, table, conditions) => parsed(ask('count', place, table, ...conditions.flat())),
    createTyped: (place, table, formats) => ask('create-typed', place, table, ...formats),
    createStaged: (place, table, version) => ask('create-staged', place, table, version),
    cherryPick: (place, table, snapshotIds) => parsed(ask('cherry-pick', place, table, ...snapshotIds)),
    refs: (place, table) => parsed(ask('refs', place, table)),
    statistics: (place, table, snapshotId) => parsed(ask('statistics', place, table, snapshotId)),
    partitionStatistics: (place, table, snapshotId) => parsed(ask('partition-statistics', place, table, snapshotId)),
    computePartitionStatistics: (place, table, snapshotId) => parsed(ask('compute-partition-statistics', place, table, snapshotId)),
    theta: (files) => parsed(said('theta', ...files)),
    sorted: (...args) => said('sorted', ...args),
    vectors: (...args) => said('vectors', ...args),
    profile: (place, table) => parsed(ask('profile-table', place, table)),
    close,
  }
}

/** PyIceberg. */
export interface StandingJudge extends TableJudge {
  append(place: Place, table: string, first: number, rows: number): Promise<unknown>
  /** Rows and bytes of the live files of every snapshot, by path. */
  files(place: Place, table: string): Promise<Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>>>
  /** The rows of a table, by the path of its metadata, or of an Arrow stream: of each its values in the order of the columns. */
  rows(path: string): Promise<readonly unknown[]>
}

/** PyIceberg in a process that starts with the first question, and stays for more. A table is its name, or the path of its metadata. */
export function standingPyiceberg(): StandingJudge {
  const judge = join(oracles, 'pyiceberg_judge.py')
  const {said, close} = standing(() => startJudge('PyIceberg', required('PHLO_TEST_PYICEBERG'), [judge, 'serve']))
  const ask = (command: string, {uri, warehouse}: Place, ...args: readonly (string | number)[]) =>
    said(command, sqlAlchemy(uri), 'lake', warehouse, ...args)
  return {
    create: (place, table, version, files, rows) => ask('create', place, table, version, files, rows),
    append: (place, table, first, rows) => ask('append', place, table, first, rows),
    files: async (place, table) => JSON.parse(await ask('files', place, table)),
    profile: async (place, table) => JSON.parse(await ask('profile-table', place, table)) as Profile,
    refs: async (place, table) => JSON.parse(await ask('refs', place, table)) as Refs,
    rows: async (path) => JSON.parse(await said('rows', path)) as readonly unknown[],
    close,
  }
}

function standing(start: () => Judge) {
  let judge: Judge | undefined
  return {
    async said(...words: readonly (string | number)[]): Promise<string> {
      judge ??= start()
      return ((await judge.ask(words.map(String))) as {readonly said: string}).said
    },
    close: async () => void (await judge?.close()),
  }
}

const sqlAlchemy = (uri: string) => uri.replace(/^postgresql:/, 'postgresql+psycopg2:')

/** DuckDB's Iceberg extension: row count, and nulls and a checksum of some columns. */
export const duckdb = (metadataLocation: string, columns: readonly string[]): unknown =>
  JSON.parse(
    execFileSync(required('PHLO_TEST_DUCKDB'), [join(oracles, 'duckdb_judge.py'), 'rows', localPath(metadataLocation), ...columns], {
      encoding: 'utf8',
      maxBuffer: 256 * 1024 ** 2,
    }),
  )
