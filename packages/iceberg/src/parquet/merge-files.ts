import type {FileIO} from '@phlo/core'
import type {DataFile} from '../spec/manifest.js'
import type {Schema, Value} from '../spec/types.js'
import {copiedChunks, isCopyable} from './copy-row-group.js'
import {type DefaultOf, defaultsOf} from './defaults.js'
import {type RowSource, rowSourceOf} from './file-rows.js'
import {type Leaf, type LeafValues, storedLeavesOf} from './leaves.js'
import {withLineage} from './lineage.js'
import {mergeableLeaves, mergedColumns} from './merge/merged-columns.js'
import {divideRows, type MergeInput, type PlannedRowGroup, planRowGroups, positionOf, runOf, type Segment} from './merge-plan.js'
import type {FileMetrics} from './metrics.js'
import {nameMapping} from './name-mapping.js'
import {openInput} from './open-input.js'
import type {LeafReader} from './read-leaves.js'
import {concatenate, selectRows, sliceRows} from './slice.js'
import {survivingRows} from './surviving-rows.js'
import {createParquetFile, type ParquetFileWriter, type ParquetWriteOptions, parquetWriteOptions, rowGroupBytesOf} from './write-file.js'

/** What is to be merged into what. */
export interface MergeRequest {
  readonly io: FileIO
  /** Parquet and Avro files of one partition, in the order in which their rows come out. */
  readonly inputs: readonly DataFile[]
  /** The schema of what comes out. */
  readonly schema: Schema
  /** So many files come out, fewer only when all rows of one are deleted; the rows are divided evenly. */
  readonly outputs: number
  readonly newPath: (index: number) => string
  /** What the table knows of an input besides its description. Default: nothing. */
  readonly sourceOf?: SourceOf
  /** The values of identity partition fields by column, for inputs that lack the column. */
  readonly identity: ReadonlyMap<number, Value>
  /** The table's. */
  readonly properties: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly onRows: (rows: number) => void
  /** Told every path before anything is written to it. */
  readonly onStaged: (path: string) => void
}

/** What the table knows of the rows of a data file: those that were deleted, and what they inherit. */
export type SourceOf = (file: DataFile) => RowSource

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
 * Merges data files into fewer Parquet files, or divides them into more: row groups of Parquet that are large already are copied byte
 * for byte, those of the others whose rows all stay are merged page by page, column by column, into full ones; and what cannot be merged is decoded. Columns are
 * matched by field id; the result has the schema's columns, which may be those of row lineage, without the rows that were deleted.
 * Memory is bounded by the stored bytes of some columns of a row group of the target size, and one decoded column.
 *
 * @throws PhloError `PARQUET_CORRUPT`, `PARQUET_UNSUPPORTED`, `AVRO_CORRUPT`, `AVRO_UNSUPPORTED`, and what the FileIO throws; what was being written is then aborted
 */
export async function mergeFiles(request: MergeRequest): Promise<readonly MergedFile[]> {
  const {schema, properties, signal} = request
  const inputs = await openInputs(request)
  const leaves = storedLeavesOf(schema)
  const rowGroupBytes = rowGroupBytesOf(properties)
  const options = parquetWriteOptions(properties, schema)
  const limits = {
    rowGroupBytes,
    leafMemory: LEAF_MEMORY,
    canCopy: (segment: Segment) => isCopyable(segment, leaves, rowGroupBytes * LARGE),
    mergeable: (segment: Segment) => mergeableLeaves(segment, leaves, options),
  }
  const merged: MergedFile[] = []
  for (const [index, segments] of divideRows(inputs, request.outputs).entries()) {
    signal.throwIfAborted()
    const output = await writeOutput(request, request.newPath(index), planRowGroups(segments, limits), {leaves, options})
    if (output) merged.push(output)
  }
  return merged
}

async function openInputs({io, inputs, properties, sourceOf = rowSourceOf}: MergeRequest): Promise<readonly MergeInput[]> {
  const {default: pMap} = await import('p-map')
  const mapping = nameMapping(properties)
  return pMap(inputs, (file) => openInput(io, file, sourceOf(file), mapping), {concurrency: FOOTERS_AT_A_TIME})
}

async function writeOutput(
  request: MergeRequest,
  path: string,
  rowGroups: readonly PlannedRowGroup[],
  {leaves, options}: {readonly leaves: readonly Leaf[]; readonly options: ParquetWriteOptions},
): Promise<MergedFile | undefined> {
  const {io, schema, signal, identity, onRows, onStaged} = request
  const defaultOf = defaultsOf(schema, identity)
  onStaged(path)
  const writer = await createParquetFile(io, path, schema, options)
  try {
    let written = 0
    for (const {copy, segments, rows} of rowGroups) {
      signal.throwIfAborted()
      if (copy) await writer.copyRowGroup(rows, copiedChunks(io, segments[0] as Segment, leaves))
      written += copy ? rows : await rewriteRowGroup(request, writer, {segments, leaves, defaultOf, options})
      onRows(rows)
    }
    if (written > 0 || rowGroups.length === 0) return {path, ...(await writer.close())}
    await writer.abort()
    return undefined
  } catch (error) {
    await writer.abort()
    throw error
  }
}

/** Returns how many rows were written: none when all of them are deleted. */
async function rewriteRowGroup({io}: MergeRequest, writer: ParquetFileWriter, group: RowGroupToWrite): Promise<number> {
  const {segments, leaves, options} = group
  const merged = mergedColumns(io, segments, leaves, options)
  const decoded = leaves.filter(({fieldId}) => !merged.ids.has(fieldId))
  const parts = decoded.length > 0 ? await openSegments(group, decoded) : undefined
  const rows = sum(parts ?? segments.map(({from, to}) => ({rows: to - from})))
  const decode = (leaf: Leaf, from: readonly OpenSegment[] = []) => concatenate(from.map(({read}) => read(leaf)))
  if (rows === 0) return 0
  await writer.writeRowGroup(rows, async (leaf) => {
    if (!merged.ids.has(leaf.fieldId)) return decode(leaf, parts)
    return (await merged.read(leaf)) ?? decode(leaf, await openSegments(group, [leaf]))
  })
  return rows
}

/** What becomes one row group. */
interface RowGroupToWrite {
  readonly segments: readonly Segment[]
  readonly leaves: readonly Leaf[]
  readonly defaultOf: DefaultOf
  readonly options: ParquetWriteOptions
}

const sum = (parts: readonly {readonly rows: number}[]) => parts.reduce((total, {rows}) => total + rows, 0)

/** Reads some leaves of the segments; those of which every row is deleted are left out. */
async function openSegments({segments, defaultOf}: RowGroupToWrite, leaves: readonly Leaf[]): Promise<readonly OpenSegment[]> {
  const parts: OpenSegment[] = []
  for (const segment of segments) {
    const survivors = survivingRows(segment.input.source.deleted, positionOf(segment), segment.to - segment.from)
    if (survivors?.length !== 0) parts.push(await openSegment(segment, survivors, leaves, defaultOf))
  }
  return parts
}

interface OpenSegment {
  readonly rows: number
  readonly read: LeafReader
}

async function openSegment(
  segment: Segment,
  survivors: Uint32Array | undefined,
  leaves: readonly Leaf[],
  defaultOf: DefaultOf,
): Promise<OpenSegment> {
  const {input, from, to} = segment
  const {lineage} = input.source
  const stored = await runOf(segment).open(leaves, defaultOf)
  const all = lineage ? withLineage(stored, lineage, runOf(segment).position) : stored
  const read = (leaf: Leaf): LeafValues => {
    const rows = sliceRows(all(leaf), from, to)
    return survivors ? selectRows(rows, survivors) : rows
  }
  return {rows: survivors?.length ?? to - from, read}
}
