import {crc32} from 'node:zlib'
import type {ColumnMetaData, Compressors, Encoding, PageHeader} from 'hyparquet'
import {parquetHeader} from 'hyparquet/src/column.js'
import {decompressPage} from 'hyparquet/src/datapage.js'
import type {ChunkToMerge} from './chunk-to-merge.js'

/** A data page as it stands in a column chunk. */
export interface DataPage {
  readonly header: PageHeader
  /** The header's bytes. */
  readonly head: Uint8Array
  /** As they are stored: compressed, if the chunk is. */
  readonly body: Uint8Array
  /** Nulls and, of a nested column, those of its empty lists included. */
  readonly entries: number
  readonly encoding: Encoding
  readonly codec: ColumnMetaData['codec']
  /** Decompresses a part of the body that becomes so many bytes. @throws what the codec throws, for other bytes */
  readonly decompress: (bytes: Uint8Array, length: number) => Uint8Array
}

/** Those whose pages may be copied, or joined. */
export const MERGED_ENCODINGS: ReadonlySet<Encoding | undefined> = new Set<Encoding>([
  'PLAIN',
  'PLAIN_DICTIONARY',
  'RLE_DICTIONARY',
  'RLE',
  'DELTA_BINARY_PACKED',
  'DELTA_LENGTH_BYTE_ARRAY',
  'DELTA_BYTE_ARRAY',
  'BYTE_STREAM_SPLIT',
])

export interface ChunkPages {
  /** The values of the dictionary in the encoding PLAIN, decompressed. */
  readonly dictionary: {readonly bytes: Uint8Array; readonly count: number} | undefined
  readonly pages: readonly DataPage[]
}

/**
 * Finds the pages of a column chunk. What a header says of sizes and counts is checked before it is believed; the pages have as
 * many entries as the chunk, and the checksums that their headers have.
 *
 * @throws RangeError, and what the parsers throw, for a damaged chunk
 */
export function chunkPages({codec, type, entries: total, bytes}: ChunkToMerge, compressors: Compressors): ChunkPages {
  const decompress = (page: Uint8Array, length: number) => decompressPage(page, length, codec, compressors)
  const reader = {view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0}
  const pages: DataPage[] = []
  let dictionary: ChunkPages['dictionary']
  let seen = 0
  while (seen < total) {
    const start = reader.offset
    const header = parquetHeader(reader) as PageHeader
    const head = bytes.subarray(start, reader.offset)
    const body = bodyOf(header, bytes.subarray(reader.offset))
    if (header.crc !== undefined && crc32(body) !== header.crc >>> 0) throw new RangeError('a page is not what its checksum says')
    reader.offset += body.length
    const {dictionary_page_header: ofDictionary} = header
    if (ofDictionary) {
      if (dictionary || seen > 0) throw new RangeError('it has a dictionary in another place than at its beginning')
      if (!(ofDictionary.num_values >= 0 && ofDictionary.num_values <= header.uncompressed_page_size)) {
        throw new RangeError(`its dictionary has ${ofDictionary.num_values} values in ${header.uncompressed_page_size} bytes`)
      }
      dictionary = {bytes: decompress(body, header.uncompressed_page_size), count: ofDictionary.num_values}
      continue
    }
    const own = header.data_page_header ?? header.data_page_header_v2
    if (!own) continue
    const {num_values: entries, encoding} = own
    if (!(entries >= 0 && entries <= total - seen))
      throw new RangeError(`a page has ${entries} values where there are at most ${total - seen}`)
    if (!MERGED_ENCODINGS.has(encoding) || (encoding === 'RLE' && type !== 'BOOLEAN'))
      throw new RangeError(`unsupported encoding: ${encoding}`)
    pages.push({header, head, body, entries, encoding, codec, decompress})
    seen += entries
  }
  return {dictionary, pages}
}

function bodyOf({compressed_page_size: size, uncompressed_page_size: plain}: PageHeader, rest: Uint8Array): Uint8Array {
  if (!(size >= 0 && plain >= 0)) throw new RangeError('a page has a size below zero')
  if (size > rest.length) throw new RangeError('a page ends after the column does')
  return rest.subarray(0, size)
}
