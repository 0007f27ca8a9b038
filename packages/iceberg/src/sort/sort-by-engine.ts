import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type EngineOrder, type ExecutionEngine, type FileIO, refused} from '@phlo/core'
import {localFileIO} from '../io/local.js'
import {fromLocalError} from '../io/local-errors.js'
import {compressionOf} from '../parquet/codecs.js'
import {fileRows, rowSourceOf} from '../parquet/file-rows.js'
import {storedLeavesOf} from '../parquet/leaves.js'
import {type MergeRequest, mergeFiles} from '../parquet/merge-files.js'
import {type NameMapping, nameMapping} from '../parquet/name-mapping.js'
import type {DataFile} from '../spec/manifest.js'
import type {Schema} from '../spec/types.js'
import {describedFile} from '../write/describe-file.js'
import type {RowBatch} from '../write/row-batch.js'
import {inOrder} from './check-order.js'
import {engineColumns, engineTerms, nameMappingOf, numberedSchema} from './engine-order.js'
import {writeKeys} from './key-file.js'
import {rowKeys} from './row-keys.js'
import type {RowOrder} from './row-order.js'

/** An engine that sorts. */
export type SortingEngine = ExecutionEngine & Required<Pick<ExecutionEngine, 'sort' | 'refusal'>>

/** Rows to be sorted: what the files of a merge have. */
export interface EngineSortRequest
  extends Pick<MergeRequest, 'io' | 'inputs' | 'schema' | 'sourceOf' | 'identity' | 'properties' | 'signal'> {
  readonly order: RowOrder
  /** Bytes; what is more goes through temporary files. */
  readonly memoryLimit: number
  /** Where the temporary files go. Default: the system's folder for them (`TMPDIR`). */
  readonly tempFolder?: string
}

/** Rows in order, in a file of this machine. */
export interface SortedRows {
  readonly io: FileIO
  readonly file: DataFile
  /** Which column of the file is which, as `schema.name-mapping.default` has it. */
  readonly mapping: string
  batches(): AsyncIterable<RowBatch>
  /** Removes the file. */
  close(): Promise<void>
}

/** What is read at a time, of the rows on their way in. */
const ROW_GROUP = 16 * 1024 ** 2
/** As many rows as Iceberg's own writers put into a page at most, so that readers pass over as much. */
const PAGE_ROWS = 20_480
/** Bytes of the column that takes most in a page, as compressed. */
const PAGE_BYTES = 1024 ** 2
/** A file may have so many column chunks: its footer is read whole. */
const MOST_CHUNKS = 200_000

/** Half of a sort's memory is the engine's, the rest is for what Phlo reads and merges. */
const shareOf = (memoryLimit: number) => Math.floor(memoryLimit / 2)

/** Why an engine does not sort such rows in so much memory; undefined when it does. */
export function refusalOf(engine: SortingEngine, schema: Schema, memoryLimit: number): string | undefined {
  return engine.refusal({columns: engineColumns(schema), memoryLimit: shareOf(memoryLimit)})
}

/**
 * Has an engine sort the rows of data files. They are merged into one file of this machine first, page by page, and what the engine made of
 * it is looked at: every row has to be there, in order. Undefined when no row is left.
 *
 * @throws PhloError `VERIFICATION_FAILED`, and whatever the engine and the storage throw; nothing is left behind then
 */
export async function sortByEngine(engine: SortingEngine, request: EngineSortRequest): Promise<SortedRows | undefined> {
  const {order, signal, properties} = request
  const schema = numberedSchema(request.schema)
  const prefix = join(request.tempFolder ?? tmpdir(), 'phlo-sort-')
  const folder = await mkdtemp(prefix).catch((error: unknown) => {
    throw fromLocalError(error, prefix)
  })
  const close = () => rm(folder, {recursive: true, force: true})
  const io = localFileIO()
  try {
    const rows = await stage(request, schema, join(folder, 'rows.parquet'))
    if (!rows) {
      await close()
      return undefined
    }
    const leaves = storedLeavesOf(schema)
    const terms = engineTerms(order, leaves)
    const keys = join(folder, 'keys.parquet')
    if (!terms) await writeKeys(io, keys, batchesOf(io, rows, schema, {signal}), rowKeys(order, leaves))
    const engineOrder: EngineOrder = terms ? {by: 'columns', terms} : {by: 'keys', path: keys}
    const output = join(folder, 'sorted.parquet')
    const temporaryFolder = join(folder, 'spill')
    await mkdir(temporaryFolder)
    signal.throwIfAborted()
    await engine.sort({
      rows: rows.filePath,
      columns: engineColumns(schema),
      order: engineOrder,
      output,
      codec: codecOf(properties),
      rowGroupRows: pageRows(rows),
      memoryLimit: shareOf(request.memoryLimit),
      temporaryFolder,
      signal,
    })
    signal.throwIfAborted()
    for (const path of [rows.filePath, keys]) await rm(path, {force: true})
    const size = (await io.stat(output))?.size ?? 0
    const file = {...rows, filePath: output, fileSizeInBytes: size}
    const mapping = nameMappingOf(schema)
    const batches = () => batchesOf(io, file, schema, {mapping: nameMapping({'schema.name-mapping.default': mapping}), signal})
    await check(engine, inOrder(batches(), order, schema), rows.recordCount)
    return {io, file, mapping, batches, close}
  } catch (error) {
    await close()
    throw error
  }
}

/** Puts the rows of the files that are left into one file, with all that they inherit. */
async function stage(request: EngineSortRequest, schema: Schema, path: string): Promise<DataFile | undefined> {
  const {inputs, properties} = request
  const [codec, mapping] = [properties['write.parquet.compression-codec'], properties['schema.name-mapping.default']]
  const [merged] = await mergeFiles({
    ...request,
    io: fromTo(request.io, localFileIO()),
    schema,
    outputs: 1,
    newPath: () => path,
    properties: {
      'write.parquet.row-group-size-bytes': String(ROW_GROUP),
      // What is known of its columns is what is known of the sorted file's, whose footer may not tell.
      'write.metadata.metrics.default': 'full',
      ...(codec !== undefined && {'write.parquet.compression-codec': codec}),
      ...(mapping !== undefined && {'schema.name-mapping.default': mapping}),
    },
    onRows: () => {},
    onStaged: () => {},
  })
  const [first] = inputs
  return merged && first && describedFile('data', merged, first)
}

/** Reads files of one storage and creates those of another. */
export function fromTo(source: FileIO, target: FileIO): FileIO {
  return {
    open: (path, options) => source.open(path, options),
    readAll: (path) => source.readAll(path),
    stat: (path) => source.stat(path),
    list: (prefix) => source.list(prefix),
    create: (path) => target.create(path),
    delete: (paths) => target.delete(paths),
    move: (from, to) => target.move(from, to),
    close: async () => {},
  }
}

/** Pages of another compression level than the usual one are compressed by Phlo. */
const codecOf = (properties: Readonly<Record<string, string>>) =>
  properties['write.parquet.compression-level'] === undefined ? compressionOf(properties).codec.toLowerCase() : 'uncompressed'

function pageRows({recordCount, columnSizes}: DataFile): number {
  const sizes = [...(columnSizes?.values() ?? [])]
  const least = Math.ceil((recordCount * sizes.length) / MOST_CHUNKS)
  return Math.max(1, least, Math.min(PAGE_ROWS, Math.floor((PAGE_BYTES * recordCount) / Math.max(1, ...sizes))))
}

async function* batchesOf(
  io: FileIO,
  file: DataFile,
  schema: Schema,
  {mapping, signal}: {readonly mapping?: NameMapping | undefined; readonly signal: AbortSignal},
): AsyncIterable<RowBatch> {
  const layout = {leaves: storedLeavesOf(schema), mapping, defaultOf: () => undefined}
  for await (const {rows, read} of fileRows(io, rowSourceOf(file), layout, signal)) yield {rows, column: read}
}

async function check({name}: SortingEngine, batches: AsyncIterable<RowBatch>, rows: number): Promise<void> {
  let found = 0
  for await (const batch of batches) found += batch.rows
  if (found !== rows)
    throw refused('VERIFICATION_FAILED', `The engine ${name} made ${found} rows of ${rows}; nothing of them is committed.`)
}
