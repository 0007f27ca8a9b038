import type {PhysicalType} from '../physical.js'
import {plainValues} from './dictionary.js'
import type {OpenPage} from './open-page.js'

/** Entries that come into a page, without their values. */
export type PageEntries = Pick<OpenPage, 'entries' | 'definition' | 'repetition' | 'present'>

/** How many rows begin among some entries. */
export function rowsIn({entries, repetition}: PageEntries): number {
  if (!repetition) return entries
  let rows = 0
  // A sign where there was a zero.
  for (let at = 0; at < entries; at++) rows += ((repetition[at] as number) - 1) >>> 31
  return rows
}

/**
 * Divides entries with their values, which are numbers or in the encoding PLAIN, into parts of at most so many rows.
 *
 * @param max the level of an entry that has a value
 */
export function* dividedRows<Values extends Uint8Array | Uint32Array>(
  page: PageEntries,
  values: Values,
  physical: PhysicalType,
  max: number,
  rowLimit: number,
): Iterable<{readonly page: PageEntries; readonly values: Values}> {
  const {entries, definition, repetition} = page
  const starts = values instanceof Uint32Array ? undefined : plainValues(physical, values, page.present).starts
  const valuesOf = (from: number, to: number) => values.subarray(starts ? starts[from] : from, starts ? starts[to] : to) as Values
  let [from, first, next, rows] = [0, 0, 0, 0]
  for (let entry = 0; entry <= entries; entry++) {
    const begins = entry < entries && (repetition?.[entry] ?? 0) === 0
    if (entry === entries || (begins && rows === rowLimit)) {
      const part = {entries: entry - from, definition: definition?.subarray(from, entry), repetition: repetition?.subarray(from, entry)}
      yield {page: {...part, present: next - first}, values: valuesOf(first, next)}
      from = entry
      first = next
      rows = 0
    }
    rows += Number(begins)
    if (entry < entries) next += Number(!definition || definition[entry] === max)
  }
}
