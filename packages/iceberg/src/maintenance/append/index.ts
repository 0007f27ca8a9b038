import {
  defineOperation,
  formatBytes,
  formatCount,
  formatTableName,
  type OperationContext,
  type OperationPlan,
  type OperationResult,
  type PlannedFile,
  usage,
} from '@phlo/core'
import {appendFiles} from '../../commit/append-files.js'
import {discardStaged} from '../../commit/discard-staged.js'
import {type OutsideStorage, outsideStorage} from '../../io/outside-storage.js'
import {currentSchema} from '../../spec/current.js'
import type {DataFile} from '../../spec/manifest.js'
import type {Schema} from '../../spec/types.js'
import type {IcebergTable} from '../../table.js'
import {arrowBatches, inspectArrow, isArrowPath} from '../../write/arrow-source.js'
import {inspectParquet, parquetBatches} from '../../write/parquet-source.js'
import type {RowBatch} from '../../write/row-batch.js'
import {writeDataFiles} from '../../write/write-data-files.js'
import {assertWritable, planHeader, planOutdated} from '../plan-header.js'
import {undoCommit} from '../undo-commit.js'

export interface AppendOptions {
  /** Parquet (`.parquet`) and Arrow IPC (`.arrow`, `.feather`) files, local or on S3. */
  readonly files: readonly string[]
}

export interface AppendPlan extends OperationPlan {
  readonly operation: 'append'
  readonly files: readonly (PlannedFile & {readonly rows: number})[]
  readonly rows: number
}

export interface AppendResult extends OperationResult {
  readonly rows: number
  readonly addedDataFiles: number
  readonly addedBytes: number
}

/**
 * @throws PhloError `NOTHING_TO_APPEND`, `COLUMN_NOT_IN_TABLE`, `COLUMN_MISSING`, `UNKNOWN_FILE_TYPE` (exit 2), `PARQUET_CORRUPT`
 */
async function planAppend(table: IcebergTable, {files}: AppendOptions, context: OperationContext): Promise<AppendPlan> {
  if (files.length === 0) throw usage('NOTHING_TO_APPEND', 'No file to append was named.')
  const schema = currentSchema(table.metadata)
  const sources: AppendPlan['files'][number][] = []
  const storage = outsideStorage(context)
  context.progress.start('reading footers', files.length)
  try {
    for (const path of files) {
      assertKnownType(path)
      const io = await storage.open(path)
      sources.push(await (isArrowPath(path) ? inspectArrow(io, path, schema) : inspectParquet(io, path, schema)))
      context.progress.advance()
    }
  } finally {
    await storage.close()
  }
  context.progress.done()
  const rows = sources.reduce((sum, source) => sum + source.rows, 0)
  const bytes = sources.reduce((sum, {size}) => sum + size, 0)
  return {
    ...planHeader('append', table, {files: [...files]}, context),
    operation: 'append',
    noop: rows === 0,
    summary:
      rows === 0
        ? 'nothing to do: the files have no rows'
        : `append ${formatCount(rows)} rows of ${formatCount(files.length)} files (${formatBytes(bytes)}) to ${formatTableName(table.name)}`,
    files: sources,
    rows,
  }
}

function assertKnownType(path: string): void {
  if (!/\.(parquet|arrow|feather)$/i.test(path)) {
    throw usage('UNKNOWN_FILE_TYPE', `${path} is neither a .parquet nor an .arrow file.`)
  }
}

async function executeAppend(table: IcebergTable, plan: AppendPlan, context: OperationContext): Promise<AppendResult> {
  if (plan.noop) return {summary: plan.summary, snapshotId: null, rows: 0, addedDataFiles: 0, addedBytes: 0}
  assertWritable(table)
  const staged: string[] = []
  const storage = outsideStorage(context)
  context.progress.start('writing data files', plan.rows)
  try {
    const files = await writeDataFiles(table, batchesOf(plan, currentSchema(table.metadata), storage), {
      signal: context.signal,
      onStaged: (path) => staged.push(path),
      onRows: (rows) => context.progress.advance(rows),
    })
    context.progress.done()
    return await commit(table, plan, files, context)
  } catch (error) {
    await discardStaged(table.io, staged, error)
    throw error
  } finally {
    await storage.close()
  }
}

async function* batchesOf(plan: AppendPlan, schema: Schema, storage: OutsideStorage): AsyncIterable<RowBatch> {
  for (const {path, size} of plan.files) {
    const io = await storage.open(path)
    const found = await io.stat(path)
    if (found?.size !== size) throw planOutdated(plan, `${path} ${found ? `has ${found.size} bytes now` : 'is gone'}.`)
    yield* isArrowPath(path) ? arrowBatches(io, path, schema) : parquetBatches(io, {path}, schema)
  }
}

async function commit(table: IcebergTable, plan: AppendPlan, files: readonly DataFile[], context: OperationContext): Promise<AppendResult> {
  const {result: snapshot} = await appendFiles(table, files, context)
  const rows = files.reduce((sum, {recordCount}) => sum + recordCount, 0)
  const bytes = files.reduce((sum, {fileSizeInBytes}) => sum + fileSizeInBytes, 0)
  return {
    summary: `appended ${formatCount(rows)} rows in ${formatCount(files.length)} data files (${formatBytes(bytes)})`,
    snapshotId: String(snapshot['snapshot-id']),
    ...undoCommit(plan.table, snapshot['parent-snapshot-id']),
    rows,
    addedDataFiles: files.length,
    addedBytes: bytes,
  }
}

/** Adds the rows of Parquet and Arrow files to a table, matched by column name and partitioned by the table's spec. */
export const append = defineOperation<AppendOptions, AppendPlan, AppendResult, IcebergTable>({
  name: 'append',
  format: 'iceberg',
  permission: 'table:write',
  plan: planAppend,
  execute: executeAppend,
})
