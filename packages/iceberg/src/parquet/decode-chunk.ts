import type {ColumnMetaData, Compressors, PageHeader} from 'hyparquet'
import {parquetHeader, readPage} from 'hyparquet/src/column.js'
import {decompressPage, readDataPage, readDataPageV2} from 'hyparquet/src/datapage.js'
import {bitWidth, checkRuns} from './check-runs.js'
import {decompressors} from './codecs.js'
import type {FileLeaf} from './file-leaves.js'
import type {PhysicalValue, PhysicalValues} from './leaves.js'

/** The values of a column chunk as they are stored, with an entry for each pair of levels. */
export interface Decoded {
  readonly values: PhysicalValues
  readonly definitionLevels: Uint8Array | undefined
  readonly repetitionLevels: Uint8Array | undefined
}

/**
 * Decodes the pages of a column chunk. What a page says of its sizes and counts is checked before it is believed.
 *
 * @throws RangeError, and what the decoders throw, for a damaged one
 */
export function decodeChunk({element, schemaPath}: FileLeaf, chunk: ColumnMetaData, bytes: Uint8Array): Decoded {
  const decoder = {
    pathInSchema: chunk.path_in_schema,
    type: chunk.type,
    // What the values mean is not this function's business: it hands them out as they are stored.
    element: {...element, converted_type: undefined, logical_type: undefined},
    schemaPath,
    codec: chunk.codec,
    compressors: decompressors,
    utf8: false,
  } as unknown as Parameters<typeof readPage>[2]
  const reader = {view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0}
  const total = Number(chunk.num_values)
  const repetitions = schemaPath.slice(1).map(({element: node}) => node.repetition_type)
  const max = repetitions.filter((repetition) => repetition === 'OPTIONAL' || repetition === 'REPEATED').length
  const maxRepetition = repetitions.filter((repetition) => repetition === 'REPEATED').length
  const pages: Page[] = []
  let dictionary: ArrayLike<PhysicalValue> | undefined
  let seen = 0
  while (seen < total) {
    const header = parquetHeader(reader)
    assertPage(header, header.type === 'DICTIONARY_PAGE' ? header.uncompressed_page_size : total - seen)
    if (header.type === 'DICTIONARY_PAGE') {
      dictionary = readPage(reader, header, decoder, undefined, undefined, 0).data as ArrayLike<PhysicalValue>
      continue
    }
    const page = bytes.subarray(reader.offset, reader.offset + header.compressed_page_size)
    if (page.length < header.compressed_page_size) throw new RangeError('a page ends after the column does')
    reader.offset += header.compressed_page_size
    const v1 = header.data_page_header
    const v2 = header.data_page_header_v2
    const head = v1 ?? v2
    if (!head) continue
    const most = {definition: max, repetition: maxRepetition, isBoolean: chunk.type === 'BOOLEAN'}
    const {definitionLevels, repetitionLevels, dataPage} = v1
      ? readDataPage(
          checkedPage(decompressPage(page, Number(header.uncompressed_page_size), chunk.codec, decompressors), header, most),
          v1,
          decoder,
        )
      : readDataPageV2(page, header, {...decoder, compressors: checkingDecompressors(page, header, chunk.codec, most)})
    const values = head.encoding.endsWith('DICTIONARY') ? fromDictionary(dictionary, dataPage) : (dataPage as ArrayLike<PhysicalValue>)
    pages.push({values, definition: definitionLevels ?? [], repetition: repetitionLevels, entries: head.num_values})
    seen += head.num_values
  }
  if (seen !== total) throw new RangeError(`it has ${seen} values instead of ${total}`)
  const hasLevels = pages.some(({definition}) => definition.length > 0)
  const definitionLevels = hasLevels ? levels(pages, total, ({definition}) => definition, max) : undefined
  return {
    values: join(pages, total, max, chunk.type),
    definitionLevels,
    repetitionLevels: maxRepetition > 0 ? levels(pages, total, ({repetition}) => repetition, 0) : undefined,
  }
}

/** Before anything is allocated by a page's header, or the reader is moved by it: a damaged one may say anything. */
function assertPage(header: ReturnType<typeof parquetHeader>, most: number): void {
  const {compressed_page_size: compressed, uncompressed_page_size: uncompressed} = header
  if (!(compressed >= 0 && uncompressed >= 0)) throw new RangeError('a page has a size below zero')
  const entries = (header.data_page_header ?? header.data_page_header_v2 ?? header.dictionary_page_header)?.num_values ?? 0
  if (!(entries >= 0 && entries <= most)) throw new RangeError(`a page has ${entries} values where there are at most ${most}`)
}

/** What levels and values of a page may be. */
interface Most {
  readonly definition: number
  readonly repetition: number
  readonly isBoolean: boolean
}

/** A page of version 1, which is compressed as a whole, once its runs are known to be no longer than it. */
function checkedPage(bytes: Uint8Array, header: PageHeader, most: Most): Uint8Array {
  checkValues(bytes, checkLevels(bytes, header, most), header, most)
  return bytes
}

/** In version 2 the levels come first and are never compressed: the values are checked as soon as they are decompressed, and not copied. */
function checkingDecompressors(page: Uint8Array, header: PageHeader, codec: ColumnMetaData['codec'], most: Most): Compressors {
  const levels = checkLevels(page, header, most)
  if (header.data_page_header_v2?.is_compressed === false || codec === 'UNCOMPRESSED') checkValues(page, levels, header, most)
  return {
    [codec]: (bytes: Uint8Array, length: number) => {
      const values = decompressPage(bytes, length, codec, decompressors)
      checkValues(values, 0, header, most)
      return values
    },
  }
}

/** Makes sure that the runs of levels are no longer than the page; returns where its values begin. */
function checkLevels(bytes: Uint8Array, {data_page_header: v1, data_page_header_v2: v2}: PageHeader, most: Most): number {
  const values = (v1 ?? v2)?.num_values ?? 0
  const lengths = v2 ? [v2.repetition_levels_byte_length, v2.definition_levels_byte_length] : []
  let offset = 0
  for (const [index, level] of [most.repetition, most.definition].entries()) {
    if (!v2 && level === 0) continue
    const length = v2 ? (lengths[index] as number) : lengthAt(bytes, offset)
    const begin = v2 ? offset : offset + 4
    const end = begin + length
    if (!(length >= 0 && end <= bytes.length)) throw new RangeError('the levels of a page are longer than the page')
    if (level > 0) checkRuns({bytes: bytes.subarray(0, end), offset: begin, width: bitWidth(level), values})
    offset = end
  }
  return offset
}

/** The same for dictionary indexes, and for booleans. */
function checkValues(
  bytes: Uint8Array,
  offset: number,
  {data_page_header: v1, data_page_header_v2: v2}: PageHeader,
  {isBoolean}: Most,
): void {
  const {encoding, num_values: values = 0} = v1 ?? v2 ?? {}
  if (encoding?.endsWith('DICTIONARY')) {
    const width = bytes[offset] ?? 0
    if (width > 32) throw new RangeError(`dictionary indexes have ${width} bits`)
    if (width > 0) checkRuns({bytes, offset: offset + 1, width, values})
  } else if (encoding === 'RLE' && isBoolean) checkRuns({bytes, offset: offset + 4, width: 1, values})
}

function lengthAt(bytes: Uint8Array, offset: number): number {
  if (offset + 4 > bytes.length) throw new RangeError('a page ends before its levels')
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset, true)
}

function fromDictionary(dictionary: ArrayLike<PhysicalValue> | undefined, indexes: ArrayLike<unknown>): PhysicalValue[] {
  const values = new Array<PhysicalValue>(indexes.length)
  for (let at = 0; at < indexes.length; at++) {
    const value = dictionary?.[indexes[at] as number]
    if (value === undefined) throw new RangeError('a value is not in the dictionary')
    values[at] = value
  }
  return values
}

interface Page {
  readonly values: ArrayLike<PhysicalValue>
  readonly definition: ArrayLike<number>
  readonly repetition: ArrayLike<number>
  readonly entries: number
}

function levels(pages: readonly Page[], total: number, of: (page: Page) => ArrayLike<number>, absent: number): Uint8Array {
  const all = new Uint8Array(total)
  let at = 0
  for (const page of pages) {
    const own = of(page)
    if (own.length > 0) all.set(own, at)
    else all.fill(absent, at, at + page.entries)
    at += page.entries
  }
  return all
}

const TYPED = {INT32: Int32Array, INT64: BigInt64Array, FLOAT: Float32Array, DOUBLE: Float64Array} as const

/** The pages' values in one array with an entry for each level pair; a typed one where nothing is null. */
function join(pages: readonly Page[], total: number, max: number, type: string): PhysicalValues {
  const isFull = pages.every(({values, entries}) => values.length === entries)
  if (isFull && type in TYPED) {
    const all = new TYPED[type as keyof typeof TYPED](total) as Float64Array
    let at = 0
    for (const {values} of pages) {
      all.set(values as ArrayLike<number>, at)
      at += values.length
    }
    return all
  }
  const all: PhysicalValue[] = new Array(total)
  let at = 0
  for (const {values, definition, entries} of pages) {
    let next = 0
    for (let entry = 0; entry < entries; entry++) {
      const isPresent = definition.length === 0 || definition[entry] === max
      all[at++] = isPresent ? (values[next++] as PhysicalValue) : null
    }
  }
  return all
}
