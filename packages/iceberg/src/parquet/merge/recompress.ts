import type {PageHeader} from 'hyparquet'
import {decompressPage} from 'hyparquet/src/datapage.js'
import {ByteWriter} from 'hyparquet-writer'
import {writePageHeader} from 'hyparquet-writer/src/datapage.js'
import {decompressors} from '../codecs.js'
import {levelBytes} from './open-page.js'
import type {DataPage} from './pages.js'

/** A page under another codec, its encoding and its version as they were. Statistics of its header are not kept. */
export function recompressed(page: DataPage, compress: (bytes: Uint8Array) => Uint8Array): Pick<DataPage, 'head' | 'body'> {
  const {header, body, codec} = page
  const {uncompressed_page_size: plain, data_page_header_v2: own} = header
  const levels = own ? levelBytes(header)[1] : 0
  const stored = body.subarray(levels)
  const values = own?.is_compressed === false ? stored : decompressPage(stored, plain - levels, codec, decompressors)
  const compressed = compress(values)
  const writer = new ByteWriter()
  const {crc: _crc, ...rest} = header
  const compressedHeader: PageHeader = {...rest, compressed_page_size: levels + compressed.length}
  writePageHeader(writer, own ? {...compressedHeader, data_page_header_v2: {...own, is_compressed: true}} : compressedHeader)
  return {head: writer.getBytes(), body: Buffer.concat([body.subarray(0, levels), compressed])}
}
