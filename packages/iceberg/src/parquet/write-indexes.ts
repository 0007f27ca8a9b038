import type {ColumnChunk, ColumnIndex, ColumnMetaData, OffsetIndex} from 'hyparquet'
import {BoundaryOrders} from 'hyparquet/src/constants.js'
import type {ByteWriter} from 'hyparquet-writer'
import {writeBloomFilter} from 'hyparquet-writer/src/bloom.js'
import {serializeTCompactProtocol} from 'hyparquet-writer/src/thrift.js'

/** What of a column chunk comes after all row groups; of a chunk that is copied, as bytes. */
export interface ChunkIndexes {
  readonly chunk: ColumnChunk
  readonly columnIndex?: ColumnIndex | Uint8Array
  readonly offsetIndex?: OffsetIndex
  readonly bloomFilter?: Uint32Array | Uint8Array
}

/**
 * Writes the Bloom filters and page indexes of a file's column chunks, those of each kind together so that readers get them with few
 * reads, and sets their places in the descriptions.
 */
export function writeIndexes(writer: ByteWriter, chunks: readonly ChunkIndexes[]): void {
  const place = (write: () => void) => {
    const start = writer.offset
    write()
    return {offset: BigInt(start), length: writer.offset - start}
  }
  for (const {chunk, bloomFilter} of chunks) {
    if (!bloomFilter) continue
    const {offset, length} = place(() =>
      bloomFilter instanceof Uint8Array ? writer.appendBytes(bloomFilter) : writeBloomFilter(writer, bloomFilter),
    )
    Object.assign(chunk.meta_data as ColumnMetaData, {bloom_filter_offset: offset, bloom_filter_length: length})
  }
  for (const {chunk, columnIndex: index} of chunks) {
    if (!index) continue
    const {offset, length} = place(() => (index instanceof Uint8Array ? writer.appendBytes(index) : writeColumnIndex(writer, index)))
    Object.assign(chunk, {column_index_offset: offset, column_index_length: length})
  }
  for (const {chunk, offsetIndex} of chunks) {
    if (!offsetIndex) continue
    const {offset, length} = place(() => writeOffsetIndex(writer, offsetIndex))
    Object.assign(chunk, {offset_index_offset: offset, offset_index_length: length})
  }
}

function writeColumnIndex(writer: ByteWriter, index: ColumnIndex): void {
  const {repetition_level_histograms: repetition = [], definition_level_histograms: definition = []} = index
  serializeTCompactProtocol(writer, {
    field_1: index.null_pages,
    field_2: index.min_values,
    field_3: index.max_values,
    field_4: BoundaryOrders.indexOf(index.boundary_order),
    field_5: index.null_counts,
    ...(repetition.length > 0 && {field_6: repetition}),
    ...(definition.length > 0 && {field_7: definition}),
  })
}

function writeOffsetIndex(writer: ByteWriter, {page_locations: pages, unencoded_byte_array_data_bytes: bytes}: OffsetIndex): void {
  serializeTCompactProtocol(writer, {
    field_1: pages.map(({offset, compressed_page_size: size, first_row_index: row}) => ({field_1: offset, field_2: size, field_3: row})),
    ...(bytes && {field_2: bytes}),
  })
}
