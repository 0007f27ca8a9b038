import type {FileIO} from '@phlo/core'
import type {ColumnMetaData, RowGroup} from 'hyparquet'
import {readRanges} from '../io/ranges.js'
import {columnBounds} from './copied-metrics.js'
import {definitionLevelMap, type FileLeaf} from './file-leaves.js'
import type {Leaf} from './leaves.js'
import {isLineage} from './lineage.js'
import {positionOf, type Segment} from './merge-plan.js'
import {physicalType} from './physical.js'
import {survivingRows} from './surviving-rows.js'
import type {CopiedChunk} from './write-file.js'

/** Whether a row group is large enough and every column of it is stored just as the schema wants it. */
export function isCopyable(segment: Segment, leaves: readonly Leaf[], least: number): boolean {
  const {input, run, from, to} = segment
  const {parquet, source} = input
  const group = parquet?.footer.row_groups[run]
  if (!group || from !== 0 || to !== Number(group.num_rows) || Number(group.total_byte_size) < least) return false
  const columns = leaves.flatMap(columnsOf)
  if (parquet.leaves.length !== columns.length) return false
  if (survivingRows(source.deleted, positionOf(segment), to)) return false
  return columns.every((wanted, index) => isSame(parquet.leaves[index] as FileLeaf, wanted, group.columns[index]?.meta_data))
}

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

/** Whether a column chunk is stored just as the schema wants it, and its nulls are counted. */
export function isSame(column: FileLeaf, {leaf, part}: StoredColumn, chunk: ColumnMetaData | undefined): boolean {
  if (chunk?.statistics?.null_count === undefined || column.fieldId !== leaf.fieldId) return false
  // A row id that is inherited would be another one in another file.
  if (isLineage(leaf) && Number(chunk.statistics.null_count) > 0) return false
  const path = part ? [...leaf.path, {repetition: 'REQUIRED'} as const] : leaf.path
  const levels = definitionLevelMap(column, {...leaf, path})
  if (!levels?.every((level, depth) => level === depth) || levels.length !== leaf.maxDefinitionLevel + 1) return false
  if (part) return chunk.type === 'BYTE_ARRAY' && column.element.name === part
  const stored = physicalType(leaf.type)
  const sameType = chunk.type === stored?.type && (stored?.length === undefined || column.element.type_length === stored.length)
  if (!leaf.type.startsWith('timestamp')) return sameType
  const {logical_type: logical} = column.element
  return sameType && logical?.type === 'TIMESTAMP' && logical.unit === (leaf.type.endsWith('_ns') ? 'NANOS' : 'MICROS')
}

/** The columns of the row group, in the order of `parquetSchema`. */
export async function* copiedChunks(io: FileIO, {input, run}: Segment, leaves: readonly Leaf[]): AsyncIterable<CopiedChunk> {
  const group = input.parquet?.footer.row_groups[run] as RowGroup
  const file = await io.open(input.file.filePath, {size: input.file.fileSizeInBytes})
  try {
    for (const [index, {leaf}] of leaves.flatMap(columnsOf).entries()) {
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
