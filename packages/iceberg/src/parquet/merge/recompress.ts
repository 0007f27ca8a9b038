import type {PageHeader} from 'hyparquet'
import {ByteWriter} from 'hyparquet-writer'
import {writePageHeader} from 'hyparquet-writer/src/datapage.js'
import {levelBytes} from './open-page.js'
import type {DataPage} from './pages.js'

const STORED = {codec: 'UNCOMPRESSED', decompress: (bytes: Uint8Array) => bytes} as const

/** A page as it is without a codec. */
export function decompressed(page: DataPage): DataPage {
  const {header, body, decompress} = page
  const {uncompressed_page_size: plain, data_page_header_v2: own} = header
  const levels = own ? levelBytes(header)[1] : 0
  if (own?.is_compressed === false) return {...page, ...STORED}
  const values = decompress(body.subarray(levels), plain - levels)
  return {...page, ...STORED, body: levels === 0 ? values : Buffer.concat([body.subarray(0, levels), values])}
}

/** Compresses a page that has no codec, its encoding and its version as they were. Statistics of its header are not kept. */
export function recompressed({header, body}: DataPage, compress: (bytes: Uint8Array) => Uint8Array): Pick<DataPage, 'head' | 'body'> {
  const {data_page_header_v2: own} = header
  const levels = own ? levelBytes(header)[1] : 0
  const compressed = compress(body.subarray(levels))
  const writer = new ByteWriter()
  const {crc: _crc, ...rest} = header
  const compressedHeader: PageHeader = {...rest, compressed_page_size: levels + compressed.length}
  writePageHeader(writer, own ? {...compressedHeader, data_page_header_v2: {...own, is_compressed: true}} : compressedHeader)
  return {head: writer.getBytes(), body: Buffer.concat([body.subarray(0, levels), compressed])}
}
