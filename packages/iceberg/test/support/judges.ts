import {execFileSync} from 'node:child_process'
import {join} from 'node:path'
import {localPath} from '@phlo/iceberg'
import {required} from './required.js'

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

interface Place {
  readonly uri: string
  readonly warehouse: string
}

// Java reads its arguments in the encoding of the locale, and a machine may have none.
const env = {...process.env, LC_ALL: 'C.UTF-8'}
const run = (program: string, args: readonly string[]) => execFileSync(program, args, {encoding: 'utf8', maxBuffer: 256 * 1024 ** 2, env})

const jdbc = (uri: string) =>
  uri.startsWith('sqlite:///')
    ? `jdbc:sqlite:${uri.slice('sqlite:///'.length)}`
    : `jdbc:${uri.replace(/^(\w+):\/\/([^@]+)@/, '$1://')}?user=postgres`

/** Iceberg's own Java library. */
export const java = {
  /** Every second file is in `format`. */
  create: ({uri, warehouse}: Place, table: string, version: number, files: number, rows: number, format = 'parquet') =>
    judgeInJava('create', jdbc(uri), 'lake', warehouse, table, String(version), String(files), String(rows), format),
  /** A table with every kind of delete of format version 2 or 3, over a schema and a partition spec that changed. */
  createDeleted: ({uri, warehouse}: Place, table: string, version: number, format = 'parquet') =>
    judgeInJava('create-deleted', jdbc(uri), 'lake', warehouse, table, String(version), format),
  /** A Parquet file whose lists have two levels. */
  writeOldLists: (path: string) => judgeInJava('write-old-lists', path),
  /** How many rows there are under each condition: a column, one of Java's operations (`LT`, `GT_EQ`, `EQ`, `STARTS_WITH`), a value. */
  count: ({uri, warehouse}: Place, table: string, conditions: readonly (readonly [string, string, string])[]): readonly number[] =>
    JSON.parse(judgeInJava('count', jdbc(uri), 'lake', warehouse, table, ...conditions.flat())) as number[],
  /** A table with the types and defaults of version 3; a file in each of the formats (`parquet`, `shredded`, `avro`) in each of two commits. */
  createTyped: ({uri, warehouse}: Place, table: string, formats: readonly string[]) =>
    judgeInJava('create-typed', jdbc(uri), 'lake', warehouse, table, ...formats),
  /** A table with snapshots that were staged under `wap.id`s and not published. */
  createStaged: ({uri, warehouse}: Place, table: string, version: number) =>
    judgeInJava('create-staged', jdbc(uri), 'lake', warehouse, table, String(version)),
  /** Picks one snapshot after the other; why each was refused, or an empty text. */
  cherryPick: ({uri, warehouse}: Place, table: string, snapshotIds: readonly string[]): readonly string[] =>
    JSON.parse(judgeInJava('cherry-pick', jdbc(uri), 'lake', warehouse, table, ...snapshotIds)) as string[],
  refs: ({uri, warehouse}: Place, table: string): Refs => JSON.parse(judgeInJava('refs', jdbc(uri), 'lake', warehouse, table)) as Refs,
  /** By column: the sketch that a snapshot's statistics file has, and the one that DataSketches makes of the snapshot's rows. */
  statistics: ({uri, warehouse}: Place, table: string, snapshotId: string): Readonly<Record<string, JudgedSketch>> =>
    JSON.parse(judgeInJava('statistics', jdbc(uri), 'lake', warehouse, table, snapshotId)),
  /** The rows of the partition statistics file that a snapshot has. */
  partitionStatistics: ({uri, warehouse}: Place, table: string, snapshotId: string): readonly JudgedPartition[] =>
    JSON.parse(judgeInJava('partition-statistics', jdbc(uri), 'lake', warehouse, table, snapshotId)),
  /** Those that Iceberg computes of a snapshot that has none, on from the statistics of an ancestor where there are some. */
  computePartitionStatistics: ({uri, warehouse}: Place, table: string, snapshotId: string): readonly JudgedPartition[] =>
    JSON.parse(judgeInJava('compute-partition-statistics', jdbc(uri), 'lake', warehouse, table, snapshotId)),
  /** The sketches that DataSketches makes of byte strings, each of which a file has after its length. */
  theta: (files: readonly string[]): readonly {readonly hex: string; readonly estimate: number}[] =>
    JSON.parse(judgeInJava('theta', ...files)),
  profile: ({uri, warehouse}: Place, table: string): Profile =>
    JSON.parse(judgeInJava('profile-table', jdbc(uri), 'lake', warehouse, table)) as Profile,
}

/** A short run is over before compiled code pays. */
const QUICK_START = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']

const judgeInJava = (...args: readonly string[]) =>
  run('java', [...QUICK_START, '-cp', required('PHLO_TEST_JAVA_CLASSPATH'), 'Judge', ...args])

/** PyIceberg. */
export const pyiceberg = {
  create: ({uri, warehouse}: Place, table: string, version: number, files: number, rows: number) =>
    judgeInPython('create', sqlAlchemy(uri), 'lake', warehouse, table, String(version), String(files), String(rows)),
  append: ({uri, warehouse}: Place, table: string, first: number, rows: number) =>
    judgeInPython('append', sqlAlchemy(uri), 'lake', warehouse, table, String(first), String(rows)),
  /** Rows and bytes of the live files of every snapshot, by path. */
  files: ({uri, warehouse}: Place, table: string): Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> =>
    JSON.parse(judgeInPython('files', sqlAlchemy(uri), 'lake', warehouse, table)),
  refs: ({uri, warehouse}: Place, table: string): Refs =>
    JSON.parse(judgeInPython('refs', sqlAlchemy(uri), 'lake', warehouse, table)) as Refs,
  profile: ({uri, warehouse}: Place, table: string): Profile =>
    JSON.parse(judgeInPython('profile-table', sqlAlchemy(uri), 'lake', warehouse, table)) as Profile,
}

const judgeInPython = (...args: readonly string[]) => run(required('PHLO_TEST_PYICEBERG'), [join(oracles, 'pyiceberg_judge.py'), ...args])

const sqlAlchemy = (uri: string) => uri.replace(/^postgresql:/, 'postgresql+psycopg2:')

/** DuckDB's Iceberg extension: row count, and nulls and a checksum of some columns. */
export const duckdb = (metadataLocation: string, columns: readonly string[]): unknown =>
  JSON.parse(run(required('PHLO_TEST_DUCKDB'), [join(oracles, 'duckdb_judge.py'), 'rows', localPath(metadataLocation), ...columns]))
