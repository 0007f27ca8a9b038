import type {ColumnChunk, ColumnMetaData} from 'hyparquet'
import type {ByteRange} from '../../io/ranges.js'
import {decompressors} from '../codecs.js'
import {difference} from '../copy-row-group.js'
import type {FileLeaf} from '../file-leaves.js'
import {placeOf} from '../footer.js'
import {boundsOf} from '../footer-statistics.js'
import type {Leaf} from '../leaves.js'
import {positionOf, runOf, type Segment} from '../merge-plan.js'
import {convertValues, describeElement} from '../promote.js'
import {survivingRows} from '../surviving-rows.js'
import type {ColumnPart} from './chunk-to-merge.js'
import {MERGED_ENCODINGS} from './pages.js'

/** Why a segment is not a row group of Parquet as it stands, without a row that is left out; undefined when it is. */
export function whyNotWhole(segment: Segment): string | undefined {
  const {input, from, to} = segment
  const {rows} = runOf(segment)
  if (!input.parquet) return 'its file is not Parquet'
  if (from > 0 || to < rows) return 'its row group is divided'
  return survivingRows(input.source.deleted, positionOf(segment), rows) && 'rows of its file are deleted'
}

export type ColumnsById = ReadonlyMap<number | undefined, FileLeaf>

/** The columns of a segment's file by field id. */
export const columnsOf = ({input}: Segment): ColumnsById => new Map(input.parquet?.leaves.map((column) => [column.fieldId, column]))

/**
 * A leaf's column chunk in a whole row group, if its pages may stand in the new file: it has the type and levels of the leaf,
 * nothing in it is to be filled in, and it can be decompressed. Else the reason why it has to be decoded.
 *
 * @param small bytes before compression below which pages are not left alone
 */
export function mergeablePart({input, run}: Segment, column: FileLeaf | undefined, leaf: Leaf, small: number): ColumnPart | string {
  const stored = column && input.parquet?.footer.row_groups[run]?.columns[column.index]
  const chunk = stored?.meta_data
  if (leaf.type === 'variant') return 'it is a variant'
  if (!column || !chunk) return 'the file lacks it'
  const other = difference(column, {leaf}, chunk)
  if (other !== undefined) return other
  const path = input.file.filePath
  const probe: [] = []
  if (convertValues({path}, column, leaf, probe) !== probe)
    return `it is stored as ${describeElement(column.element)}, and is ${leaf.type} now`
  const {codec, encodings} = chunk
  if (codec !== 'UNCOMPRESSED' && codec !== 'SNAPPY' && !(codec in decompressors)) return `it is compressed by ${codec}`
  const unknown = encodings.find((encoding) => !MERGED_ENCODINGS.has(encoding) && encoding !== 'BIT_PACKED')
  if (unknown !== undefined) return `it has the encoding ${unknown}`
  // Other types came to this encoding late, and not every reader knows them in it.
  if (encodings.includes('BYTE_STREAM_SPLIT') && chunk.type !== 'FLOAT' && chunk.type !== 'DOUBLE')
    return 'it has the encoding BYTE_STREAM_SPLIT'
  // Pages of some encodings cannot be joined, and many small ones would be read slowly ever after.
  const single = encodings.find((encoding) => encoding.startsWith('DELTA') || encoding === 'BYTE_STREAM_SPLIT')
  if (single !== undefined && Number(chunk.total_uncompressed_size) < small) return `small pages of the encoding ${single} cannot be joined`
  const {type, statistics, num_values: entries} = chunk
  const nulls = Number(statistics?.null_count ?? 0n)
  return {
    path,
    name: chunk.path_in_schema.join('.'),
    type,
    codec,
    hasDictionary: encodings.some((encoding) => encoding.endsWith('_DICTIONARY')),
    entries: Number(entries),
    nulls,
    bounds: nulls === Number(entries) ? undefined : ownBounds(path, column, chunk, leaf),
    isExact: statistics?.is_min_value_exact !== false && statistics?.is_max_value_exact !== false,
    rows: Number(input.runs[run]?.rows),
    place: placeOf(chunk),
    columnIndex: columnIndexOf(stored, input.file.fileSizeInBytes),
  }
}

/** The bounds that a chunk's statistics give its values. They are copies: a view of a footer would keep, or send, all of it. */
function ownBounds(path: string, column: FileLeaf, {statistics}: ColumnMetaData, leaf: Leaf): ColumnPart['bounds'] {
  const {min: _min, max: _max, ...trusted} = statistics ?? {}
  const copied = <Value>(value: Value) => (value instanceof Uint8Array ? Uint8Array.from(value) : value)
  const [lower, upper] = boundsOf({path}, column, leaf, trusted) ?? []
  return lower === undefined || upper === undefined ? undefined : [copied(lower), copied(upper)]
}

/** Where a chunk's column index is; undefined when it has none, or one that is not in the file. */
function columnIndexOf(stored: ColumnChunk | undefined, size: number): ByteRange | undefined {
  const {column_index_offset: offset, column_index_length: length} = stored ?? {}
  const start = Number(offset ?? 0n)
  return length !== undefined && length > 0 && start > 0 && start + length <= size ? {start, length} : undefined
}
