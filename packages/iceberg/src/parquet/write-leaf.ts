import {ByteWriter} from 'hyparquet-writer'
import {useDictionary} from 'hyparquet-writer/src/dictionary.js'
import {writePlain} from 'hyparquet-writer/src/plain.js'
import {createBloomBuilder} from './bloom-filter.js'
import {compressorOf} from './codecs.js'
import {type ColumnElements, namesOf} from './elements.js'
import type {LeafValues, PhysicalValue} from './leaves.js'
import {createChunkLog} from './merge/chunk-log.js'
import {NO_VALUES, type PlainValues, plainValues, widthOf} from './merge/dictionary.js'
import {writeDictionary} from './merge/merged-dictionary.js'
import {levelsOf} from './merge/open-page.js'
import {createPageBuilder} from './merge/page-builder.js'
import {orderedBounds} from './merge/page-facts.js'
import {combineSizes} from './merge/value-sizes.js'
import {combine, isFloating, measure, NOTHING} from './metrics.js'
import {type PhysicalType, storedType} from './physical.js'
import {assertWritable} from './writable-values.js'
import {type DescribedChunk, statisticsOf} from './write-column.js'
import type {ParquetWriteOptions} from './write-file.js'
import {writtenChunk} from './written-chunk.js'

/** Writes decoded values as one column chunk: with a dictionary where it makes the chunk smaller, in pages that begin with a row. */
export function writeLeaf(writer: ByteWriter, elements: ColumnElements, values: LeafValues, options: ParquetWriteOptions): DescribedChunk {
  const {leaf} = values
  const physical = storedType(elements.physical)
  assertWritable(values, physical)
  const compress = compressorOf(options.compression)
  const levels = levelsOf(leaf)
  const bloomOptions = options.bloomFilter(leaf)
  const bloom = bloomOptions && createBloomBuilder(physical, bloomOptions, values.values.length)
  const {indexes, dictionary = NO_VALUES} = dictionaryOf(values, physical, options.dictionaryBytes)
  const start = writer.offset
  const log = createChunkLog()
  if (indexes) log.add('DICTIONARY_PAGE', 'PLAIN', writeDictionary(writer, dictionary, compress))
  const pages = writer.offset
  const builder = createPageBuilder({
    writer,
    leaf,
    levels,
    physical,
    pageBytes: options.pageBytes,
    pageRows: options.pageRows,
    dictionary,
    compress,
    bloom,
    onPage: (page, encoding, uncompressed) => log.add('DATA_PAGE_V2', encoding, uncompressed, page),
  })
  const width = indexes ? 4 : fixedWidth(physical)
  let metrics = NOTHING
  for (const {from, to} of pageParts(values, width, options)) {
    const part = values.values.slice(from, to)
    const own = measure({...values, values: part})
    metrics = combine(leaf.type, metrics, own)
    const entries = {
      entries: to - from,
      definition: own.nulls > 0 ? values.definitionLevels?.subarray(from, to) : undefined,
      repetition: values.repetitionLevels?.subarray(from, to),
      present: to - from - own.nulls,
    }
    const facts = {nulls: own.nulls, bounds: orderedBounds(leaf, own.lower, own.upper)}
    if (indexes) builder.add('indexes', entries, presentIndexes(indexes, from, entries), facts)
    else {
      const present = own.nulls > 0 ? (part as PhysicalValue[]).filter((value) => value !== null) : part
      if (physical.type === 'BOOLEAN') builder.add('booleans', entries, Uint32Array.from(present as PhysicalValue[], Number), facts)
      else builder.add('plain', entries, encodePlain(present, physical), facts)
    }
    builder.flush()
  }
  if (indexes) bloom?.add(dictionary)
  const written = writtenChunk(writer, {
    leaf,
    physical: elements.physical,
    path: namesOf(elements),
    codec: options.compression.codec,
    log,
    sizes: combineSizes(log.pages.map(({sizes}) => sizes)),
    dictionary: indexes && start,
    pages,
    bloomFilter: bloom?.finish(),
  })
  return {written, metrics, statistics: statisticsOf(leaf, metrics)}
}

interface OfDictionary {
  /** Of each entry, none where it has no value. */
  readonly indexes?: readonly (number | undefined)[]
  readonly dictionary?: PlainValues
}

function dictionaryOf({leaf, values}: LeafValues, physical: PhysicalType, mostBytes: number): OfDictionary {
  const encoding = isFloating(leaf) && hasBothZeros(values as ArrayLike<PhysicalValue>) ? 'PLAIN' : undefined
  const isRequired = leaf.maxDefinitionLevel === 0
  const {dictionary, indexes} = useDictionary(values as PhysicalValue[], physical.type, physical.length, encoding, mostBytes, isRequired)
  if (!dictionary || !indexes) return {}
  return {indexes, dictionary: plainValues(physical, encodePlain(dictionary, physical), dictionary.length)}
}

/** Whether 0 and -0 are both among the values: the dictionary would take them for one value and lose a sign. */
function hasBothZeros(values: ArrayLike<PhysicalValue>): boolean {
  let [hasPositive, hasNegative] = [false, false]
  for (let at = 0; at < values.length && !(hasPositive && hasNegative); at++) {
    if (Object.is(values[at], 0)) hasPositive = true
    else if (Object.is(values[at], -0)) hasNegative = true
  }
  return hasPositive && hasNegative
}

function encodePlain(values: LeafValues['values'], {type, length}: PhysicalType): Uint8Array {
  const bytes = new ByteWriter()
  writePlain(bytes, values as PhysicalValue[], type, length)
  return bytes.getBytes()
}

function presentIndexes(
  indexes: NonNullable<OfDictionary['indexes']>,
  from: number,
  {entries, present}: {readonly entries: number; readonly present: number},
): Uint32Array {
  const own = new Uint32Array(present)
  let next = 0
  for (let at = from; at < from + entries; at++) {
    const index = indexes[at]
    if (index !== undefined) own[next++] = index
  }
  return own
}

/** Bytes of each value; undefined where each has its own. */
function fixedWidth(physical: PhysicalType): number | undefined {
  if (physical.type === 'BYTE_ARRAY') return undefined
  return physical.type === 'BOOLEAN' ? 1 / 8 : widthOf(physical)
}

/** Divides entries at the beginnings of rows into parts of not much more than a page's bytes, and no more than its rows. */
function* pageParts(
  {values, repetitionLevels}: LeafValues,
  width: number | undefined,
  {pageBytes, pageRows}: ParquetWriteOptions,
): Iterable<{readonly from: number; readonly to: number}> {
  let [from, bytes, rows] = [0, 0, 0]
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as PhysicalValue
    const size = value === null ? 0 : (width ?? (value as Uint8Array).length)
    const begins = !repetitionLevels || repetitionLevels[at] === 0
    if (begins && at > from && (bytes + size >= pageBytes || rows === pageRows)) {
      yield {from, to: at}
      from = at
      bytes = 0
      rows = 0
    }
    bytes += size
    rows += Number(begins)
  }
  if (from < values.length) yield {from, to: values.length}
}
