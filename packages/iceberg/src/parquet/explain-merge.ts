import {columnWays} from './merge/column-ways.js'
import {type FilesToMerge, type RowGroupsToWrite, rowGroupsToWrite} from './row-groups-to-write.js'

/** How the values of a column come from a file into the new one. */
export interface ColumnWay {
  /** Dotted. */
  readonly column: string
  /** With its whole row group, by its pages, or value by value. */
  readonly way: 'copied' | 'merged' | 'decoded'
  /** Why it is decoded. */
  readonly reason?: string
}

/**
 * Tells of each input which way its columns go, as `mergeFiles` would write them: the footers are read, and no data pages. A column
 * that goes several ways, because its file has several row groups, is told by the one that takes longest.
 */
export async function explainMerge(files: FilesToMerge): Promise<ReadonlyMap<string, readonly ColumnWay[]>> {
  const {outputs, leaves, options} = await rowGroupsToWrite(files)
  const found = new Map<string, readonly ColumnWay[]>()
  for (const group of outputs.flat()) {
    const ways = waysOf(group, leaves, options)
    for (const {input} of group.segments) {
      const path = input.file.filePath
      const own = ways.map((way) => forFile(way, path))
      const before = found.get(path)
      found.set(path, before ? own.map((way, at) => slower(before[at] as ColumnWay, way)) : own)
    }
  }
  return found
}

type Way = ColumnWay & {readonly path?: string}

function waysOf(
  {copy, segments}: RowGroupsToWrite['outputs'][number][number],
  leaves: RowGroupsToWrite['leaves'],
  options: RowGroupsToWrite['options'],
): readonly Way[] {
  if (copy) return leaves.map(({name}) => ({column: name, way: 'copied'}))
  return columnWays(segments, leaves, options).map((way): Way => {
    const column = way.leaf.name
    return 'parts' in way ? {column, way: 'merged'} : {column, way: 'decoded', reason: way.reason, path: way.path}
  })
}

/** A column of a row group is decoded in all of its files, or in none. */
function forFile({path, ...way}: Way, own: string): ColumnWay {
  if (path === undefined || path === own) return way
  return {...way, reason: `${way.reason} in ${path}, whose rows come into the same row group`}
}

const PACE = {copied: 0, merged: 1, decoded: 2} as const

const slower = (one: ColumnWay, other: ColumnWay): ColumnWay => (PACE[other.way] > PACE[one.way] ? other : one)
