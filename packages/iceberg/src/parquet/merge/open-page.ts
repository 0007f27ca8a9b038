import {bitWidth} from '../check-runs.js'
import type {Leaf} from '../leaves.js'
import type {PhysicalType} from '../physical.js'
import {widthOf} from './dictionary.js'
import {rowsIn} from './divide-rows.js'
import type {DataPage} from './pages.js'
import {readRuns, unpack} from './runs.js'

/** The levels of a column's entries. */
export interface Levels {
  readonly maxDefinition: number
  readonly maxRepetition: number
}

export const levelsOf = ({maxDefinitionLevel, maxRepetitionLevel}: Leaf): Levels => ({
  maxDefinition: maxDefinitionLevel,
  maxRepetition: maxRepetitionLevel,
})

/** A data page whose levels are read, and whose values are decompressed and not read. */
export interface OpenPage {
  readonly entries: number
  /** Undefined where every entry has a value. */
  readonly definition: Uint8Array | undefined
  /** Undefined for a column that is not repeated. */
  readonly repetition: Uint8Array | undefined
  /** How many entries have a value. */
  readonly present: number
  readonly values: Uint8Array
}

/**
 * Opens a page of either version.
 *
 * @throws RangeError, and what the decompressors throw, for a damaged one
 */
export function openPage(page: DataPage, levels: Levels): OpenPage {
  return page.header.data_page_header_v2 ? openVersion2(page, levels) : openVersion1(page, levels)
}

/** Levels and values are compressed together, and levels begin with their length (Parquet, "Data Pages"). */
function openVersion1({header, body, entries, decompress}: DataPage, {maxRepetition, maxDefinition}: Levels): OpenPage {
  const {data_page_header: own} = header
  const bytes = decompress(body, header.uncompressed_page_size)
  let offset = 0
  const read = (most: number, encoding: string | undefined): LevelRuns | undefined => {
    if (most === 0) return undefined
    if (encoding !== 'RLE') throw new RangeError(`unsupported encoding of levels: ${encoding}`)
    if (offset + 4 > bytes.length) throw new RangeError('a page ends before its levels')
    const begin = offset + 4
    offset = begin + new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true)
    return {bytes, begin, end: offset, most}
  }
  const repetition = read(maxRepetition, own?.repetition_level_encoding)
  const definition = read(maxDefinition, own?.definition_level_encoding)
  return {...readLevels(entries, repetition, definition), values: bytes.subarray(offset)}
}

/** Levels come first, without their lengths, and are not compressed (Parquet, "Data Pages"). */
function openVersion2({header, body, entries, decompress}: DataPage, {maxRepetition, maxDefinition}: Levels): OpenPage {
  const own = header.data_page_header_v2
  const [begin, end] = levelBytes(header)
  const repetition = maxRepetition > 0 ? {bytes: body, begin: 0, end: begin, most: maxRepetition} : undefined
  const definition = maxDefinition > 0 ? {bytes: body, begin, end, most: maxDefinition} : undefined
  const levels = readLevels(entries, repetition, definition)
  if (levels.present !== entries - (own?.num_nulls ?? 0)) throw new RangeError('a page has another number of nulls than its header says')
  const stored = body.subarray(end)
  const values = own?.is_compressed === false ? stored : decompress(stored, header.uncompressed_page_size - end)
  return {...levels, values}
}

/** Where the repetition levels and the definition levels of a page of version 2 end. @throws RangeError when they do not fit it */
export function levelBytes({data_page_header_v2: own, compressed_page_size: size, uncompressed_page_size: plain}: DataPage['header']) {
  const [repetition, definition] = [own?.repetition_levels_byte_length ?? 0, own?.definition_levels_byte_length ?? 0]
  const end = repetition + definition
  if (!(repetition >= 0 && definition >= 0 && end <= size && end <= plain)) {
    throw new RangeError('the levels of a page are longer than the page')
  }
  return [repetition, end] as const
}

/** Where the runs of levels are, and the highest of them. */
interface LevelRuns {
  readonly bytes: Uint8Array
  readonly begin: number
  readonly end: number
  readonly most: number
}

function readLevels(entries: number, repetition: LevelRuns | undefined, definition: LevelRuns | undefined): Omit<OpenPage, 'values'> {
  const rows = repetition && readHighest(repetition, entries).levels
  if (!definition || isOneRun(definition, entries)) return {entries, definition: undefined, repetition: rows, present: entries}
  const {levels, highest} = readHighest(definition, entries)
  return {entries, definition: highest === entries ? undefined : levels, repetition: rows, present: highest}
}

/** Whether all levels are the highest, in a single run, as writers store a page without nulls. */
function isOneRun({bytes, begin, end, most}: LevelRuns, entries: number): boolean {
  let [at, header] = [begin, 0]
  for (let scale = 1; at < end; scale *= 128) {
    const byte = bytes[at++] as number
    header += (byte & 0x7f) * scale
    if (byte < 0x80) break
  }
  return header === entries * 2 && at + 1 === end && bytes[at] === most
}

/** The levels, and how many of them are the highest. */
function readHighest({bytes, begin, end, most}: LevelRuns, entries: number): {readonly levels: Uint8Array; readonly highest: number} {
  if (end > bytes.length) throw new RangeError('the levels of a page are longer than the page')
  const levels = new Uint8Array(entries)
  readRuns({bytes: bytes.subarray(0, end), offset: begin, width: bitWidth(most), values: entries}, levels, 0)
  // Without a branch, of which levels would take either at random: what is below the highest has a sign, and so has what is left above it.
  let [lower, above] = [0, 0]
  for (let at = 0; at < entries; at++) {
    const level = levels[at] as number
    lower += (level - most) >>> 31
    above |= most - level
  }
  if (above < 0) throw new RangeError(`a page has a level above ${most}, where there are none`)
  return {levels, highest: entries - lower}
}

/**
 * The dictionary indexes of an open page: `present` of them, each below `size`, or what each of these is in another dictionary.
 */
export function readIndexes({values, present}: OpenPage, size: number, mapped?: Uint32Array): Uint32Array {
  const indexes = new Uint32Array(present)
  const [width = 0] = values
  if (values.length === 0 && present > 0) throw new RangeError('a page has fewer values than its header says')
  if (width > 32) throw new RangeError(`dictionary indexes have ${width} bits`)
  if (width > 0) readRuns({bytes: values, offset: 1, width, values: present}, indexes, 0)
  for (let at = 0; at < present; at++) {
    const index = indexes[at] as number
    if (index >= size) throw new RangeError('a value is not in the dictionary')
    if (mapped) indexes[at] = mapped[index] as number
  }
  return indexes
}

/** The booleans of an open page as zeros and ones. */
export function readBooleans({values, present}: OpenPage, encoding: string): Uint32Array {
  const booleans = new Uint32Array(present)
  if (encoding === 'RLE') {
    if (present > 0) readRuns({bytes: values, offset: 4, width: 1, values: present}, booleans, 0)
  } else {
    if (values.length < Math.ceil(present / 8)) throw new RangeError('a page has fewer values than its header says')
    unpack(values, 0, 1, booleans, 0, present)
  }
  return booleans
}

/** The bytes of an open page's values in the encoding PLAIN. @throws RangeError when there are fewer values than entries have one */
export function checkedPlain({values, present}: OpenPage, physical: PhysicalType): Uint8Array {
  const end = physical.type === 'BYTE_ARRAY' ? endOfArrays(values, present) : present * widthOf(physical)
  if (end > values.length) throw new RangeError('a page has fewer values than its header says')
  return values.subarray(0, end)
}

function endOfArrays(values: Uint8Array, count: number): number {
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength)
  let end = 0
  for (let index = 0; index < count; index++) {
    if (end + 4 > values.length) throw new RangeError('a page has fewer values than its header says')
    end += 4 + view.getUint32(end, true)
  }
  return end
}

/** How many rows begin in a page. It is opened only where its header does not tell. */
export function rowsBegun(page: DataPage, levels: Levels, opened?: OpenPage): number {
  if (levels.maxRepetition === 0) return page.entries
  const told = page.header.data_page_header_v2?.num_rows
  if (told !== undefined && !opened) return told
  return rowsIn(opened ?? openPage(page, levels))
}

/** Whether a page of a repeated column begins within a row, as only those of version 1 may. */
export function beginsWithinRow(page: DataPage, levels: Levels): boolean {
  return page.entries > 0 && page.header.data_page_header !== undefined && openPage(page, levels).repetition?.[0] !== 0
}
