import type {ColumnMetaData, OffsetIndex} from 'hyparquet'

/** PyArrow (26) leaves out of the bytes of values what the encoding DELTA_BYTE_ARRAY leaves out: the beginning that one shares with the next. */
const isMiscounted = ({encodings}: ColumnMetaData) => encodings.includes('DELTA_BYTE_ARRAY')

/** What can be believed of a chunk's size statistics. */
export function trustedSizes(chunk: ColumnMetaData): ColumnMetaData['size_statistics'] {
  if (!chunk.size_statistics || !isMiscounted(chunk)) return chunk.size_statistics
  const {unencoded_byte_array_data_bytes: _bytes, ...trusted} = chunk.size_statistics
  return trusted
}

/** What can be believed of its offset index. */
export function trustedPages(chunk: ColumnMetaData, index: OffsetIndex): OffsetIndex {
  return isMiscounted(chunk) ? {page_locations: index.page_locations} : index
}
