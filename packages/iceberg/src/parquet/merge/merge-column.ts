import type {ColumnMetaData} from 'hyparquet'
import {snappyCompress} from 'hyparquet-writer/src/snappy.js'
import {bitWidth} from '../check-runs.js'
import type {Compression} from '../codecs.js'
import {namingColumn} from '../damage.js'
import type {ColumnElements} from '../elements.js'
import {corrupt} from '../footer.js'
import type {Leaf} from '../leaves.js'
import type {PhysicalType} from '../physical.js'
import type {ColumnPages} from '../write-column.js'
import {type ChunkLog, createChunkLog} from './chunk-log.js'
import type {ChunkToMerge} from './chunk-to-merge.js'
import {createDictionary} from './dictionary.js'
import {expanded} from './expand.js'
import {type ChunkWithDictionary, usesDictionary, withDictionary, writeDictionary} from './merged-dictionary.js'
import {checkedPlain, levelsOf, openPage, readBooleans, readIndexes, rowsBegun} from './open-page.js'
import {createPageBuilder} from './page-builder.js'
import {pageFacts} from './page-facts.js'
import {columnIndexOf, offsetIndexOf, type PageFacts} from './page-log.js'
import type {DataPage} from './pages.js'
import {recompressed} from './recompress.js'

const SMALL_PAGE = 8 * 1024
/** Bytes that are written before they are flushed. */
const FLUSHED = 4 * 1024 ** 2

/** Pages of fewer bytes before compression are joined to larger ones; less is small where pages are to be of few bytes. */
export const smallPage = (pageBytes: number) => Math.min(SMALL_PAGE, pageBytes / 4)

/**
 * Writes the column chunks of some row groups as one, without decoding a value: pages that are not encoded by a dictionary are
 * copied, dictionaries are merged and the indexes of their values written anew. Small pages are joined. A dictionary for which the
 * merged one has no room is left out: its values are put in the place of their indexes, as a writer does when its dictionary is full.
 *
 * @throws PhloError `PARQUET_CORRUPT`; `PARQUET_UNSUPPORTED` naming file and column
 */
export function mergeColumn(leaf: Leaf, parts: readonly ChunkToMerge[]): ColumnPages['write'] {
  return async (writer, elements, {compression, pageBytes, dictionaryBytes}, flush) => {
    const start = writer.offset
    const compress = compressorOf(compression)
    const small = smallPage(pageBytes)
    const levels = levelsOf(leaf)
    const dictionary = createDictionary(dictionaryBytes)
    const physical = physicalOf(elements)
    const chunks = parts.map((part) => namingColumn(part, () => withDictionary(part, physical, dictionary)))
    const log = createChunkLog()
    if (dictionary.size > 0) log.add('DICTIONARY_PAGE', 'PLAIN', writeDictionary(writer, dictionary, compress))
    const firstPage = writer.offset
    const builder = createPageBuilder({
      writer,
      leaf,
      levels,
      pageBytes,
      indexWidth: Math.max(1, bitWidth(dictionary.size - 1)),
      compress,
      onPage: (page, kind, uncompressed) => log.add('DATA_PAGE_V2', kind, uncompressed, page),
    })

    /** Returns how many rows begin in the page. */
    const copy = (page: DataPage, facts: PageFacts, {size}: ChunkWithDictionary): number => {
      const {head, body} = page.codec === compression.codec ? page : recompressed(page, compress)
      // An index beyond its own dictionary must not become one of another file's value.
      const open = usesDictionary(page) ? openPage(page, levels) : undefined
      if (open) readIndexes(open, size)
      const rows = rowsBegun(page, levels, open)
      builder.flush()
      const offset = writer.offset
      writer.appendBytes(head)
      writer.appendBytes(body)
      const written = {...facts, entries: page.entries, rows, offset, size: head.length + body.length}
      const type = page.header.data_page_header_v2 ? 'DATA_PAGE_V2' : 'DATA_PAGE'
      log.add(type, page.encoding, head.length + page.header.uncompressed_page_size, written)
      return rows
    }
    const join = (page: DataPage, facts: PageFacts, {indexes, size, values}: ChunkWithDictionary): number => {
      const open = openPage(page, levels)
      if (usesDictionary(page)) {
        const found = readIndexes(open, size)
        if (indexes && size > 0) {
          for (let at = 0; at < found.length; at++) found[at] = indexes[found[at] as number] as number
          builder.add('RLE_DICTIONARY', open, found, facts)
        } else {
          const plain = values ?? {bytes: new Uint8Array(0), starts: new Uint32Array(1)}
          for (const part of expanded(open, found, plain, levels.maxDefinition, pageBytes)) builder.add('PLAIN', part, part.values, facts)
        }
      } else if (physical.type === 'BOOLEAN') builder.add('RLE', open, readBooleans(open, page.encoding), facts)
      else builder.add('PLAIN', open, checkedPlain(open, physical), facts)
      return rowsBegun(page, levels, open)
    }
    const add = (page: DataPage, facts: PageFacts, chunk: ChunkWithDictionary): number => {
      const isLarge = page.header.uncompressed_page_size >= small || !isJoinable(page)
      return isLarge && (chunk.isIdentity || !usesDictionary(page)) ? copy(page, facts, chunk) : join(page, facts, chunk)
    }
    for (const chunk of chunks) {
      const {part, pages} = chunk
      const factsOf = namingColumn(part, () => pageFacts(part, leaf, pages))
      let rows = 0
      for (const [at, page] of pages.entries()) {
        rows += namingColumn(part, () => add(page, factsOf(page, at), chunk))
        if (writer.index > FLUSHED) await flush()
      }
      if (rows !== part.rows) throw corrupt(part, `column ${leaf.name} has ${rows} rows instead of ${part.rows}`)
    }
    builder.flush()
    const offsets = {dictionary: dictionary.size > 0 ? start : undefined, pages: firstPage, end: writer.offset}
    const chunk = {file_offset: BigInt(start), meta_data: columnMetadata(leaf, elements, compression, log, offsets)}
    const offsetIndex = offsetIndexOf(log.pages)
    const columnIndex = offsetIndex && columnIndexOf(leaf, elements, log.pages)
    return {chunk, ...(columnIndex && {columnIndex}), ...(offsetIndex && {offsetIndex})}
  }
}

interface Offsets {
  readonly dictionary: number | undefined
  readonly pages: number
  readonly end: number
}

function columnMetadata(
  leaf: Leaf,
  elements: ColumnElements,
  {codec}: Compression,
  log: ChunkLog,
  {dictionary, pages, end}: Offsets,
): ColumnMetaData {
  return {
    type: physicalOf(elements).type,
    encodings: log.encodings(leaf),
    path_in_schema: elements.schemaPath.slice(1).map(({name}) => name),
    codec,
    num_values: log.pages.reduce((sum, {entries}) => sum + BigInt(entries), 0n),
    total_compressed_size: BigInt(end - (dictionary ?? pages)),
    total_uncompressed_size: BigInt(log.uncompressed),
    data_page_offset: BigInt(pages),
    ...(dictionary !== undefined && {dictionary_page_offset: BigInt(dictionary)}),
    encoding_stats: log.encodingStats(),
  }
}

/** Encodings of which a page's values may be put behind those of another. */
const isJoinable = (page: DataPage) => page.encoding === 'PLAIN' || page.encoding === 'RLE' || usesDictionary(page)

function physicalOf({physical: {type, type_length: length}}: ColumnElements): PhysicalType {
  return {type: type as PhysicalType['type'], ...(length !== undefined && {length})}
}

function compressorOf({codec, compress}: Compression): (bytes: Uint8Array) => Uint8Array {
  if (compress) return compress
  return codec === 'SNAPPY' ? snappyCompress : (bytes) => bytes
}
