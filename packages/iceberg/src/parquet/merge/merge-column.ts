import type {SchemaElement} from 'hyparquet'
import type {ByteWriter} from 'hyparquet-writer'
import {type BloomOptions, createBloomBuilder} from '../bloom-filter.js'
import {type Compression, compressorOf} from '../codecs.js'
import {namingColumn} from '../damage.js'
import {corrupt} from '../footer.js'
import type {Leaf} from '../leaves.js'
import {type PhysicalType, storedType} from '../physical.js'
import {type WrittenChunk, writtenChunk} from '../written-chunk.js'
import {createChunkLog} from './chunk-log.js'
import type {ChunkToMerge} from './chunk-to-merge.js'
import {createDictionary, NO_VALUES, plainValues} from './dictionary.js'
import {expanded} from './expand.js'
import {createFloatScan, type FloatFacts, type FloatScan} from './float-scan.js'
import {type ChunkWithDictionary, usesDictionary, withDictionaries, writeDictionary} from './merged-dictionary.js'
import {checkedPlain, levelsOf, type OpenPage, openPage, readBooleans, readIndexes, rowsBegun} from './open-page.js'
import {createPageBuilder} from './page-builder.js'
import {pageDecompressors} from './page-decompressors.js'
import {type KnownPage, pageFacts} from './page-facts.js'
import type {DataPage} from './pages.js'
import {decompressed, recompressed} from './recompress.js'
import {smallPage} from './small-page.js'
import {combineSizes, indexedBytes, levelCounts, plainBytes, type ValueSizes} from './value-sizes.js'

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
  /** Rows of a page that is built. */
  readonly pageRows: number
  /** Bytes of a dictionary. */
  readonly dictionaryBytes: number
  /** Whether the values, which are floats, are to be looked at. */
  readonly scan: boolean
  /** Whether the nulls are to be counted. */
  readonly countNulls: boolean
  /** Whether it is one of many columns with small pages: `pageDecompressors`. */
  readonly hasManySmallPages: boolean
  /** The Bloom filter that it is to have. */
  readonly bloomFilter: BloomOptions | undefined
}

export interface MergedColumn {
  /** Without statistics. */
  readonly written: WrittenChunk
  /** Of values that were looked at. */
  readonly floats: FloatFacts | undefined
  /** Undefined when they are not known of each page. */
  readonly nulls: number | undefined
}

/**
 * Writes the column chunks of some row groups as one, without decoding a value: pages that are not encoded by a dictionary are
 * copied, dictionaries are merged and the indexes of their values written anew. Small pages are joined. A dictionary for which the
 * merged one has no room, or whose pages come after packed ones, is left out: its values are put in the place of their indexes, as a writer
 * does when its dictionary is full.
 * Pages that are copied may have more rows than one that is built: readers take pages as they are, as Parquet's own rewriter writes them, and to
 * divide one would cost more than all else that is done to it.
 *
 * @param flush called between pages, hands on what was written so far when that is much
 * @throws PhloError `PARQUET_CORRUPT`; `PARQUET_UNSUPPORTED` naming file and column
 */
export async function mergeColumn(merge: ColumnMerge, writer: ByteWriter, flush: () => Promise<void>): Promise<MergedColumn> {
  const {leaf, parts, compression, pageBytes, pageRows, dictionaryBytes, scan, countNulls, bloomFilter} = merge
  const start = writer.offset
  const [compress, compressors] = [compressorOf(compression), await pageDecompressors(merge.hasManySmallPages)]
  const small = smallPage(pageBytes)
  const levels = levelsOf(leaf)
  const dictionary = createDictionary(dictionaryBytes)
  const physical = storedType(merge.physical)
  const floats = scan ? createFloatScan(physical) : undefined
  const entries = parts.reduce((sum, part) => sum + part.entries, 0)
  const bloom = bloomFilter && createBloomBuilder(physical, bloomFilter, entries)
  const chunks = withDictionaries(parts, physical, dictionary, compressors)
  const merged = dictionary.values()
  bloom?.add(merged)
  const log = createChunkLog()
  if (dictionary.size > 0) log.add('DICTIONARY_PAGE', 'PLAIN', writeDictionary(writer, merged, compress))
  const firstPage = writer.offset
  const builder = createPageBuilder({
    writer,
    leaf,
    levels,
    physical,
    pageBytes,
    pageRows,
    dictionary: merged,
    compress,
    bloom,
    onPage: (page, encoding, uncompressed) => log.add('DATA_PAGE_V2', encoding, uncompressed, page),
  })

  const copy = (given: DataPage, known: KnownPage, {size}: ChunkWithDictionary): number => {
    const isSame = given.codec === compression.codec
    const page = isSame ? given : decompressed(given)
    const {head, body} = isSame ? page : recompressed(page, compress)
    // An index beyond its own dictionary must not become one of another file's value.
    const open = usesDictionary(page) || floats || bloom || countNulls ? openPage(page, levels) : undefined
    const nulls = open ? page.entries - open.present : known.nulls
    const told = plainBytes(physical, page, levels) ?? known.sizes.bytes
    let sizes = {...known.sizes, bytes: told}
    if (open && usesDictionary(page)) {
      const indexes = readIndexes(open, size)
      floats?.indexed(indexes, merged.bytes)
      sizes = {...levelCounts(levels, open), bytes: indexedBytes(physical, indexes, indexes.length, merged)}
    } else if (open) {
      if (floats) scanValues(floats, page, open, physical)
      if (bloom && physical.type !== 'BOOLEAN') bloom.add(plainValues(physical, checkedPlain(open, physical), open.present))
      sizes = {...levelCounts(levels, open), bytes: told}
    }
    const rows = rowsBegun(page, levels, open)
    builder.flush()
    const offset = writer.offset
    writer.appendBytes(head)
    writer.appendBytes(body)
    const written = {...known, nulls, sizes, entries: page.entries, rows, offset, size: head.length + body.length}
    const type = page.header.data_page_header_v2 ? 'DATA_PAGE_V2' : 'DATA_PAGE'
    log.add(type, page.encoding, head.length + page.header.uncompressed_page_size, written)
    return rows
  }
  const join = (page: DataPage, facts: KnownPage, {indexes, size, values}: ChunkWithDictionary): number => {
    const open = openPage(page, levels)
    if (usesDictionary(page)) {
      const found = readIndexes(open, size, indexes)
      const plain = values ?? NO_VALUES
      const isMerged = indexes !== undefined && size > 0
      floats?.indexed(found, (isMerged ? merged : plain).bytes)
      if (isMerged) builder.add('indexes', open, found, facts)
      else for (const part of expanded(open, found, plain, levels.maxDefinition, pageBytes)) builder.add('plain', part, part.values, facts)
    } else if (physical.type === 'BOOLEAN') builder.add('booleans', open, readBooleans(open, page.encoding), facts)
    else {
      const plain = checkedPlain(open, physical)
      floats?.plain(plain)
      builder.add('plain', open, plain, facts)
    }
    return rowsBegun(page, levels, open)
  }
  const add = (page: DataPage, facts: KnownPage, chunk: ChunkWithDictionary): number => {
    // Booleans in runs become bits, which every reader knows.
    const isLarge = (page.header.uncompressed_page_size >= small && page.encoding !== 'RLE') || !isJoinable(page)
    return isLarge && (chunk.isIdentity || !usesDictionary(page)) ? copy(page, facts, chunk) : join(page, facts, chunk)
  }
  for (const chunk of chunks) {
    const {part, pages} = chunk
    const factsOf = namingColumn(part, () => pageFacts(part, leaf, pages))
    let rows = 0
    for (const [at, page] of pages.entries()) {
      rows += namingColumn(part, () => add(page, factsOf(page, at), chunk))
      await flush()
    }
    if (rows !== part.rows) throw corrupt(part, `column ${leaf.name} has ${rows} rows instead of ${part.rows}`)
  }
  builder.flush()
  const written = writtenChunk(writer, {
    leaf,
    physical: merge.physical,
    path: merge.path,
    codec: compression.codec,
    log,
    sizes: sizesOfAll(
      merge,
      log.pages.map(({sizes}) => sizes),
    ),
    dictionary: dictionary.size > 0 ? start : undefined,
    pages: firstPage,
    bloomFilter: bloom?.finish(),
  })
  const counts = log.pages.map(({nulls}) => nulls)
  const nulls = counts.every((count) => count !== undefined) ? counts.reduce((sum, count) => sum + count, 0) : undefined
  return {written, floats: floats?.facts(), nulls}
}

/** What the pages tell of the whole, and where one of them does not, the footers. */
function sizesOfAll({parts}: ColumnMerge, ofPages: readonly ValueSizes[]): ValueSizes {
  const [known, told] = [combineSizes(ofPages), combineSizes(parts.map(({sizes}) => sizes))]
  return {
    bytes: known.bytes ?? told.bytes,
    repetition: known.repetition ?? told.repetition,
    definition: known.definition ?? told.definition,
  }
}

/** Looks at the values of a page that has no indexes. */
function scanValues(floats: FloatScan, {encoding}: DataPage, open: OpenPage, physical: PhysicalType): void {
  const values = checkedPlain(open, physical)
  if (encoding === 'BYTE_STREAM_SPLIT') floats.split(values, open.present)
  else floats.plain(values)
}

/** Encodings of which a page's values may be put behind those of another. */
const isJoinable = (page: DataPage) => page.encoding === 'PLAIN' || page.encoding === 'RLE' || usesDictionary(page)
