import type {ColumnMetaData} from 'hyparquet'
import type {PhysicalType} from '../physical.js'
import type {PlainValues} from './dictionary.js'
import type {Levels, OpenPage} from './open-page.js'
import type {DataPage} from './pages.js'

/**
 * What values take without an encoding, and how many entries have each level (parquet.thrift, "SizeStatistics"). What is undefined is
 * not known, or not said of such a column: its other counts tell it.
 */
export interface ValueSizes {
  /** Bytes of byte arrays, without those of their lengths. */
  readonly bytes: number | undefined
  /** Of a repeated column. */
  readonly repetition: readonly number[] | undefined
  /** Of a column with more levels than null and not null. */
  readonly definition: readonly number[] | undefined
}

export const UNKNOWN_SIZES: ValueSizes = {bytes: undefined, repetition: undefined, definition: undefined}

/** Counts the levels of entries. */
export function levelCounts(
  {maxDefinition, maxRepetition}: Levels,
  {entries, definition, repetition}: Pick<OpenPage, 'entries' | 'definition' | 'repetition'>,
): Pick<ValueSizes, 'repetition' | 'definition'> {
  return {
    repetition: maxRepetition > 0 ? counted(repetition, maxRepetition, 0, entries) : undefined,
    definition: maxDefinition > 1 ? counted(definition, maxDefinition, maxDefinition, entries) : undefined,
  }
}

/** @param all the level of every entry where none are given */
function counted(levels: Uint8Array | undefined, most: number, all: number, entries: number): readonly number[] {
  const counts = new Uint32Array(most + 1)
  if (!levels) counts[all] = entries
  else for (let at = 0; at < entries; at++) (counts[levels[at] as number] as number) += 1
  return [...counts]
}

/** Bytes of the byte arrays that some indexes stand for; undefined for values of another type. */
export function indexedBytes({type}: PhysicalType, indexes: Uint32Array, count: number, {starts}: PlainValues): number | undefined {
  if (type !== 'BYTE_ARRAY') return undefined
  let bytes = 0
  for (let at = 0; at < count; at++) {
    const index = indexes[at] as number
    bytes += (starts[index + 1] as number) - (starts[index] as number)
  }
  return bytes - 4 * count
}

/** Bytes of the byte arrays in a page of the encoding PLAIN, from its header; undefined where that does not tell. */
export function plainBytes({type}: PhysicalType, {header, encoding, entries}: DataPage, {maxDefinition, maxRepetition}: Levels) {
  if (type !== 'BYTE_ARRAY' || encoding !== 'PLAIN') return undefined
  const {uncompressed_page_size: all, data_page_header_v2: own} = header
  // In version 1 levels are compressed together with the values.
  if (!own && maxDefinition + maxRepetition > 0) return undefined
  const levels = (own?.repetition_levels_byte_length ?? 0) + (own?.definition_levels_byte_length ?? 0)
  const bytes = all - levels - 4 * (entries - (own?.num_nulls ?? 0))
  return bytes >= 0 ? bytes : undefined
}

/** The sizes of several parts together: of each count, what is known of all of them. */
export function combineSizes(parts: readonly ValueSizes[]): ValueSizes {
  const levels = (of: 'repetition' | 'definition') => {
    const [first, ...others] = parts.map((part) => part[of])
    return others.reduce((sum, own) => sum && own && sum.map((count, level) => count + (own[level] ?? 0)), first)
  }
  const bytes = parts.reduce<number | undefined>(
    (sum, own) => (sum === undefined || own.bytes === undefined ? undefined : sum + own.bytes),
    0,
  )
  return {bytes: parts.length > 0 ? bytes : undefined, repetition: levels('repetition'), definition: levels('definition')}
}

type Statistics = NonNullable<ColumnMetaData['size_statistics']>

/** As a footer has them; undefined where there is nothing to say. */
export function sizeStatistics({bytes, repetition, definition}: ValueSizes): Statistics | undefined {
  const statistics: Statistics = {
    ...(bytes !== undefined && {unencoded_byte_array_data_bytes: BigInt(bytes)}),
    ...(repetition && {repetition_level_histogram: repetition.map(BigInt)}),
    ...(definition && {definition_level_histogram: definition.map(BigInt)}),
  }
  return Object.keys(statistics).length > 0 ? statistics : undefined
}

/** What a footer says of a chunk with so many entries; undefined of each count that cannot be right. */
export function sizesOf(given: Statistics | undefined, type: ColumnMetaData['type'], entries: number, levels: Levels): ValueSizes {
  const histogram = (counts: readonly bigint[] | undefined, most: number, least: number): readonly number[] | undefined => {
    const numbers = most < least ? undefined : counts?.map(Number)
    const isOfAll = numbers?.length === most + 1 && numbers.every((count) => count >= 0)
    return isOfAll && numbers.reduce((sum, count) => sum + count, 0) === entries ? numbers : undefined
  }
  const bytes = type === 'BYTE_ARRAY' ? given?.unencoded_byte_array_data_bytes : undefined
  return {
    bytes: bytes !== undefined && bytes >= 0n ? Number(bytes) : undefined,
    repetition: histogram(given?.repetition_level_histogram, levels.maxRepetition, 1),
    definition: histogram(given?.definition_level_histogram, levels.maxDefinition, 2),
  }
}
