import {type ColumnChunk, type OffsetIndex, readOffsetIndex} from 'hyparquet'
import type {ByteRange} from '../io/ranges.js'
import {decimalType} from '../spec/primitive-types.js'
import type {Leaf} from './leaves.js'
import {checkOf} from './thrift-shape.js'

/** Where in its file that is which a column chunk has outside of its bytes. */
export interface IndexPlaces {
  readonly columnIndex: ByteRange | undefined
  readonly offsetIndex: ByteRange | undefined
  readonly bloomFilter: ByteRange | undefined
}

/** @param size bytes of the file; what does not lie in it is not there */
export function indexPlaces(chunk: ColumnChunk | undefined, size: number): IndexPlaces {
  const place = (offset: bigint | undefined, length: number | undefined): ByteRange | undefined => {
    const start = Number(offset ?? 0n)
    return length !== undefined && length > 0 && start > 0 && start + length <= size ? {start, length} : undefined
  }
  return {
    columnIndex: place(chunk?.column_index_offset, chunk?.column_index_length),
    offsetIndex: place(chunk?.offset_index_offset, chunk?.offset_index_length),
    bloomFilter: place(chunk?.meta_data?.bloom_filter_offset, chunk?.meta_data?.bloom_filter_length),
  }
}

/** What a column chunk that is copied has besides its bytes. */
export interface CopiedIndexes {
  readonly columnIndex?: Uint8Array
  readonly offsetIndex?: OffsetIndex
  readonly bloomFilter?: Uint8Array
}

/**
 * What goes with a column chunk, from the bytes at its places: copies, since it is held until the file is closed, and a view would hold all
 * that was read with it. A column index of decimals is left, since writers have ordered them in several ways, and so is what an offset
 * index that is damaged would lead to: nobody needs them.
 */
export function copiedIndexes(
  {type}: Leaf,
  {columnIndex, offsetIndex, bloomFilter}: Record<keyof IndexPlaces, Uint8Array | undefined>,
): CopiedIndexes {
  const pages = offsetIndex && readable(offsetIndex)
  return {
    ...(bloomFilter && {bloomFilter: Uint8Array.from(bloomFilter)}),
    ...(pages && {offsetIndex: pages}),
    ...(pages && columnIndex && !decimalType(type) && {columnIndex: Uint8Array.from(columnIndex)}),
  }
}

const whatIsWrong = checkOf({
  page_locations: [{offset: 'i64', compressed_page_size: 'i32', first_row_index: 'i64'}],
  'unencoded_byte_array_data_bytes?': ['i64'],
})

function readable(bytes: Uint8Array): OffsetIndex | undefined {
  try {
    const index = readOffsetIndex({view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0})
    return index.page_locations.length > 0 && whatIsWrong(index) === undefined ? index : undefined
  } catch {
    return undefined
  }
}

/** An offset index of pages that are so many bytes further on. */
export function movedPages(index: OffsetIndex, by: bigint): OffsetIndex {
  return {...index, page_locations: index.page_locations.map((location) => ({...location, offset: location.offset + by}))}
}
