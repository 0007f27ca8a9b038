import type {Compressors} from 'hyparquet'
import type {ByteWriter} from 'hyparquet-writer'
import {writePageHeader} from 'hyparquet-writer/src/datapage.js'
import {namingColumn} from '../damage.js'
import type {PhysicalType} from '../physical.js'
import type {ChunkToMerge} from './chunk-to-merge.js'
import {type Dictionary, type PlainValues, plainValues} from './dictionary.js'
import {type ChunkPages, chunkPages, type DataPage} from './pages.js'

/** The pages of a chunk, and what its dictionary is to the merged one. */
export interface ChunkWithDictionary {
  readonly part: ChunkToMerge
  readonly pages: readonly DataPage[]
  /** How many values its dictionary has. */
  readonly size: number
  /** The index that each of its values has in the merged dictionary; undefined when that has no room for them. */
  readonly indexes: Uint32Array | undefined
  /** The values, when they are not in the merged dictionary. */
  readonly values: PlainValues | undefined
  /** Whether every value has the index that it had. */
  readonly isIdentity: boolean
}

export const usesDictionary = ({encoding}: DataPage) => encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY'

/**
 * A page of differences, lengths or split bytes. No page with indexes may come after one in the same chunk, although Parquet allows it: no
 * writer does that, and DuckDB (1.2 to 1.5.6) then writes the indexes of a page with nulls beyond its buffer, and reads other values.
 */
const isPacked = (page: DataPage) => page.encoding !== 'PLAIN' && page.encoding !== 'RLE' && !usesDictionary(page)

/** The pages of some chunks that are to be one. The dictionary of each is taken into the merged one if a page uses it, and may. */
export function withDictionaries(
  parts: readonly ChunkToMerge[],
  physical: PhysicalType,
  merged: Dictionary,
  compressors: Compressors,
): readonly ChunkWithDictionary[] {
  let isAfterPacked = false
  return parts.map((part) =>
    namingColumn(part, () => {
      const chunk = chunkPages(part, compressors)
      const firstPacked = chunk.pages.findIndex(isPacked)
      const isMixed = firstPacked >= 0 && chunk.pages.findLastIndex(usesDictionary) > firstPacked
      const found = withDictionary(part, chunk, physical, isAfterPacked || isMixed ? undefined : merged)
      isAfterPacked ||= firstPacked >= 0
      return found
    }),
  )
}

function withDictionary(
  part: ChunkToMerge,
  {dictionary, pages}: ChunkPages,
  physical: PhysicalType,
  merged: Dictionary | undefined,
): ChunkWithDictionary {
  const values = pages.some(usesDictionary) ? valuesOf(physical, dictionary) : undefined
  const indexes = values && merged?.add(values)
  const isIdentity = indexes !== undefined && indexes.length > 0 && indexes.every((index, at) => index === at)
  return {part, pages, size: values ? values.starts.length - 1 : 0, indexes, values: indexes ? undefined : values, isIdentity}
}

const valuesOf = (physical: PhysicalType, dictionary: ChunkPages['dictionary']) =>
  dictionary && plainValues(physical, dictionary.bytes, dictionary.count)

/** Writes the dictionary page; returns its bytes before compression, the header's included. */
export function writeDictionary(writer: ByteWriter, {bytes, starts}: PlainValues, compress: (bytes: Uint8Array) => Uint8Array): number {
  const compressed = compress(bytes)
  const start = writer.offset
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: bytes.length,
    compressed_page_size: compressed.length,
    dictionary_page_header: {num_values: starts.length - 1, encoding: 'PLAIN'},
  })
  const header = writer.offset - start
  writer.appendBytes(compressed)
  return header + bytes.length
}
