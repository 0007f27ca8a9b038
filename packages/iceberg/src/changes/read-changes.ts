import type {RecordBatch} from 'apache-arrow'
import {type Arrow, loadArrow} from '../parquet/arrow-type.js'
import {leavesOf} from '../parquet/leaves.js'
import {selectRows} from '../parquet/slice.js'
import {headOf, schemaOf} from '../refs.js'
import {parsePredicate} from '../scan/parse-predicate.js'
import {arrowBatches, projectedSchema} from '../scan/projection.js'
import type {Snapshot} from '../spec/table-metadata.js'
import type {Schema} from '../spec/types.js'
import type {IcebergTable} from '../table.js'
import {changeColumns, withChangeFields} from './change-columns.js'
import {type ChangedRows, changedRows} from './changed-rows.js'
import {type ChangeType, createLedger} from './ledger.js'
import {type ChangeLayout, type Rows, rowsOf} from './read-rows.js'
import {snapshotsBetween} from './snapshot-range.js'

export interface ChangesOptions {
  /** The changes after this snapshot. Default: all since the table's first one. */
  readonly from?: Snapshot
  /** The changes up to and with this snapshot. Default: the head of the table's ref. */
  readonly to?: Snapshot
  /** Only what is left of the changes of all snapshots together: a row that came and went again is not told. Default: false. */
  readonly net?: boolean
  /** Columns that identify a row: a delete and an insert of the same are then `UPDATE_BEFORE` and `UPDATE_AFTER`. Default: none. */
  readonly identifier?: readonly string[]
  /** Top-level columns, besides those of the change log. Default: all. */
  readonly columns?: readonly string[]
  /** The condition of a WHERE clause on the table's columns. */
  readonly where?: string
  /** No more rows than this. */
  readonly limit?: number
  /** Bytes that the keys of changed rows may take; more are compared in several passes over the changed files. Default: 256 MiB. */
  readonly memory?: number
  readonly signal?: AbortSignal
}

const MEMORY = 256 * 1024 ** 2
/** About what the key of a row takes in memory, with what is kept of it. */
const BYTES_PER_KEY = 250

/** The changes of a snapshot, with its place among those that are told. */
interface Told extends ChangedRows {
  readonly ordinal: number
  readonly snapshotId: bigint
}

interface Reading {
  readonly arrow: Arrow
  readonly output: Schema
  readonly layout: ChangeLayout
  readonly identifier: readonly string[]
  readonly memory: number
  readonly signal: AbortSignal
}

/**
 * The rows that changed between two snapshots, as record batches with the columns `_change_type`, `_change_ordinal` and
 * `_commit_snapshot_id` before the table's, oldest snapshot first and deletes before inserts. Rows that were merely copied from one
 * file to another are struck out, and snapshots that replace files are passed over (Spark's `create_changelog_view`; unlike
 * it, rows that delete files and deletion vectors take away are told too). All rows come in the schema that `to` is read with.
 *
 * Rows are compared by all of their values. What is in memory is a key for each row that a snapshot, or with `net` all of them,
 * added or took away, as far as `memory` goes.
 *
 * @throws PhloError `NOT_AN_ANCESTOR`, `COLUMN_NOT_FOUND`, `INVALID_PREDICATE` (exit 2), `HISTORY_EXPIRED`, `AMBIGUOUS_IDENTIFIER` (exit 6)
 */
export async function* scanChanges(table: IcebergTable, options: ChangesOptions = {}): AsyncIterable<RecordBatch> {
  const {from, to = headOf(table), net = false, limit = Number.POSITIVE_INFINITY} = options
  if (!to || limit <= 0) return
  const snapshots = snapshotsBetween(table, from, to).filter(({summary}) => summary?.operation !== 'replace')
  const reading = await prepare(table, to, options)
  let left = limit
  for (const group of net ? [snapshots] : snapshots.map((snapshot) => [snapshot])) {
    const changes: Told[] = []
    for (const snapshot of group) {
      const moment = {ordinal: snapshots.indexOf(snapshot), snapshotId: snapshot['snapshot-id']}
      for (const change of await changedRows(table, snapshot, reading.signal)) changes.push({...change, ...moment})
    }
    for await (const batch of batchesOf(table, reading, changes)) {
      yield batch.numRows > left ? batch.slice(0, left) : batch
      left -= batch.numRows
      if (left <= 0) return
    }
  }
}

async function prepare(table: IcebergTable, to: Snapshot, options: ChangesOptions): Promise<Reading> {
  const {columns, identifier = [], where, memory = MEMORY, signal = new AbortController().signal} = options
  const {metadata} = table
  const schema = schemaOf(table, to)
  const layout = {
    schema,
    predicate: where === undefined ? undefined : await parsePredicate(where, schema),
    output: leavesOf(projectedSchema(metadata, schema, columns)),
    identifier: leavesOf(projectedSchema(metadata, schema, identifier)),
  }
  const output = withChangeFields(projectedSchema(metadata, schema, columns))
  return {arrow: await loadArrow(), output, layout, identifier, memory, signal}
}

async function* batchesOf(table: IcebergTable, reading: Reading, changes: readonly Told[]): AsyncIterable<RecordBatch> {
  const {layout, signal} = reading
  if (new Set(changes.map(({type}) => type)).size < 2) {
    for (const change of changes) {
      for await (const rows of rowsOf(table, change, layout, signal))
        yield* told(reading, change, rows, Array(rows.count).fill(change.type))
    }
    return
  }
  const passes = Math.ceil((changes.reduce((sum, {rows}) => sum + rows, 0) * BYTES_PER_KEY) / reading.memory)
  for (let pass = 0; pass < passes; pass++) yield* compared(table, reading, changes, (key) => partOf(key, passes) === pass)
}

/** Tells what is left of some changes, of those rows that have one of the keys. */
async function* compared(
  table: IcebergTable,
  reading: Reading,
  changes: readonly Told[],
  isAsked: (key: string) => boolean,
): AsyncIterable<RecordBatch> {
  const {layout, signal, identifier} = reading
  const ledger = createLedger()
  for (const change of changes) {
    for await (const {keys, identifiers} of rowsOf(table, change, layout, signal)) {
      const ids = identifiers()
      for (const [row, key] of keys().entries()) {
        if (isAsked(ids?.[row] ?? key)) ledger.add(key, change.type, change.ordinal, ids?.[row])
      }
    }
  }
  ledger.assertIdentified(identifier)
  for (const change of changes) {
    for await (const rows of rowsOf(table, change, layout, signal)) {
      const types = rows.keys().map((key) => ledger.take(key, change.type, change.ordinal))
      yield* told(reading, change, rows, types)
    }
  }
}

/** Keys are hashes, so that any of their bits divide them evenly. */
const partOf = (key: string, parts: number) => ((key.charCodeAt(0) << 16) | (key.charCodeAt(1) << 8) | key.charCodeAt(2)) % parts

function* told(
  {arrow, output, layout}: Reading,
  change: Told,
  {read}: Rows,
  types: readonly (ChangeType | undefined)[],
): Iterable<RecordBatch> {
  const selected = Uint32Array.from(types.flatMap((type, row) => (type === undefined ? [] : [row])))
  if (selected.length === 0) return
  const columns = layout.output.map((leaf) => selectRows(read(leaf), selected))
  const known = types.filter((type) => type !== undefined)
  yield* arrowBatches(arrow, output, [...changeColumns(known, change), ...columns], known.length)
}
