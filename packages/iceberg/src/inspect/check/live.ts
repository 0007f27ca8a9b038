import type {ManifestEntry} from '../../spec/manifest.js'
import {error, type Finding} from './finding.js'

/** The data files of one snapshot: a path and a few numbers each. */
export interface LiveFiles {
  /** Notes a data file; finds one that is live already. */
  add(entry: ManifestEntry): Iterable<Finding>
  /** Undefined for a path that is not live. */
  rowsOf(path: string): number | undefined
  /** Finds rows that have the same ids as others (spec, "Row Lineage"). */
  overlaps(): Iterable<Finding>
}

export function liveFiles(): LiveFiles {
  const rows = new Map<string, number>()
  const ranges: {readonly path: string; readonly start: bigint; readonly end: bigint}[] = []
  return {
    *add({dataFile: {filePath: path, recordCount, firstRowId}}) {
      if (rows.has(path)) yield error('FILE_TWICE', path, `${path} is in the table twice: its rows are read twice.`)
      rows.set(path, recordCount)
      if (firstRowId !== undefined && recordCount > 0) ranges.push({path, start: firstRowId, end: firstRowId + BigInt(recordCount)})
    },
    rowsOf: (path) => rows.get(path),
    *overlaps() {
      ranges.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))
      let furthest = ranges[0]
      for (const range of ranges.slice(1)) {
        if (furthest && range.start < furthest.end && range.path !== furthest.path) {
          const taken = `the row ids ${range.start} to ${range.end - 1n}, which overlap those of ${furthest.path}`
          yield error('ROW_ID_OVERLAP', range.path, `${range.path} has ${taken}.`)
        }
        if (!furthest || range.end > furthest.end) furthest = range
      }
    },
  }
}
