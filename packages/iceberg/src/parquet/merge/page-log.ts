import type {ColumnIndex, OffsetIndex, SchemaElement} from 'hyparquet'
import {unconvertMinMax} from 'hyparquet-writer/src/unconvert.js'
import type {Leaf, PhysicalValue} from '../leaves.js'
import {physicalOrder} from '../metrics.js'
import type {ValueSizes} from './value-sizes.js'

type Present = Exclude<PhysicalValue, null>

/** What is known of the values of a page: what is undefined is not. */
export interface PageFacts {
  readonly nulls: number | undefined
  /** No value lies beyond them; NaN is left out. */
  readonly bounds: readonly [Present, Present] | undefined
}

/** A page that was written. */
export interface WrittenPage extends PageFacts {
  readonly offset: number
  /** Bytes, with the header. */
  readonly size: number
  readonly entries: number
  /** How many rows begin in it. */
  readonly rows: number
  readonly sizes: ValueSizes
}

/** Where the pages are; undefined when nothing would be gained. */
export function offsetIndexOf(pages: readonly WrittenPage[]): OffsetIndex | undefined {
  if (pages.length < 2) return undefined
  let row = 0
  const locations: OffsetIndex['page_locations'] = []
  for (const {offset, size, rows} of pages) {
    locations.push({offset: BigInt(offset), compressed_page_size: size, first_row_index: BigInt(row)})
    row += rows
  }
  const bytes = pages.map(({sizes}) => sizes.bytes).filter((own) => own !== undefined)
  return {page_locations: locations, ...(bytes.length === pages.length && {unencoded_byte_array_data_bytes: bytes.map(BigInt)})}
}

/** Which values the pages have; undefined when it is not known of every page. */
export function columnIndexOf({type}: Leaf, physical: SchemaElement, pages: readonly WrittenPage[]): ColumnIndex | undefined {
  if (pages.length < 2) return undefined
  const compare = physicalOrder(type)
  const index = {
    null_pages: [] as boolean[],
    min_values: [] as Uint8Array[],
    max_values: [] as Uint8Array[],
    null_counts: [] as bigint[],
  }
  let [isAscending, isDescending] = [true, true]
  let last: readonly [Present, Present] | undefined
  for (const {entries, nulls, bounds} of pages) {
    if (nulls === undefined) return undefined
    const isNull = nulls === entries
    const [least, greatest] = bounds ?? []
    const min = isNull ? new Uint8Array() : unconvertMinMax(least, physical, false)
    const max = isNull ? new Uint8Array() : unconvertMinMax(greatest, physical, true)
    if (!min || !max) return undefined
    index.null_pages.push(isNull)
    // Copies: a view would hold all that was read with it until the file is closed.
    index.min_values.push(Uint8Array.from(min))
    index.max_values.push(Uint8Array.from(max))
    index.null_counts.push(BigInt(nulls))
    if (isNull || !bounds) continue
    if (last) {
      const steps = [compare(last[0], bounds[0]), compare(last[1], bounds[1])]
      if (steps.some((step) => step > 0)) isAscending = false
      if (steps.some((step) => step < 0)) isDescending = false
    }
    last = bounds
  }
  return {
    ...index,
    boundary_order: isAscending ? 'ASCENDING' : isDescending ? 'DESCENDING' : 'UNORDERED',
    repetition_level_histograms: histograms(pages, 'repetition'),
    definition_level_histograms: histograms(pages, 'definition'),
  }
}

/** The counts of the first page, then those of the second and so on; none unless those of all pages are known. */
function histograms(pages: readonly WrittenPage[], of: 'repetition' | 'definition'): bigint[] {
  const all = pages.map(({sizes}) => sizes[of])
  return all.every((counts) => counts !== undefined) ? all.flatMap((counts) => counts.map(BigInt)) : []
}

/** What is known of the values of two pages together. */
export function combineFacts(type: Leaf['type'], a: PageFacts & {readonly entries: number}, b: PageFacts & {readonly entries: number}) {
  const compare = physicalOrder(type)
  const nulls = a.nulls === undefined || b.nulls === undefined ? undefined : a.nulls + b.nulls
  const [one, other] = [a.nulls === a.entries ? b.bounds : a.bounds, b.nulls === b.entries ? a.bounds : b.bounds]
  const bounds: PageFacts['bounds'] = one &&
    other && [compare(one[0], other[0]) <= 0 ? one[0] : other[0], compare(one[1], other[1]) >= 0 ? one[1] : other[1]]
  return {nulls, bounds, entries: a.entries + b.entries}
}
