import type {Value} from '../spec/types.js'
import {copiedChunks} from './copy-row-group.js'
import {type DefaultOf, defaultsOf} from './defaults.js'
import {parquetSchema} from './elements.js'
import type {Leaf, LeafValues} from './leaves.js'
import {withLineage} from './lineage.js'
import {createBudget} from './merge/budget.js'
import type {MergeThreads} from './merge/merge-threads.js'
import {type MergeContext, type MergedColumns, mergedColumns} from './merge/merged-columns.js'
import {type PlannedRowGroup, positionOf, runOf, type Segment} from './merge-plan.js'
import type {FileMetrics} from './metrics.js'
import type {LeafReader} from './read-leaves.js'
import {type FilesToMerge, rowGroupsToWrite} from './row-groups-to-write.js'
import {concatenate, selectRows, sliceRows} from './slice.js'
import {survivingRows} from './surviving-rows.js'
import {createParquetFile, type ParquetFileWriter} from './write-file.js'

/** What is to be merged into what. */
export interface MergeRequest extends FilesToMerge {
  readonly newPath: (index: number) => string
  /** The values of identity partition fields by column, for inputs that lack the column. */
  readonly identity: ReadonlyMap<number, Value>
  readonly signal: AbortSignal
  readonly onRows: (rows: number) => void
  /** Told every path before anything is written to it. */
  readonly onStaged: (path: string) => void
  /** Told every leaf whose values are decoded, for each row group. */
  readonly onDecoded?: (leaf: Leaf) => void
  /** Bytes of columns that may have been read and not written yet. Default: 64 MiB. */
  readonly memory?: number
  /** Default: columns are merged on this thread. */
  readonly threads?: MergeThreads | undefined
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

const COLUMN_MEMORY = 64 * 1024 ** 2

/**
 * Merges data files into fewer Parquet files, or divides them into more: row groups of Parquet that are large already are copied byte
 * for byte, those of the others whose rows all stay are merged page by page, column by column, into full ones; and what cannot be merged is decoded. Columns are
 * matched by field id; the result has the schema's columns, which may be those of row lineage, without the rows that were deleted.
 * Memory is bounded by the stored bytes of some columns of a row group of the target size, and one decoded column.
 *
 * @throws PhloError `PARQUET_CORRUPT`, `PARQUET_UNSUPPORTED`, `AVRO_CORRUPT`, `AVRO_UNSUPPORTED`, and what the FileIO throws; what was being written is then aborted
 */
export async function mergeFiles(request: MergeRequest): Promise<readonly MergedFile[]> {
  const {schema, signal} = request
  const {outputs, leaves, options} = await rowGroupsToWrite(request)
  const elements = new Map(parquetSchema(schema).columns.map((column) => [column.fieldId, column]))
  const over = new AbortController()
  const context = {
    io: request.io,
    leaves,
    elements,
    options,
    budget: createBudget(request.memory ?? COLUMN_MEMORY),
    threads: request.threads,
    signal: over.signal,
  }
  const merged: MergedFile[] = []
  try {
    for (const [index, rowGroups] of outputs.entries()) {
      signal.throwIfAborted()
      const output = await writeOutput(request, request.newPath(index), rowGroups, context)
      if (output) merged.push(output)
    }
    return merged
  } finally {
    over.abort()
  }
}

async function writeOutput(
  request: MergeRequest,
  path: string,
  rowGroups: readonly PlannedRowGroup[],
  context: MergeContext,
): Promise<MergedFile | undefined> {
  const {io, schema, signal, identity, onRows, onStaged, onDecoded = () => {}} = request
  const {leaves, options} = context
  const defaultOf = defaultsOf(schema, identity)
  const toMerge = columnsToMerge(rowGroups, context)
  onStaged(path)
  const writer = await createParquetFile(io, path, schema, options)
  try {
    let written = 0
    for (const [at, {copy, segments, rows}] of rowGroups.entries()) {
      signal.throwIfAborted()
      if (copy) await writer.copyRowGroup(rows, copiedChunks(io, segments[0] as Segment, leaves))
      written += copy ? rows : await rewriteRowGroup(writer, {segments, leaves, defaultOf, merged: toMerge(at) as MergedColumns, onDecoded})
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

/** Gives the columns to merge of each row group, in order. When all of one are read, those of the next are begun. */
function columnsToMerge(rowGroups: readonly PlannedRowGroup[], context: MergeContext): (at: number) => MergedColumns | undefined {
  const found = new Map<number, MergedColumns>()
  const columnsOf = (at: number): MergedColumns | undefined => {
    const group = rowGroups[at]
    if (!group || group.copy) return undefined
    const columns = found.get(at) ?? mergedColumns(context, group.segments, () => columnsOf(at + 1)?.begin())
    found.set(at, columns)
    return columns
  }
  return (at) => {
    const columns = columnsOf(at)
    found.delete(at)
    return columns
  }
}

/** Returns how many rows were written: none when all of them are deleted. */
async function rewriteRowGroup(writer: ParquetFileWriter, group: RowGroupToWrite): Promise<number> {
  const {segments, leaves, merged, onDecoded} = group
  const decoded = leaves.filter(({fieldId}) => !merged.ids.has(fieldId))
  const parts = decoded.length > 0 ? await openSegments(group, decoded) : undefined
  const rows = sum(parts ?? segments.map(({from, to}) => ({rows: to - from})))
  const decode = (leaf: Leaf, from: readonly OpenSegment[] = []) => {
    onDecoded(leaf)
    return concatenate(from.map(({read}) => read(leaf)))
  }
  if (rows === 0) return 0
  merged.begin()
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
  readonly merged: MergedColumns
  readonly onDecoded: (leaf: Leaf) => void
}

const sum = (parts: readonly {readonly rows: number}[]) => parts.reduce((total, {rows}) => total + rows, 0)

/** Reads some leaves of the segments; those of which every row is deleted are left out. */
async function openSegments(
  {segments, defaultOf}: Pick<RowGroupToWrite, 'segments' | 'defaultOf'>,
  leaves: readonly Leaf[],
): Promise<readonly OpenSegment[]> {
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
