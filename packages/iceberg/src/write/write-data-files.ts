import {randomUUID} from 'node:crypto'
import {type Leaf, type LeafValues, leavesOf} from '../parquet/leaves.js'
import {concatenate, selectRows} from '../parquet/slice.js'
import type {ParquetFileWriter, ParquetWriteOptions} from '../parquet/write-file.js'
import {currentSchema, partitionSpecById} from '../spec/current.js'
import type {DataFile} from '../spec/manifest.js'
import {numberProperty} from '../spec/table-properties.js'
import type {Schema, Value} from '../spec/types.js'
import type {IcebergTable} from '../table.js'
import {dataFilePaths} from './data-file-path.js'
import {describedFile} from './describe-file.js'
import {rowPartitioner} from './partition-rows.js'
import type {RowBatch} from './row-batch.js'

/** Bytes that rows may take in memory before the largest partition's are written out as a row group. */
const BUFFERED = 64 * 1024 ** 2
/** Files that are open at a time; with more partitions than that, some get several files. */
const OPEN_FILES = 64

export interface WriteContext {
  readonly signal: AbortSignal
  /** Told every path before anything is written to it. */
  readonly onStaged: (path: string) => void
  readonly onRows: (rows: number) => void
}

interface Piece {
  readonly rows: number
  readonly columns: readonly LeafValues[]
}

interface OpenFile {
  readonly writer: ParquetFileWriter
  readonly path: string
}

interface Partition {
  readonly values: readonly Value[]
  pieces: Piece[]
  bytes: number
  file: OpenFile | undefined
  readonly newPath: (index: number) => string
  files: number
}

/** What new data files are like. */
export interface WriteTarget {
  /** Default: the table's current one. */
  readonly schema?: Schema
  /** Default: the table's default one. */
  readonly specId?: number
  /** Bytes. Default: `write.target-file-size-bytes`, else 512 MiB. */
  readonly fileSize?: number
  /** Of the order that the rows come in. Default: 0, none. */
  readonly sortOrderId?: number
}

/**
 * Writes rows into Parquet data files, by default of the table's current schema and partition spec, a file a partition until it has
 * the target size. Memory is bounded by what is buffered, not by the rows. Nothing is committed; on an error every file that was
 * begun is aborted, and those that were finished are for the caller to delete (`onStaged` named them).
 */
export async function writeDataFiles(
  table: IcebergTable,
  batches: AsyncIterable<RowBatch>,
  context: WriteContext,
  given: WriteTarget = {},
): Promise<readonly DataFile[]> {
  const {parquetWriteOptions} = await import('../parquet/write-file.js')
  const {metadata, properties} = table
  const schema = given.schema ?? currentSchema(metadata)
  const spec = partitionSpecById(metadata, given.specId ?? metadata['default-spec-id'])
  const state: WriteState = {
    table,
    schema,
    specId: spec['spec-id'],
    leaves: leavesOf(schema),
    options: parquetWriteOptions(properties, schema),
    target: given.fileSize ?? numberProperty(properties, 'write.target-file-size-bytes', 512 * 1024 ** 2, 1),
    partitions: new Map(),
    done: [],
    id: randomUUID(),
    sortOrderId: given.sortOrderId ?? 0,
    context,
  }
  const partitioner = rowPartitioner(spec, schema)
  try {
    for await (const batch of batches) {
      context.signal.throwIfAborted()
      const columns = new Map(state.leaves.map((leaf) => [leaf.fieldId, batch.column(leaf)]))
      for (const {key, partition, rows} of partitioner.partition(columns, batch.rows)) buffer(state, key, partition, rows, columns)
      await writeLargest(state, BUFFERED)
      context.onRows(batch.rows)
    }
    await writeLargest(state, 0)
    for (const partition of state.partitions.values()) await finish(state, partition)
    return state.done
  } catch (error) {
    for (const {file} of state.partitions.values()) await file?.writer.abort()
    throw error
  }
}

interface WriteState {
  readonly table: IcebergTable
  readonly schema: Schema
  readonly specId: number
  readonly leaves: readonly Leaf[]
  readonly options: ParquetWriteOptions
  readonly target: number
  readonly partitions: Map<string, Partition>
  readonly done: DataFile[]
  readonly id: string
  readonly sortOrderId: number
  readonly context: WriteContext
}

function buffer(
  state: WriteState,
  key: string,
  values: readonly Value[],
  rows: Uint32Array,
  columns: ReadonlyMap<number, LeafValues>,
): void {
  let partition = state.partitions.get(key)
  if (!partition) {
    const newPath = dataFilePaths(state.table, {specId: state.specId, partition: values}, `${state.partitions.size}-${state.id}`)
    partition = {values, pieces: [], bytes: 0, file: undefined, newPath, files: 0}
    state.partitions.set(key, partition)
  }
  const own = state.leaves.map(({fieldId}) => selectRows(columns.get(fieldId) as LeafValues, rows))
  partition.pieces.push({rows: rows.length, columns: own})
  partition.bytes += own.reduce((sum, column) => sum + memoryOf(column), 0)
}

/** About how many bytes a column takes. Values that share a dictionary's bytes are counted as if they did not. */
function memoryOf({values}: LeafValues): number {
  if (!Array.isArray(values)) return values.byteLength
  const [sample] = values.filter((value) => value !== null)
  return values.length * (sample instanceof Uint8Array ? 40 + sample.length : 16)
}

/** Writes row groups, the largest partition's first, until no more than `limit` bytes are buffered. */
async function writeLargest(state: WriteState, limit: number): Promise<void> {
  let total = [...state.partitions.values()].reduce((sum, {bytes}) => sum + bytes, 0)
  while (total > limit) {
    const largest = [...state.partitions.values()].reduce((a, b) => (b.bytes > a.bytes ? b : a))
    total -= largest.bytes
    await writeRowGroup(state, largest)
  }
}

async function writeRowGroup(state: WriteState, partition: Partition): Promise<void> {
  const {pieces} = partition
  partition.pieces = []
  partition.bytes = 0
  partition.file ??= await open(state, partition)
  const rows = pieces.reduce((sum, piece) => sum + piece.rows, 0)
  const {writer} = partition.file
  await writer.writeRowGroup(rows, (leaf) => {
    const index = state.leaves.findIndex(({fieldId}) => fieldId === leaf.fieldId)
    return concatenate(pieces.map((piece) => piece.columns[index] as LeafValues))
  })
  if (writer.bytesWritten >= state.target) await finish(state, partition)
}

async function open(state: WriteState, partition: Partition): Promise<OpenFile> {
  const opened = [...state.partitions.values()].filter(({file}) => file)
  if (opened.length >= OPEN_FILES) await finish(state, opened[0] as Partition)
  const {createParquetFile} = await import('../parquet/write-file.js')
  const path = partition.newPath(partition.files)
  partition.files += 1
  state.context.onStaged(path)
  return {path, writer: await createParquetFile(state.table.io, path, state.schema, state.options)}
}

async function finish(state: WriteState, partition: Partition): Promise<void> {
  const {file} = partition
  if (!file) return
  const written = {path: file.path, ...(await file.writer.close())}
  partition.file = undefined
  const place = {specId: state.specId, partition: partition.values}
  state.done.push({...describedFile('data', written, place), sortOrderId: state.sortOrderId})
}
