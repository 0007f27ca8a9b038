import type {ManifestEntry} from '../spec/manifest.js'
import {DELETED_FILE_PATH} from '../spec/reserved-fields.js'

interface Bounded {
  readonly entry: ManifestEntry
  /** Bytes as characters, so that they compare as UTF-8 does. */
  readonly lower: string
  readonly upper: string
}

/**
 * Finds, of the position delete files of one partition that are about several data files, those whose bounds of `file_path`
 * include a path. Bounds may be truncated, which keeps them bounds.
 *
 * The files are sorted by their lower bounds and know the highest upper bound so far: a search ends where nothing before can
 * reach the path any more.
 */
export function positionDeleteGroup(entries: readonly ManifestEntry[]): (path: string) => readonly ManifestEntry[] {
  const bounded: Bounded[] = []
  const unbounded: ManifestEntry[] = []
  for (const entry of entries) {
    const lower = entry.dataFile.lowerBounds?.get(DELETED_FILE_PATH.id)
    const upper = entry.dataFile.upperBounds?.get(DELETED_FILE_PATH.id)
    if (lower && upper) bounded.push({entry, lower: Buffer.from(lower).toString('latin1'), upper: Buffer.from(upper).toString('latin1')})
    else unbounded.push(entry)
  }
  bounded.sort((a, b) => (a.lower < b.lower ? -1 : a.lower > b.lower ? 1 : 0))
  const highest: string[] = []
  for (const {upper} of bounded) {
    const before = highest.at(-1)
    highest.push(before !== undefined && before > upper ? before : upper)
  }
  return (path) => {
    const wanted = Buffer.from(path).toString('latin1')
    const found = [...unbounded]
    for (let at = countUpTo(bounded, wanted) - 1; at >= 0 && (highest[at] as string) >= wanted; at--) {
      const {entry, upper} = bounded[at] as Bounded
      if (upper >= wanted) found.push(entry)
    }
    return found
  }
}

/** How many of the sorted lower bounds are not above `wanted`. */
function countUpTo(bounded: readonly Bounded[], wanted: string): number {
  let low = 0
  let high = bounded.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((bounded[middle] as Bounded).lower <= wanted) low = middle + 1
    else high = middle
  }
  return low
}
