import type {ByteWriter} from 'hyparquet-writer'
import {writePageHeader} from 'hyparquet-writer/src/datapage.js'
import type {BloomBuilder} from '../bloom-filter.js'
import {bitWidth} from '../check-runs.js'
import type {Leaf} from '../leaves.js'
import type {PhysicalType} from '../physical.js'
import {type PlainValues, plainValues, withRoom} from './dictionary.js'
import {dividedRows, type PageEntries, rowsIn} from './divide-rows.js'
import type {Levels} from './open-page.js'
import {combineFacts, type PageFacts, type WrittenPage} from './page-log.js'
import {mostBytes, writeRuns, writeVarint} from './runs.js'
import {indexedBytes, levelCounts} from './value-sizes.js'

/**
 * How the values of a page that is built come: as indexes of the dictionary, as booleans, or as they are stored. Booleans become bits, and
 * no runs, although pages of version 2 usually have these: Spark's vectorized reader of Iceberg (1.11) does not read them.
 */
export type PageKind = 'indexes' | 'booleans' | 'plain'

/** Puts entries into pages of the size that is wanted: few are joined, and more rows than a page may have are divided. */
export interface PageBuilder {
  /** Adds entries, in the column's order, of which the first begins a row; a page that is full is written before. */
  add(kind: PageKind, entries: PageEntries, values: Uint8Array | Uint32Array, facts: PageFacts): void
  /** Writes what was added since the last page. */
  flush(): void
}

export interface PageTarget {
  readonly writer: ByteWriter
  readonly leaf: Leaf
  readonly levels: Levels
  /** Bytes of a page before compression. */
  readonly pageBytes: number
  /** Rows of a page at most. */
  readonly pageRows: number
  readonly physical: PhysicalType
  /** The values that indexes stand for. */
  readonly dictionary: PlainValues
  readonly compress: (bytes: Uint8Array) => Uint8Array
  /** Told every value that is written in the encoding PLAIN. */
  readonly bloom: BloomBuilder | undefined
  /** Told of every page, with its bytes before compression, the header's included. */
  readonly onPage: (page: WrittenPage, encoding: 'RLE_DICTIONARY' | 'PLAIN', uncompressed: number) => void
}

/** An index is counted as a number of 32 bits, a boolean as a bit, as the writer of decoded columns counts them. */
const BYTES_OF = {indexes: 4, booleans: 1 / 8, plain: 1} as const

const NOTHING: PageFacts & {readonly entries: number} = {nulls: 0, bounds: undefined, entries: 0}

/** A builder without entries. */
export function createPageBuilder(target: PageTarget): PageBuilder {
  const {writer, leaf, levels, pageBytes, pageRows, physical, dictionary, onPage} = target
  const indexWidth = Math.max(1, bitWidth(dictionary.starts.length - 2))
  let kind: PageKind = 'plain'
  let facts = NOTHING
  let [rows, present] = [0, 0]
  let definition = new Uint8Array(0)
  let repetition = new Uint8Array(0)
  let integers = new Uint32Array(0)
  let plain = new Uint8Array(0)
  /** Integers, or bytes of plain values. */
  let length = 0

  const definitionRuns = (entries: number): Uint8Array => {
    const {maxDefinition: most} = levels
    return present === entries ? oneRun(entries, most) : runsOf(definition, entries, bitWidth(most))
  }
  const flush = () => {
    const {entries} = facts
    if (entries === 0) return
    const repetitionBytes = levels.maxRepetition > 0 ? runsOf(repetition, entries, bitWidth(levels.maxRepetition)) : new Uint8Array(0)
    const definitionBytes = levels.maxDefinition > 0 ? definitionRuns(entries) : new Uint8Array(0)
    const encoding = kind === 'indexes' ? 'RLE_DICTIONARY' : 'PLAIN'
    const values = kind === 'plain' ? plain.subarray(0, length) : storedAs(kind, integers, length, indexWidth)
    if (kind === 'plain') target.bloom?.add(plainValues(physical, values, present))
    const compressed = target.compress(values)
    const levelBytes = repetitionBytes.length + definitionBytes.length
    const offset = writer.offset
    writePageHeader(writer, {
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: levelBytes + values.length,
      compressed_page_size: levelBytes + compressed.length,
      data_page_header_v2: {
        num_values: entries,
        num_nulls: entries - present,
        num_rows: rows,
        encoding,
        definition_levels_byte_length: definitionBytes.length,
        repetition_levels_byte_length: repetitionBytes.length,
        is_compressed: true,
      },
    })
    const header = writer.offset - offset
    for (const part of [repetitionBytes, definitionBytes, compressed]) writer.appendBytes(part)
    const plainBytes = physical.type === 'BYTE_ARRAY' ? length - 4 * present : undefined
    const sizes = {
      ...levelCounts(levels, {entries, definition: present === entries ? undefined : definition, repetition}),
      bytes: kind === 'plain' ? plainBytes : indexedBytes(physical, integers, length, dictionary),
    }
    const page = {offset, size: writer.offset - offset, entries, rows, nulls: entries - present, bounds: facts.bounds, sizes}
    onPage(page, encoding, header + levelBytes + values.length)
    facts = NOTHING
    rows = 0
    present = 0
    length = 0
  }
  const add = (next: PageKind, page: PageEntries, values: Uint8Array | Uint32Array, known: PageFacts) => {
    const more = rowsIn(page)
    if (more > pageRows) {
      for (const part of dividedRows(page, values, physical, levels.maxDefinition, pageRows)) add(next, part.page, part.values, known)
      return
    }
    const isFull = (length + values.length) * BYTES_OF[kind] > pageBytes || rows + more > pageRows
    if (facts.entries > 0 && (next !== kind || isFull)) flush()
    const at = facts.entries
    kind = next
    if (levels.maxDefinition > 0) {
      definition = withRoom(definition, at + page.entries)
      if (page.definition) definition.set(page.definition, at)
      else definition.fill(levels.maxDefinition, at, at + page.entries)
    }
    if (page.repetition) {
      repetition = withRoom(repetition, at + page.entries)
      repetition.set(page.repetition, at)
    }
    if (values instanceof Uint32Array) {
      integers = withRoom(integers, length + values.length)
      integers.set(values, length)
    } else {
      plain = withRoom(plain, length + values.length)
      plain.set(values, length)
    }
    length += values.length
    present += page.present
    rows += more
    const own = {nulls: page.entries - page.present, bounds: known.bounds, entries: page.entries}
    facts = at === 0 ? own : combineFacts(leaf.type, facts, own)
  }
  return {flush, add}
}

function runsOf(levels: Uint8Array, count: number, width: number): Uint8Array {
  const bytes = new Uint8Array(mostBytes(count, width))
  return bytes.subarray(0, writeRuns(levels, count, width, bytes, 0))
}

/** A level that all entries have. */
function oneRun(count: number, level: number): Uint8Array {
  const bytes = new Uint8Array(8)
  const end = writeVarint(count * 2, bytes, 0)
  bytes[end] = level
  return bytes.subarray(0, end + 1)
}

/** Indexes in runs come after their width; booleans are bits, from the lowest of each byte on (Parquet, "Encodings"). */
function storedAs(kind: 'indexes' | 'booleans', integers: Uint32Array, count: number, indexWidth: number): Uint8Array {
  if (kind === 'indexes') {
    const bytes = new Uint8Array(1 + mostBytes(count, indexWidth))
    bytes[0] = indexWidth
    return bytes.subarray(0, writeRuns(integers, count, indexWidth, bytes, 1))
  }
  const bits = new Uint8Array(Math.ceil(count / 8))
  for (let at = 0; at < count; at++) bits[at >> 3] = (bits[at >> 3] as number) | ((integers[at] as number) << (at & 7))
  return bits
}
