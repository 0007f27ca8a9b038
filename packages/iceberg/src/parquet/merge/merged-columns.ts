import type {FileIO} from '@phlo/core'
import type {ByteWriter} from 'hyparquet-writer'
import {inBatches} from '../../in-batches.js'
import {readRanges} from '../../io/ranges.js'
import {type ColumnElements, namesOf} from '../elements.js'
import type {Leaf} from '../leaves.js'
import type {Segment} from '../merge-plan.js'
import type {LeafMetrics} from '../metrics.js'
import {type ColumnPages, type DescribedChunk, statisticsOf} from '../write-column.js'
import type {ParquetWriteOptions} from '../write-file.js'
import {createBreather} from './breather.js'
import type {Budget} from './budget.js'
import type {ChunkToMerge, ColumnPart} from './chunk-to-merge.js'
import type {ColumnInBytes} from './column-to-bytes.js'
import {type ColumnToMerge, columnWays} from './column-ways.js'
import {type ColumnMerge, type MergedColumn, mergeColumn} from './merge-column.js'
import type {ColumnInLine, MergeThreads} from './merge-threads.js'
import {mergedStatistics, nullsOf} from './merged-metrics.js'
import {haveManySmallPages} from './page-decompressors.js'
import {placed} from './placed.js'
import {splitRows} from './split-rows.js'
import {lookedFor, workOf} from './work.js'

/** Bytes of column chunks that are read together, unless a single column has more. */
const READ_TOGETHER = 32 * 1024 ** 2
const FILES_AT_A_TIME = 16

/** What all columns of an output have in common. */
export interface MergeContext {
  readonly io: FileIO
  readonly leaves: readonly Leaf[]
  readonly elements: ReadonlyMap<number, ColumnElements>
  readonly options: ParquetWriteOptions
  /** Bytes that may have been read and not written yet. */
  readonly budget: Budget
  /** Undefined when this thread does all. */
  readonly threads: MergeThreads | undefined
  /** Aborted when the merge is over, however it ended: what was begun ahead is then of no use. */
  readonly signal: AbortSignal
}

/** The columns of a row group that are merged without decoding them. */
export interface MergedColumns {
  /** Their field ids. */
  readonly ids: ReadonlySet<number>
  /** Begins to read, as far as there is memory for it. */
  begin(): void
  /**
   * The pages of one of the leaves; to be asked for in their order, and to be written then. Undefined when they turn out to have to be
   * decoded after all: pages of old writers may begin within a row.
   */
  read(leaf: Leaf): Promise<ColumnPages | undefined>
}

/** A column whose chunks are read, and which may be merged already if it stands in line for that. */
type ColumnInWork = {readonly merge: ColumnMerge} | {readonly offered: ColumnInLine}

/**
 * Finds out which leaves of some segments can be merged, from the footers.
 *
 * @param onRead called when all that is to be read was read, so that the next may begin
 */
export function mergedColumns(context: MergeContext, segments: readonly Segment[], onRead: () => void): MergedColumns {
  const {io, leaves, elements, options, budget, threads, signal} = context
  const columns = columnWays(segments, leaves, options).filter((way) => 'parts' in way)
  const batches = inBatches(columns, ({bytes}) => bytes, Math.min(READ_TOGETHER, budget.limit / 2))
  const hasManySmallPages = haveManySmallPages(columns.flatMap(({parts}) => parts))
  const work = new Map(columns.map((column) => [column.leaf.fieldId, workOf(column, options)]))
  threads?.expect([...work.values()].reduce((sum, own) => sum + own, 0))
  const placeOf = new Map(batches.flatMap((batch, at) => batch.map((column) => [column.leaf.fieldId, {column, at}] as const)))
  /** Of each batch; what was taken to be written is no longer held here. */
  const read: Promise<Map<number, ColumnInWork>>[] = []
  const inLine = new Set<ColumnInLine>()
  // Nobody waits for what is left of a merge that failed.
  signal.addEventListener('abort', () => inLine.forEach((column) => void column.withdraw()), {once: true})

  const begin = (at: number): Promise<Map<number, ColumnInWork>> | undefined => {
    const batch = batches[at]
    if (!batch) {
      onRead()
      return undefined
    }
    const found = read[at] ?? readBatch(batch, at)
    // Whoever asks for it is told; nobody may.
    found.catch(() => undefined)
    read[at] = found
    return found
  }
  const readBatch = async (batch: readonly ColumnToMerge[], at: number): Promise<Map<number, ColumnInWork>> => {
    await budget.take(bytesOf(batch))
    signal.throwIfAborted()
    const partsOf = (index: number) => batch.map(({parts}) => parts[index] as ColumnPart)
    const {default: pMap} = await import('p-map')
    const chunks = await pMap(segments, (segment, index) => readParts(io, segment, partsOf(index)), {concurrency: FILES_AT_A_TIME})
    signal.throwIfAborted()
    const begun = new Map<number, ColumnInWork>()
    for (const [index, column] of batch.entries()) {
      const merge = columnMerge(
        column,
        chunks.map((ofSegment) => ofSegment[index] as ChunkToMerge),
      )
      const offered = work.get(column.leaf.fieldId) === 0 ? undefined : threads?.offer(merge)
      if (offered) inLine.add(offered)
      begun.set(column.leaf.fieldId, offered ? {offered} : {merge})
    }
    begin(at + 1)
    return begun
  }
  const columnMerge = (column: ColumnToMerge, parts: readonly ChunkToMerge[]): ColumnMerge => {
    const {leaf} = column
    const own = elements.get(leaf.fieldId) as ColumnElements
    const [physical, path] = [own.physical, namesOf(own)]
    const {compression, pageBytes, pageRows, dictionaryBytes} = options
    const pages = {compression, pageBytes, pageRows, dictionaryBytes, hasManySmallPages}
    return {leaf, physical, path, parts, ...pages, ...lookedFor(column, options)}
  }
  return {
    ids: new Set(columns.map(({leaf}) => leaf.fieldId)),
    begin: () => void begin(0),
    async read({fieldId}) {
      const {column, at} = placeOf.get(fieldId) as {column: ColumnToMerge; at: number}
      const begun = (await begin(at)) as Map<number, ColumnInWork>
      const own = begun.get(fieldId) as ColumnInWork
      begun.delete(fieldId)
      if ('offered' in own) inLine.delete(own.offered)
      const merge = 'merge' in own ? own.merge : own.offered.withdraw()
      const merged = 'offered' in own && !merge ? await own.offered.merged() : undefined
      if (merge ? await splitRows(merge) : !merged) {
        budget.give(column.bytes)
        return undefined
      }
      return {
        async write(writer, flush) {
          const written = merge
            ? await mergeColumn(merge, writer, breathing(flush))
            : await writeMerged(merged as ColumnInBytes, writer, flush)
          budget.give(column.bytes)
          return described(column, written)
        },
      }
    },
  }
}

const bytesOf = (columns: readonly ColumnToMerge[]) => columns.reduce((sum, {bytes}) => sum + bytes, 0)

/** Reads chunks of a segment's file, and their column indexes. */
async function readParts(io: FileIO, segment: Segment, parts: readonly ColumnPart[]): Promise<readonly ChunkToMerge[]> {
  const {filePath, fileSizeInBytes: size} = segment.input.file
  const indexes = parts.flatMap(({columnIndex}) => columnIndex ?? [])
  const file = await io.open(filePath, {size})
  try {
    const ranges = [...parts.map(({place}) => place), ...indexes]
    const bytes = new Map((await readRanges(file, ranges)).map((own, at) => [ranges[at], own]))
    return parts.map((part) => ({...part, bytes: bytes.get(part.place) as Uint8Array, index: bytes.get(part.columnIndex)}))
  } finally {
    await file.close()
  }
}

async function writeMerged(column: ColumnInBytes, writer: ByteWriter, flush: () => Promise<void>): Promise<MergedColumn> {
  const start = writer.offset
  for (const bytes of column.bytes) {
    writer.appendBytes(bytes)
    await flush()
  }
  return {...column, written: placed(column.written, start)}
}

function breathing(flush: () => Promise<void>): () => Promise<void> {
  const breathe = createBreather()
  return async () => {
    await flush()
    await breathe()
  }
}

function described({leaf, parts, metrics}: ColumnToMerge, {written, floats, nulls: counted}: MergedColumn): DescribedChunk {
  const nulls = nullsOf(parts) ?? (counted as number)
  if (!('inValues' in metrics)) return {written, metrics, statistics: mergedStatistics(leaf, parts, nulls)}
  const values = parts.reduce((sum, {entries}) => sum + entries, 0)
  const found: LeafMetrics = {values, nulls, nans: 0, lower: undefined, upper: undefined, ...floats, bounded: true}
  return {written, metrics: found, statistics: floats ? statisticsOf(leaf, found) : mergedStatistics(leaf, parts, nulls)}
}
