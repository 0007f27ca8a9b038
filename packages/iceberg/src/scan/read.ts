import type {RecordBatch} from 'apache-arrow'
import {readDeleteIndex} from '../deletes/delete-index.js'
import {deletedRows} from '../deletes/deleted-rows.js'
import {type Arrow, loadArrow} from '../parquet/arrow-type.js'
import {defaultsOf} from '../parquet/defaults.js'
import {type FileRows, fileRows, rowSourceOf} from '../parquet/file-rows.js'
import {type Leaf, leavesOf} from '../parquet/leaves.js'
import {type NameMapping, nameMapping} from '../parquet/name-mapping.js'
import {assertReadable} from '../parquet/readable.js'
import {selectRows} from '../parquet/slice.js'
import type {RowPositions} from '../parquet/surviving-rows.js'
import {currentSchema, schemaById} from '../spec/current.js'
import {identityValues, partitionKey} from '../spec/file-partition.js'
import type {Schema} from '../spec/types.js'
import type {IcebergTable} from '../table.js'
import {matchingRows, testedLeaves} from './matching-rows.js'
import {planScan, type ScanOptions, type ScanTask} from './plan.js'
import type {Predicate} from './predicate.js'
import {arrowBatches, projectedSchema} from './projection.js'

export interface ReadOptions extends ScanOptions {
  /** Top-level columns, in the order in which they come out; of v3 tables also `_row_id` and `_last_updated_sequence_number`. Default: all but these. */
  readonly columns?: readonly string[]
  /** No more rows than this. */
  readonly limit?: number
}

/** Data files whose deletes are looked up together at most: so many bitmaps are in memory. */
const FILES_TOGETHER = 512

interface Read {
  readonly arrow: Arrow
  readonly table: IcebergTable
  readonly schema: Schema
  readonly leaves: readonly Leaf[]
  readonly mapping: NameMapping | undefined
}

/**
 * The rows of a table, or those that match, as Arrow record batches: without those that deletes have taken, columns by field id, with
 * name mapping and defaults. A time
 * travel (`snapshot`) reads with the schema of that snapshot.
 *
 * @throws PhloError `COLUMN_NOT_FOUND` (exit 2), `FORMAT_NOT_READ` (exit 6), `PARQUET_CORRUPT`
 */
export async function* scanRecordBatches(table: IcebergTable, options: ReadOptions = {}): AsyncIterable<RecordBatch> {
  const arrow = await loadArrow()
  const {metadata, properties} = table
  const full = options.snapshot ? schemaById(metadata, options.snapshot['schema-id']) : currentSchema(metadata)
  const schema = projectedSchema(metadata, full, options.columns)
  const read: Read = {arrow, table, schema, leaves: leavesOf(schema), mapping: nameMapping(properties)}
  let left = options.limit ?? Number.POSITIVE_INFINITY
  if (left <= 0) return
  for await (const {task, deleted} of withDeletedRows(table, options)) {
    for await (const batch of readTask(read, task, deleted, full, options.signal)) {
      yield batch.numRows > left ? batch.slice(0, left) : batch
      left -= batch.numRows
      if (left <= 0) return
    }
  }
}

export interface TaskWithDeletes {
  readonly task: ScanTask
  readonly deleted: RowPositions | undefined
}

/** The tasks of a scan, each with its deleted rows; where there are deletes partition by partition, so that these are read once. */
export async function* withDeletedRows(table: IcebergTable, options: ReadOptions): AsyncIterable<TaskWithDeletes> {
  const index = await readDeleteIndex(table, options)
  if (index.size === 0) {
    for await (const task of planScan(table, options)) yield {task, deleted: undefined}
    return
  }
  const partitions = new Map<string, ScanTask[]>()
  for await (const task of planScan(table, options)) {
    const key = partitionKey(task.entry.dataFile)
    const partition = partitions.get(key)
    if (partition) partition.push(task)
    else partitions.set(key, [task])
  }
  const signal = options.signal ?? new AbortController().signal
  for (const tasks of partitions.values()) {
    for (let from = 0; from < tasks.length; from += FILES_TOGETHER) {
      const part = tasks.slice(from, from + FILES_TOGETHER)
      const deleted = await deletedRows(
        table,
        part.map(({entry}) => entry),
        index,
        {signal},
      )
      for (const task of part) yield {task, deleted: deleted.get(task.entry.dataFile.filePath)}
    }
  }
}

async function* readTask(
  read: Read,
  {entry, predicate}: ScanTask,
  deleted: RowPositions | undefined,
  full: Schema,
  signal: AbortSignal | undefined,
): AsyncIterable<RecordBatch> {
  const {dataFile, sequenceNumber} = entry
  assertReadable(dataFile)
  const tested = predicate ? testedLeaves(predicate, full) : []
  const layout = {
    leaves: [...new Map([...read.leaves, ...tested].map((leaf) => [leaf.fieldId, leaf])).values()],
    mapping: read.mapping,
    defaultOf: defaultsOf(full, identityValues(read.table.metadata)(dataFile)),
  }
  const source = {
    ...rowSourceOf(dataFile),
    lineage: {firstRowId: dataFile.firstRowId, sequenceNumber},
    deleted,
  }
  for await (const rows of fileRows(read.table.io, source, layout, signal)) yield* batchesOf(read, rows, predicate, tested)
}

function* batchesOf(
  read: Read,
  {read: reader, rows}: FileRows,
  predicate: Predicate | undefined,
  tested: readonly Leaf[],
): Iterable<RecordBatch> {
  const matching = predicate ? matchingRows(predicate, tested, reader, rows) : undefined
  const count = matching ? matching.length : rows
  if (count === 0) return
  const columns = read.leaves.map((leaf) => (matching ? selectRows(reader(leaf), matching) : reader(leaf)))
  yield* arrowBatches(read.arrow, read.schema, columns, count)
}
