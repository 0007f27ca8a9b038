import type {ColumnChunk, ColumnMetaData} from 'hyparquet'
import {indexPlaces} from '../chunk-indexes.js'
import {decompressors} from '../codecs.js'
import {difference} from '../copy-row-group.js'
import type {FileLeaf} from '../file-leaves.js'
import {placeOf} from '../footer.js'
import {boundsOf} from '../footer-statistics.js'
import type {Leaf} from '../leaves.js'
import {positionOf, runOf, type Segment} from '../merge-plan.js'
import {convertValues, describeElement} from '../promote.js'
import {survivingRows} from '../surviving-rows.js'
import {trustedSizes} from '../trusted-sizes.js'
import type {ParquetWriteOptions} from '../write-file.js'
import type {ColumnPart} from './chunk-to-merge.js'
import {levelsOf} from './open-page.js'
import {MERGED_ENCODINGS} from './pages.js'
import {smallPage} from './small-page.js'
import {sizesOf} from './value-sizes.js'

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
 * @param options of the new file
 */
export function mergeablePart(
  {input, run}: Segment,
  column: FileLeaf | undefined,
  leaf: Leaf,
  options: ParquetWriteOptions,
): ColumnPart | string {
  const stored = column && input.parquet?.footer.row_groups[run]?.columns[column.index]
  const chunk = stored?.meta_data
  if (leaf.type === 'variant') return 'it is a variant'
  if (!column || !stored || !chunk) return 'the file lacks it'
  const other = difference(column, {leaf}, chunk)
  if (other !== undefined) return other
  const path = input.file.filePath
  const probe: [] = []
  if (convertValues({path}, column, leaf, probe) !== probe)
    return `it is stored as ${describeElement(column.element)}, and is ${leaf.type} now`
  const {codec, encodings} = chunk
  if (codec !== 'UNCOMPRESSED' && codec !== 'SNAPPY' && !(codec in decompressors)) return `it is compressed by ${codec}`
  const unknown = encodings.findIndex((encoding) => !MERGED_ENCODINGS.has(encoding) && encoding !== 'BIT_PACKED')
  if (unknown >= 0) return `it has the encoding ${encodings[unknown] ?? 'of a later version'}`
  // Other types came to this encoding late, and not every reader knows them in it.
  if (encodings.includes('BYTE_STREAM_SPLIT') && chunk.type !== 'FLOAT' && chunk.type !== 'DOUBLE')
    return 'it has the encoding BYTE_STREAM_SPLIT'
  // Pages of some encodings cannot be joined, and many small ones would be read slowly ever after.
  const single = encodings.find((encoding) => encoding.startsWith('DELTA') || encoding === 'BYTE_STREAM_SPLIT')
  if (single !== undefined && options.bloomFilter(leaf)) return `a Bloom filter is asked for, and it has the encoding ${single}`
  if (single !== undefined && Number(chunk.total_uncompressed_size) < smallPage(options.pageBytes))
    return `small pages of the encoding ${single} cannot be joined`
  if (leaf.maxRepetitionLevel > 0 && maySplitRows(input.parquet?.writer, stored)) return 'its pages may begin within a row'
  const {type, statistics, num_values: entries} = chunk
  const counted = leaf.maxDefinitionLevel === 0 ? 0n : statistics?.null_count
  const nulls = counted === undefined ? undefined : Number(counted)
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
    sizes: sizesOf(trustedSizes(chunk), type, Number(entries), levelsOf(leaf)),
    rows: Number(input.runs[run]?.rows),
    place: placeOf(chunk),
    uncompressed: Number(chunk.total_uncompressed_size),
    columnIndex: indexPlaces(stored, input.file.fileSizeInBytes).columnIndex,
  }
}

/** Arrow's library in C++ begins pages of version 1 wherever they are full, unless it writes an offset index, which is about rows. */
function maySplitRows(writer: string | undefined, {meta_data: chunk, offset_index_offset: index}: ColumnChunk): boolean {
  if (!writer?.startsWith('parquet-cpp') || index !== undefined) return false
  const pages = chunk?.encoding_stats?.filter((stats) => stats.page_type === 'DATA_PAGE').reduce((sum, {count}) => sum + count, 0)
  return pages === undefined || pages > 1
}

/** The bounds that a chunk's statistics give its values. They are copies: a view of a footer would keep, or send, all of it. */
function ownBounds(path: string, column: FileLeaf, {statistics}: ColumnMetaData, leaf: Leaf): ColumnPart['bounds'] {
  const {min: _min, max: _max, ...trusted} = statistics ?? {}
  const copied = <Value>(value: Value) => (value instanceof Uint8Array ? Uint8Array.from(value) : value)
  const [lower, upper] = boundsOf({path}, column, leaf, trusted) ?? []
  return lower === undefined || upper === undefined ? undefined : [copied(lower), copied(upper)]
}
