import {type FileIO, unavailable} from '@phlo/core'
import type {ColumnMetaData, RowGroup} from 'hyparquet'
import {readRanges} from '../io/ranges.js'
import type {DataFile} from '../spec/manifest.js'
import type {Schema, Value} from '../spec/types.js'
import {columnBounds} from './copied-metrics.js'
import {type DefaultOf, defaultsOf} from './defaults.js'
import {definitionLevelMap, tableFileLeaves} from './file-leaves.js'
import {readFooter} from './footer.js'
import {type Leaf, type LeafValues, leavesOf} from './leaves.js'
import {divideRows, type MergeInput, type PlannedRowGroup, planRowGroups, type Segment} from './merge-plan.js'
import type {FileMetrics} from './metrics.js'
import {type NameMapping, nameMapping} from './name-mapping.js'
import {physicalType} from './physical.js'
import {type LeafReader, openRowGroup} from './read-leaves.js'
import {concatenate, sliceRows} from './slice.js'
import {type CopiedChunk, createParquetFile, type ParquetFileWriter, parquetWriteOptions} from './write-file.js'

/** What is to be merged into what. */
export interface MergeRequest {
  readonly io: FileIO
  /** Parquet files of one partition, in the order in which their rows come out. */
  readonly inputs: readonly DataFile[]
  /** The schema of what comes out. */
  readonly schema: Schema
  /** Exactly so many files come out; the rows are divided evenly. */
  readonly outputs: number
  readonly newPath: (index: number) => string
  /** The values of identity partition fields by column, for inputs that lack the column. */
  readonly identity: ReadonlyMap<number, Value>
  /** The table's. */
  readonly properties: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly onRows: (rows: number) => void
  /** Told every path before anything is written to it. */
  readonly onStaged: (path: string) => void
}

export interface MergedFile {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Rows. */
  readonly recordCount: number
  readonly metrics: FileMetrics
  readonly splitOffsets: readonly number[]
}

/** A row group that is at least this part of the target is copied. */
const LARGE = 0.25
const LEAF_MEMORY = 16 * 1024 ** 2
const FOOTERS_AT_A_TIME = 16

/**
 * Merges Parquet files into fewer, or divides them into more: row groups that are large already are copied byte for byte, the
 * others are decoded, column by column, into full ones. Columns are matched by field id; the result has the schema's columns.
 * Memory is bounded by a row group of the target size and one decoded column of it.
 *
 * This is the seam at which merging pages without decoding them comes in.
 *
 * @throws PhloError `PARQUET_CORRUPT`, `PARQUET_UNSUPPORTED`, and what the FileIO throws; what was being written is then aborted
 */
export async function mergeFiles(request: MergeRequest): Promise<readonly MergedFile[]> {
  const {schema, properties, signal} = request
  const inputs = await openInputs(request)
  const leaves = leavesOf(schema)
  const rowGroupBytes = Number(properties['write.parquet.row-group-size-bytes'] ?? 128 * 1024 ** 2)
  const limits = {rowGroupBytes, leafMemory: LEAF_MEMORY, canCopy: (segment: Segment) => isCopyable(segment, leaves, rowGroupBytes * LARGE)}
  const merged: MergedFile[] = []
  for (const [index, segments] of divideRows(inputs, request.outputs).entries()) {
    signal.throwIfAborted()
    merged.push(await writeOutput(request, request.newPath(index), planRowGroups(segments, limits), leaves))
  }
  return merged
}

async function openInputs({io, inputs, properties}: MergeRequest): Promise<readonly MergeInput[]> {
  const {default: pMap} = await import('p-map')
  const mapping = nameMapping(properties)
  return pMap(inputs, (file) => openInput(io, file, mapping), {concurrency: FOOTERS_AT_A_TIME})
}

async function openInput(io: FileIO, file: DataFile, mapping: NameMapping | undefined): Promise<MergeInput> {
  const opened = await io.open(file.filePath)
  try {
    if (opened.size !== file.fileSizeInBytes) {
      throw unavailable('FILE_SIZE_MISMATCH', `${file.filePath} has ${opened.size} bytes; its manifest says ${file.fileSizeInBytes}.`)
    }
    const footer = await readFooter(opened)
    if (Number(footer.num_rows) !== file.recordCount) {
      throw unavailable('ROW_COUNT_MISMATCH', `${file.filePath} has ${footer.num_rows} rows; its manifest says ${file.recordCount}.`)
    }
    return {file, footer, leaves: tableFileLeaves(file.filePath, footer, mapping)}
  } finally {
    await opened.close()
  }
}

async function writeOutput(
  request: MergeRequest,
  path: string,
  rowGroups: readonly PlannedRowGroup[],
  leaves: readonly Leaf[],
): Promise<MergedFile> {
  const {io, schema, properties, signal, identity, onRows, onStaged} = request
  const defaultOf = defaultsOf(schema, identity)
  onStaged(path)
  const writer = createParquetFile(await io.create(path), schema, parquetWriteOptions(properties, schema))
  try {
    for (const {copy, segments, rows} of rowGroups) {
      signal.throwIfAborted()
      if (copy) await writer.copyRowGroup(rows, copiedChunks(io, segments[0] as Segment, leaves))
      else await rewriteRowGroup(io, writer, segments, rows, leaves, defaultOf)
      onRows(rows)
    }
    return {path, ...(await writer.close())}
  } catch (error) {
    await writer.abort()
    throw error
  }
}

async function rewriteRowGroup(
  io: FileIO,
  writer: ParquetFileWriter,
  segments: readonly Segment[],
  rows: number,
  leaves: readonly Leaf[],
  defaultOf: DefaultOf,
): Promise<void> {
  const readers: LeafReader[] = []
  for (const segment of segments) readers.push(await openSegment(io, segment, leaves, defaultOf))
  await writer.writeRowGroup(rows, (leaf) => concatenate(readers.map((read) => read(leaf))))
}

async function openSegment(
  io: FileIO,
  {input, rowGroup, from, to}: Segment,
  leaves: readonly Leaf[],
  defaultOf: DefaultOf,
): Promise<LeafReader> {
  const file = await io.open(input.file.filePath, {size: input.file.fileSizeInBytes})
  try {
    const read = await openRowGroup({file, footer: input.footer, leaves: input.leaves, rowGroup}, leaves, defaultOf)
    return (leaf): LeafValues => sliceRows(read(leaf), from, to)
  } finally {
    await file.close()
  }
}

/** Whether a row group is large enough and every column of it is stored just as the schema wants it. */
function isCopyable({input, rowGroup, from, to}: Segment, leaves: readonly Leaf[], least: number): boolean {
  const group = input.footer.row_groups[rowGroup] as RowGroup
  if (from !== 0 || to !== Number(group.num_rows) || Number(group.total_byte_size) < least) return false
  if (input.leaves.length !== leaves.length) return false
  return leaves.every((leaf, index) => {
    const column = input.leaves[index]
    const chunk = group.columns[index]?.meta_data
    if (!column || !chunk || column.fieldId !== leaf.fieldId || chunk.statistics?.null_count === undefined) return false
    const stored = physicalType(leaf.type)
    const sameType = chunk.type === stored?.type && (stored?.length === undefined || column.element.type_length === stored.length)
    const levels = definitionLevelMap(column, leaf)
    const isUnit = leaf.type.startsWith('timestamp')
      ? column.element.logical_type?.type === 'TIMESTAMP' &&
        column.element.logical_type.unit === (leaf.type.endsWith('_ns') ? 'NANOS' : 'MICROS')
      : true
    return sameType && isUnit && levels?.every((level, depth) => level === depth) === true && levels.length === leaf.maxDefinitionLevel + 1
  })
}

async function* copiedChunks(io: FileIO, {input, rowGroup}: Segment, leaves: readonly Leaf[]): AsyncIterable<CopiedChunk> {
  const group = input.footer.row_groups[rowGroup] as RowGroup
  const file = await io.open(input.file.filePath, {size: input.file.fileSizeInBytes})
  try {
    for (const [index, leaf] of leaves.entries()) {
      const chunk = group.columns[index]
      const data = chunk?.meta_data as ColumnMetaData
      const start = Number(data.dictionary_page_offset || data.data_page_offset)
      const [bytes] = await readRanges(file, [{start, length: Number(data.total_compressed_size)}])
      yield {leaf, chunk: chunk as NonNullable<typeof chunk>, bytes: bytes as Uint8Array, metrics: columnBounds(input, leaf, data)}
    }
  } finally {
    await file.close()
  }
}
