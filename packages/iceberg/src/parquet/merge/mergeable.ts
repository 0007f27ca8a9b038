import type {ColumnChunk} from 'hyparquet'
import type {ByteRange} from '../../io/ranges.js'
import {decompressors} from '../codecs.js'
import {isSame} from '../copy-row-group.js'
import type {FileLeaf} from '../file-leaves.js'
import type {Leaf} from '../leaves.js'
import {positionOf, runOf, type Segment} from '../merge-plan.js'
import {convertValues} from '../promote.js'
import {survivingRows} from '../surviving-rows.js'
import type {ColumnPart} from './chunk-to-merge.js'
import {MERGED_ENCODINGS} from './pages.js'

/** Whether a segment is a row group of Parquet as it stands, without a row that is left out. */
export function isWhole(segment: Segment): boolean {
  const {input, from, to} = segment
  const {rows} = runOf(segment)
  return input.parquet !== undefined && from === 0 && to === rows && !survivingRows(input.source.deleted, positionOf(segment), rows)
}

export type ColumnsById = ReadonlyMap<number | undefined, FileLeaf>

/** The columns of a segment's file by field id. */
export const columnsOf = ({input}: Segment): ColumnsById => new Map(input.parquet?.leaves.map((column) => [column.fieldId, column]))

/**
 * A leaf's column chunk in a whole row group, if its pages may stand in the new file: it has the type and levels of the leaf,
 * nothing in it is to be filled in, and it can be decompressed. Undefined when it has to be decoded.
 *
 * @param small bytes before compression below which pages are not left alone
 */
export function mergeablePart({input, run}: Segment, column: FileLeaf | undefined, leaf: Leaf, small: number): ColumnPart | undefined {
  const stored = column && input.parquet?.footer.row_groups[run]?.columns[column.index]
  const chunk = stored?.meta_data
  if (!column || !chunk || leaf.type === 'variant' || !isSame(column, {leaf}, chunk)) return undefined
  const path = input.file.filePath
  const probe: [] = []
  if (convertValues({path}, column, leaf, probe) !== probe) return undefined
  const {codec, encodings} = chunk
  if (codec !== 'UNCOMPRESSED' && codec !== 'SNAPPY' && !(codec in decompressors)) return undefined
  if (!encodings.every((encoding) => MERGED_ENCODINGS.has(encoding) || encoding === 'BIT_PACKED')) return undefined
  // Other types came to this encoding late, and not every reader knows them in it.
  if (encodings.includes('BYTE_STREAM_SPLIT') && chunk.type !== 'FLOAT' && chunk.type !== 'DOUBLE') return undefined
  // Pages of some encodings cannot be joined, and many small ones would be read slowly ever after.
  const isSmall = Number(chunk.total_uncompressed_size) < small
  if (isSmall && encodings.some((encoding) => encoding.startsWith('DELTA') || encoding === 'BYTE_STREAM_SPLIT')) return undefined
  return {path, column, chunk, columnIndex: columnIndexOf(stored, input.file.fileSizeInBytes)}
}

/** Where a chunk's column index is; undefined when it has none, or one that is not in the file. */
function columnIndexOf(stored: ColumnChunk | undefined, size: number): ByteRange | undefined {
  const {column_index_offset: offset, column_index_length: length} = stored ?? {}
  const start = Number(offset ?? 0n)
  return length !== undefined && length > 0 && start > 0 && start + length <= size ? {start, length} : undefined
}
