import type {FileIO} from '@phlo/core'
import type {ColumnChunk, ColumnMetaData, RowGroup} from 'hyparquet'
import {inBatches} from '../in-batches.js'
import {type ByteRange, readRanges} from '../io/ranges.js'
import {copiedIndexes, indexPlaces} from './chunk-indexes.js'
import {columnBounds} from './copied-metrics.js'
import {definitionLevelMap, type FileLeaf} from './file-leaves.js'
import {placeOf} from './footer.js'
import type {Leaf} from './leaves.js'
import {isLineage} from './lineage.js'
import {positionOf, type Segment} from './merge-plan.js'
import {physicalType} from './physical.js'
import {describeElement} from './promote.js'
import type {CopiedChunk} from './relocate-chunk.js'
import {survivingRows} from './surviving-rows.js'
import type {ParquetWriteOptions} from './write-file.js'

/** Whether a row group is large enough and every column of it is stored just as the schema wants it, with the Bloom filter that it is to have. */
export function isCopyable(
  segment: Segment,
  leaves: readonly Leaf[],
  least: number,
  {bloomFilter}: Pick<ParquetWriteOptions, 'bloomFilter'>,
): boolean {
  const {input, run, from, to} = segment
  const {parquet, source} = input
  const group = parquet?.footer.row_groups[run]
  if (!group || from !== 0 || to !== Number(group.num_rows) || Number(group.total_byte_size) < least) return false
  const columns = leaves.flatMap(columnsOf)
  if (parquet.leaves.length !== columns.length) return false
  if (survivingRows(source.deleted, positionOf(segment), to)) return false
  return columns.every((wanted, at) => {
    const chunk = group.columns[at]
    const isFiltered = !bloomFilter(wanted.leaf) || hasFilter(chunk, input.file.fileSizeInBytes)
    const isCounted = chunk?.meta_data?.statistics?.null_count !== undefined
    return isFiltered && isCounted && !difference(parquet.leaves[at] as FileLeaf, wanted, chunk?.meta_data)
  })
}

/** A chunk without a value needs none. */
const hasFilter = (chunk: ColumnChunk | undefined, size: number) =>
  chunk?.meta_data?.statistics?.null_count === chunk?.meta_data?.num_values || indexPlaces(chunk, size).bloomFilter !== undefined

/** A column as a leaf would be written. */
interface StoredColumn {
  readonly leaf: Leaf
  /** Of a variant, that is not shredded. */
  readonly part?: 'metadata' | 'value'
}

const columnsOf = (leaf: Leaf): readonly StoredColumn[] =>
  leaf.type === 'variant'
    ? [
        {leaf, part: 'metadata'},
        {leaf, part: 'value'},
      ]
    : [{leaf}]

/** In what a column chunk is not stored just as the schema wants it; undefined when it is. */
export function difference(column: FileLeaf, {leaf, part}: StoredColumn, chunk: ColumnMetaData | undefined): string | undefined {
  if (!chunk || column.fieldId !== leaf.fieldId) return 'the file lacks it'
  // A row id that is inherited would be another one in another file.
  if (isLineage(leaf) && chunk.statistics?.null_count !== 0n) return 'rows inherit it from their file'
  const path = part ? [...leaf.path, {repetition: 'REQUIRED'} as const] : leaf.path
  const levels = definitionLevelMap(column, {...leaf, path})
  if (!levels?.every((level, depth) => level === depth) || levels.length !== leaf.maxDefinitionLevel + 1) {
    return 'it is required in one of file and table, and optional in the other'
  }
  if (part) return chunk.type === 'BYTE_ARRAY' && column.element.name === part ? undefined : 'it is shredded'
  const stored = physicalType(leaf.type)
  const sameType = chunk.type === stored?.type && (stored?.length === undefined || column.element.type_length === stored.length)
  const {logical_type: logical} = column.element
  const unit = leaf.type.endsWith('_ns') ? 'NANOS' : 'MICROS'
  const sameUnit = !leaf.type.startsWith('timestamp') || (logical?.type === 'TIMESTAMP' && logical.unit === unit)
  return sameType && sameUnit ? undefined : `it is stored as ${describeElement(column.element)}, and is ${leaf.type} now`
}

/** Bytes of column chunks that are read at a time. */
const READ_TOGETHER = 16 * 1024 ** 2

/** The columns of the row group, in the order of `parquetSchema`: some are read while others are written. */
export async function* copiedChunks(io: FileIO, {input, run}: Segment, leaves: readonly Leaf[]): AsyncIterable<CopiedChunk> {
  const group = input.parquet?.footer.row_groups[run] as RowGroup
  const file = await io.open(input.file.filePath, {size: input.file.fileSizeInBytes})
  const wanted = leaves.flatMap(columnsOf).map(({leaf}, index) => ({leaf, chunk: group.columns[index] as StoredChunk}))
  const read = async (some: readonly WantedChunk[]) => {
    const places = some.map(({chunk}) => ({pages: placeOf(chunk.meta_data), ...indexPlaces(chunk, file.size)}))
    const ranges = places.flatMap((own) => Object.values(own).filter((place) => place !== undefined))
    const bytes = new Map((await readRanges(file, ranges)).map((own, at) => [ranges[at], own]))
    const bytesAt = (place: ByteRange | undefined) => place && bytes.get(place)
    return some.map((wanted, at) => {
      const {pages, columnIndex, offsetIndex, bloomFilter} = places[at] as (typeof places)[number]
      const beside = {columnIndex: bytesAt(columnIndex), offsetIndex: bytesAt(offsetIndex), bloomFilter: bytesAt(bloomFilter)}
      return {...wanted, bytes: bytesAt(pages) as Uint8Array, indexes: copiedIndexes(wanted.leaf, beside)}
    })
  }
  let next: ReturnType<typeof read> | undefined
  try {
    for (const batch of [...inBatches(wanted, ({chunk}) => placeOf(chunk.meta_data).length, READ_TOGETHER), []]) {
      const current = await next
      next = read(batch)
      // Whoever stops listening is not told.
      next.catch(() => undefined)
      for (const {leaf, chunk, bytes, indexes} of current ?? []) {
        yield {leaf, chunk, bytes, indexes, metrics: columnBounds(input, leaf, chunk.meta_data)}
      }
    }
  } finally {
    await next?.catch(() => undefined)
    await file.close()
  }
}

type StoredChunk = ColumnChunk & {readonly meta_data: ColumnMetaData}

interface WantedChunk {
  readonly leaf: Leaf
  readonly chunk: StoredChunk
}
