import type {Leaf} from '../leaves.js'
import type {Segment} from '../merge-plan.js'
import type {LeafMetrics} from '../metrics.js'
import type {ParquetWriteOptions} from '../write-file.js'
import type {ColumnPart} from './chunk-to-merge.js'
import {type ColumnsById, columnsOf, mergeablePart, whyNotWhole} from './mergeable.js'
import {type InValues, mergedMetrics} from './merged-metrics.js'

/** A column of some segments whose pages can be merged. */
export interface ColumnToMerge {
  readonly leaf: Leaf
  readonly parts: readonly ColumnPart[]
  readonly metrics: LeafMetrics | InValues
  /** What its pages take in memory: as they are stored, or as another codec may leave them. */
  readonly bytes: number
}

/** A column that cannot be merged, with the first file for which that is so. */
export interface ColumnToDecode {
  readonly leaf: Leaf
  readonly path: string
  readonly reason: string
}

/** Of each leaf, the column chunks of some segments that are merged, or why they are decoded. */
export function columnWays(
  segments: readonly Segment[],
  leaves: readonly Leaf[],
  options: ParquetWriteOptions,
): readonly (ColumnToMerge | ColumnToDecode)[] {
  for (const segment of segments) {
    const reason = whyNotWhole(segment)
    if (reason !== undefined) return leaves.map((leaf) => ({leaf, path: segment.input.file.filePath, reason}))
  }
  const columns = segments.map(columnsOf)
  return leaves.map((leaf) => wayOf(segments, columns, leaf, options))
}

function wayOf(
  segments: readonly Segment[],
  columns: readonly ColumnsById[],
  leaf: Leaf,
  options: ParquetWriteOptions,
): ColumnToMerge | ColumnToDecode {
  const parts: ColumnPart[] = []
  for (const [index, segment] of segments.entries()) {
    const part = mergeablePart(segment, columns[index]?.get(leaf.fieldId), leaf, options)
    if (typeof part === 'string') return {leaf, path: segment.input.file.filePath, reason: part}
    parts.push(part)
  }
  const chunks = segments.map((segment, index) => ({segment, part: parts[index] as ColumnPart}))
  const metrics = mergedMetrics(leaf, options.metrics(leaf.fieldId), chunks)
  if ('unknown' in metrics) return {leaf, path: metrics.unknown, reason: 'neither its footer nor its manifest bounds it'}
  const inMemory = ({place, codec, uncompressed}: ColumnPart) =>
    codec === options.compression.codec ? place.length : Math.max(place.length, uncompressed)
  return {leaf, parts, metrics, bytes: parts.reduce((sum, part) => sum + inMemory(part), 0)}
}

/** The field ids of the columns that can be merged. */
export const mergedIds = (ways: readonly (ColumnToMerge | ColumnToDecode)[]): ReadonlySet<number> =>
  new Set(ways.filter((way) => 'parts' in way).map(({leaf}) => leaf.fieldId))
