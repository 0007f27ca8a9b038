import type {Compressors} from 'hyparquet'
import type {ByteWriter} from 'hyparquet-writer'
import {writePageHeader} from 'hyparquet-writer/src/datapage.js'
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

/** Finds the pages of a chunk, and takes its dictionary into the merged one if a page uses it. */
export function withDictionary(
  part: ChunkToMerge,
  physical: PhysicalType,
  merged: Dictionary,
  compressors: Compressors,
): ChunkWithDictionary {
  const {dictionary, pages} = chunkPages(part, compressors)
  const values = pages.some(usesDictionary) ? valuesOf(physical, dictionary) : undefined
  const indexes = values && merged.add(values)
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
