import type {FileIO} from '@phlo/core'
import {readRanges} from '../../io/ranges.js'
import {namingColumn} from '../damage.js'
import type {Leaf} from '../leaves.js'
import {runOf, type Segment} from '../merge-plan.js'
import type {LeafMetrics} from '../metrics.js'
import type {ColumnPages} from '../write-column.js'
import type {ParquetWriteOptions} from '../write-file.js'
import type {ChunkToMerge, ColumnPart} from './chunk-to-merge.js'
import {mergeColumn, smallPage} from './merge-column.js'
import {type ColumnsById, columnsOf, isWhole, mergeablePart} from './mergeable.js'
import {mergedMetrics, mergedStatistics} from './merged-metrics.js'
import {beginsWithinRow, levelsOf} from './open-page.js'
import {chunkPages} from './pages.js'

/** Bytes of column chunks that are read ahead together, unless a single column has more. */
const READ_AHEAD = 48 * 1024 ** 2
const FILES_AT_A_TIME = 16

/** The columns of a row group that are merged without decoding them. */
export interface MergedColumns {
  /** Their field ids. */
  readonly ids: ReadonlySet<number>
  /**
   * The pages of one of the leaves; to be asked for in their order. Undefined when they turn out to have to be decoded after all: pages of
   * old writers may begin within a row.
   */
  read(leaf: Leaf): Promise<ColumnPages | undefined>
}

interface ColumnToMerge {
  readonly leaf: Leaf
  readonly parts: readonly ColumnPart[]
  readonly metrics: LeafMetrics
}

/** Finds out which leaves of some segments can be merged, from the footers. */
export function mergedColumns(
  io: FileIO,
  segments: readonly Segment[],
  leaves: readonly Leaf[],
  options: ParquetWriteOptions,
): MergedColumns {
  const byId = segments.every(isWhole) ? segments.map(columnsOf) : undefined
  const columns = byId ? leaves.flatMap((leaf) => columnToMerge(segments, byId, leaf, options) ?? []) : []
  const found = new Map<number, readonly ChunkToMerge[]>()

  const readAhead = async (from: number) => {
    let [to, size] = [from, 0]
    for (; to < columns.length; to++) {
      size += bytesIn(columns[to] as ColumnToMerge)
      if (to > from && size > READ_AHEAD) break
    }
    const batch = columns.slice(from, to)
    const partsOf = (index: number) => batch.map(({parts}) => parts[index] as ColumnPart)
    const {default: pMap} = await import('p-map')
    const read = await pMap(segments, (segment, index) => readParts(io, segment, partsOf(index)), {concurrency: FILES_AT_A_TIME})
    for (const [index, {leaf}] of batch.entries()) {
      const chunks = read.map((ofSegment) => ofSegment[index] as ChunkToMerge)
      found.set(leaf.fieldId, chunks)
    }
  }
  return {
    ids: new Set(columns.map(({leaf}) => leaf.fieldId)),
    async read({fieldId}) {
      const at = columns.findIndex(({leaf}) => leaf.fieldId === fieldId)
      const column = columns[at] as ColumnToMerge
      const {leaf} = column
      if (!found.has(fieldId)) await readAhead(at)
      const chunks = found.get(fieldId) ?? []
      found.delete(fieldId)
      if (leaf.maxRepetitionLevel > 0 && chunks.some((chunk) => namingColumn(chunk, () => splitsRows(chunk, leaf)))) return undefined
      return {metrics: column.metrics, statistics: mergedStatistics(leaf, column.parts), write: mergeColumn(leaf, chunks)}
    },
  }
}

/** The field ids of the leaves of one segment that can be merged. */
export function mergeableLeaves(segment: Segment, leaves: readonly Leaf[], options: ParquetWriteOptions): ReadonlySet<number> {
  if (!isWhole(segment)) return new Set()
  const columns = [columnsOf(segment)]
  return new Set(leaves.filter((leaf) => columnToMerge([segment], columns, leaf, options)).map(({fieldId}) => fieldId))
}

function columnToMerge(
  segments: readonly Segment[],
  columns: readonly ColumnsById[],
  leaf: Leaf,
  options: ParquetWriteOptions,
): ColumnToMerge | undefined {
  const parts: ColumnPart[] = []
  for (const [index, segment] of segments.entries()) {
    const part = mergeablePart(segment, columns[index]?.get(leaf.fieldId), leaf, smallPage(options.pageBytes))
    if (!part) return undefined
    parts.push(part)
  }
  const chunks = segments.map((segment, index) => ({segment, part: parts[index] as ColumnPart}))
  const metrics = mergedMetrics(leaf, options.metrics(leaf.fieldId), chunks)
  return metrics && {leaf, parts, metrics}
}

const startOf = ({chunk}: ColumnPart) => Number(chunk.dictionary_page_offset || chunk.data_page_offset)
const lengthOf = ({chunk}: ColumnPart) => Number(chunk.total_compressed_size)
const bytesIn = ({parts}: ColumnToMerge) => parts.reduce((sum, part) => sum + lengthOf(part), 0)

/** Reads chunks of a segment's file, and their column indexes. */
async function readParts(io: FileIO, segment: Segment, parts: readonly ColumnPart[]): Promise<readonly ChunkToMerge[]> {
  const {filePath, fileSizeInBytes: size} = segment.input.file
  const ranges = parts.map((part) => ({start: startOf(part), length: lengthOf(part)}))
  const indexes = parts.flatMap(({columnIndex}) => columnIndex ?? [])
  const file = await io.open(filePath, {size})
  try {
    const bytes = await readRanges(file, [...ranges, ...indexes])
    const {rows} = runOf(segment)
    return parts.map((part, at) => {
      const index = part.columnIndex && bytes[parts.length + indexes.indexOf(part.columnIndex)]
      return {...part, rows, bytes: bytes[at] as Uint8Array, index}
    })
  } finally {
    await file.close()
  }
}

/** Whether a page of a repeated column goes on with the row of the page before it, as version 1 of data pages allows. */
const splitsRows = ({chunk, bytes}: ChunkToMerge, leaf: Leaf) =>
  chunkPages(chunk, bytes).pages.some((page) => beginsWithinRow(page, levelsOf(leaf)))
