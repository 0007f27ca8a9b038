import type {ColumnMetaData} from 'hyparquet'
import {movedPages} from '../chunk-indexes.js'
import type {WrittenChunk} from '../written-chunk.js'

/** The description of a column chunk that was written from 0 on, at the place to which it came. */
export function placed({chunk, offsetIndex, ...others}: WrittenChunk, start: number): WrittenChunk {
  const by = BigInt(start)
  const {data_page_offset: pages, dictionary_page_offset: dictionary, ...rest} = chunk.meta_data as ColumnMetaData
  const metadata = {...rest, data_page_offset: pages + by, ...(dictionary !== undefined && {dictionary_page_offset: dictionary + by})}
  return {
    chunk: {...chunk, file_offset: chunk.file_offset + by, meta_data: metadata},
    ...others,
    ...(offsetIndex && {offsetIndex: movedPages(offsetIndex, by)}),
  }
}
