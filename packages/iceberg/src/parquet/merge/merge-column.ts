import type {ColumnMetaData, SchemaElement} from 'hyparquet'
import type {ByteWriter} from 'hyparquet-writer'
import {bitWidth} from '../check-runs.js'
import {type Compression, compressorOf} from '../codecs.js'
import {namingColumn} from '../damage.js'
import {corrupt} from '../footer.js'
import type {Leaf} from '../leaves.js'
import type {PhysicalType} from '../physical.js'
import type {WrittenChunk} from '../write-column.js'
import {type ChunkLog, createChunkLog} from './chunk-log.js'
import type {ChunkToMerge} from './chunk-to-merge.js'
import {createDictionary} from './dictionary.js'
import {expanded} from './expand.js'
import {createFloatScan, type FloatFacts, type FloatScan} from './float-scan.js'
import {type ChunkWithDictionary, usesDictionary, withDictionary, writeDictionary} from './merged-dictionary.js'
import {checkedPlain, levelsOf, type OpenPage, openPage, readBooleans, readIndexes, rowsBegun} from './open-page.js'
import {createPageBuilder} from './page-builder.js'
import {pageFacts} from './page-facts.js'
import {columnIndexOf, offsetIndexOf, type PageFacts} from './page-log.js'
import type {DataPage} from './pages.js'
import {recompressed} from './recompress.js'
import {smallPage} from './small-page.js'

/** Bytes that are written before they are flushed. */
const FLUSHED = 4 * 1024 ** 2

/** The column chunks of some row groups, and the one that they are to become. Plain data, which may go to another thread. */
export interface ColumnMerge {
  readonly leaf: Leaf
  /** How its values are stored. */
  readonly physical: SchemaElement
  /** Its names in the new file, from the root. */
  readonly path: readonly string[]
  readonly parts: readonly ChunkToMerge[]
  readonly compression: Compression
  /** Bytes of a page before compression. */
  readonly pageBytes: number
  /** Bytes of a dictionary. */
  readonly dictionaryBytes: number
  /** Whether the values, which are floats, are to be looked at. */
  readonly scan: boolean
}

export interface MergedColumn {
  /** Without statistics. */
  readonly written: WrittenChunk
  /** Of values that were looked at. */
  readonly floats: FloatFacts | undefined
}

/**
 * Writes the column chunks of some row groups as one, without decoding a value: pages that are not encoded by a dictionary are
 * copied, dictionaries are merged and the indexes of their values written anew. Small pages are joined. A dictionary for which the
 * merged one has no room is left out: its values are put in the place of their indexes, as a writer does when its dictionary is full.
 *
 * @param flush hands on what was written so far
 * @throws PhloError `PARQUET_CORRUPT`; `PARQUET_UNSUPPORTED` naming file and column
 */
export async function mergeColumn(merge: ColumnMerge, writer: ByteWriter, flush: () => Promise<void>): Promise<MergedColumn> {
  const {leaf, parts, compression, pageBytes, dictionaryBytes, scan} = merge
  const start = writer.offset
  const compress = compressorOf(compression)
  const small = smallPage(pageBytes)
  const levels = levelsOf(leaf)
  const dictionary = createDictionary(dictionaryBytes)
  const physical = physicalOf(merge.physical)
  const floats = scan ? createFloatScan(physical) : undefined
  const chunks = parts.map((part) => namingColumn(part, () => withDictionary(part, physical, dictionary)))
  const merged = dictionary.bytes()
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

  const copy = (page: DataPage, facts: PageFacts, {size}: ChunkWithDictionary): number => {
    const {head, body} = page.codec === compression.codec ? page : recompressed(page, compress)
    // An index beyond its own dictionary must not become one of another file's value.
    const open = usesDictionary(page) || floats ? openPage(page, levels) : undefined
    if (open && usesDictionary(page)) {
      const indexes = readIndexes(open, size)
      floats?.indexed(indexes, merged)
    } else if (open && floats) scanValues(floats, page, open, physical)
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
      const found = readIndexes(open, size, indexes)
      const plain = values ?? {bytes: new Uint8Array(0), starts: new Uint32Array(1)}
      const isMerged = indexes !== undefined && size > 0
      floats?.indexed(found, isMerged ? merged : plain.bytes)
      if (isMerged) builder.add('RLE_DICTIONARY', open, found, facts)
      else for (const part of expanded(open, found, plain, levels.maxDefinition, pageBytes)) builder.add('PLAIN', part, part.values, facts)
    } else if (physical.type === 'BOOLEAN') builder.add('RLE', open, readBooleans(open, page.encoding), facts)
    else {
      const plain = checkedPlain(open, physical)
      floats?.plain(plain)
      builder.add('PLAIN', open, plain, facts)
    }
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
  const chunk = {file_offset: BigInt(start), meta_data: columnMetadata(merge, log, offsets)}
  const offsetIndex = offsetIndexOf(log.pages)
  const columnIndex = offsetIndex && columnIndexOf(leaf, merge.physical, log.pages)
  return {written: {chunk, ...(columnIndex && {columnIndex}), ...(offsetIndex && {offsetIndex})}, floats: floats?.facts()}
}

/** Looks at the values of a page that has no indexes. */
function scanValues(floats: FloatScan, {encoding}: DataPage, open: OpenPage, physical: PhysicalType): void {
  const values = checkedPlain(open, physical)
  if (encoding === 'BYTE_STREAM_SPLIT') floats.split(values, open.present)
  else floats.plain(values)
}

interface Offsets {
  readonly dictionary: number | undefined
  readonly pages: number
  readonly end: number
}

function columnMetadata({leaf, physical, path, compression: {codec}}: ColumnMerge, log: ChunkLog, {dictionary, pages, end}: Offsets) {
  const metadata: ColumnMetaData = {
    type: physicalOf(physical).type,
    encodings: log.encodings(leaf),
    path_in_schema: [...path],
    codec,
    num_values: log.pages.reduce((sum, {entries}) => sum + BigInt(entries), 0n),
    total_compressed_size: BigInt(end - (dictionary ?? pages)),
    total_uncompressed_size: BigInt(log.uncompressed),
    data_page_offset: BigInt(pages),
    ...(dictionary !== undefined && {dictionary_page_offset: BigInt(dictionary)}),
    encoding_stats: log.encodingStats(),
  }
  return metadata
}

/** Encodings of which a page's values may be put behind those of another. */
const isJoinable = (page: DataPage) => page.encoding === 'PLAIN' || page.encoding === 'RLE' || usesDictionary(page)

function physicalOf({type, type_length: length}: SchemaElement): PhysicalType {
  return {type: type as PhysicalType['type'], ...(length !== undefined && {length})}
}
