import type {ColumnChunk, ColumnIndex, ColumnMetaData, OffsetIndex, SchemaElement} from 'hyparquet'
import type {ByteWriter} from 'hyparquet-writer'
import type {Leaf} from './leaves.js'
import type {ChunkLog} from './merge/chunk-log.js'
import {columnIndexOf, offsetIndexOf} from './merge/page-log.js'
import {sizeStatistics, type ValueSizes} from './merge/value-sizes.js'
import type {PhysicalType} from './physical.js'

/** The description of a column chunk whose pages are written, and what is to be written of it after the row groups. */
export interface WrittenChunk {
  readonly chunk: ColumnChunk
  readonly columnIndex?: ColumnIndex
  readonly offsetIndex?: OffsetIndex
  /** A split-block Bloom filter of its values. */
  readonly bloomFilter?: Uint32Array
}

/** What column chunk was written. */
export interface ChunkToDescribe {
  readonly leaf: Leaf
  /** How its values are stored. */
  readonly physical: SchemaElement
  /** Its names in the file, from the root. */
  readonly path: readonly string[]
  readonly codec: ColumnMetaData['codec']
  readonly log: ChunkLog
  readonly sizes: ValueSizes
  /** Where its dictionary is, if it has one. */
  readonly dictionary: number | undefined
  /** Where its data pages begin. */
  readonly pages: number
  readonly bloomFilter?: Uint32Array | undefined
}

/** Describes a column chunk that has just been written, without statistics of its values. */
export function writtenChunk(writer: ByteWriter, given: ChunkToDescribe): WrittenChunk {
  const {leaf, physical, path, codec, log, dictionary, pages, bloomFilter} = given
  const start = dictionary ?? pages
  const sizes = sizeStatistics(given.sizes)
  const metadata: ColumnMetaData = {
    type: physical.type as PhysicalType['type'],
    encodings: log.encodings(leaf),
    path_in_schema: [...path],
    codec,
    num_values: log.pages.reduce((sum, {entries}) => sum + BigInt(entries), 0n),
    total_compressed_size: BigInt(writer.offset - start),
    total_uncompressed_size: BigInt(log.uncompressed),
    data_page_offset: BigInt(pages),
    ...(dictionary !== undefined && {dictionary_page_offset: BigInt(dictionary)}),
    encoding_stats: log.encodingStats(),
    ...(sizes && {size_statistics: sizes}),
  }
  const offsetIndex = offsetIndexOf(log.pages)
  const columnIndex = offsetIndex && columnIndexOf(leaf, physical, log.pages)
  return {
    chunk: {file_offset: BigInt(start), meta_data: metadata},
    ...(columnIndex && {columnIndex}),
    ...(offsetIndex && {offsetIndex}),
    ...(bloomFilter && {bloomFilter}),
  }
}
