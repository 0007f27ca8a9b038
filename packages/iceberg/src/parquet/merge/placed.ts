import type {ColumnMetaData} from 'hyparquet'
import type {WrittenChunk} from '../write-column.js'

/** The description of a column chunk that was written from 0 on, at the place to which it came. */
export function placed({chunk, offsetIndex, ...others}: WrittenChunk, start: number): WrittenChunk {
  const by = BigInt(start)
  const {data_page_offset: pages, dictionary_page_offset: dictionary, ...rest} = chunk.meta_data as ColumnMetaData
  const metadata = {...rest, data_page_offset: pages + by, ...(dictionary !== undefined && {dictionary_page_offset: dictionary + by})}
  const locations = offsetIndex?.page_locations.map((location) => ({...location, offset: location.offset + by}))
  return {
    chunk: {...chunk, file_offset: chunk.file_offset + by, meta_data: metadata},
    ...others,
    ...(locations && {offsetIndex: {...offsetIndex, page_locations: locations}}),
  }
}
