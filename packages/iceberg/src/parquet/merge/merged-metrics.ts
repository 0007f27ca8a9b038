import {isUnordered} from '../../spec/primitive-types.js'
import {boundOf} from '../copied-metrics.js'
import type {Leaf} from '../leaves.js'
import type {MergeInput, Segment} from '../merge-plan.js'
import {combine, isFloating, type LeafMetrics, NOTHING} from '../metrics.js'
import type {MetricsMode} from '../metrics-config.js'
import {type ChunkStatistics, statisticsOf} from '../write-column.js'
import type {ColumnPart} from './chunk-to-merge.js'

/** Chunks of one leaf, each with the segment that it is of. */
export type ChunksOfLeaf = readonly {readonly segment: Segment; readonly part: ColumnPart}[]

/** What has to be known of a leaf's values, or of its levels, is there alone. */
export interface InValues {
  readonly inValues: true
}

/**
 * What is known of a leaf in some row groups together without reading them: counts from the footers, bounds from the footers
 * or, where all row groups of a file are among them, from its manifest, which alone has its NaNs. Where less is known than the metrics
 * mode asks for, floats are to be looked at, and nulls counted where no bounds are asked for; others are decoded: `unknown` names the file.
 */
export function mergedMetrics(leaf: Leaf, mode: MetricsMode, chunks: ChunksOfLeaf): LeafMetrics | InValues | {readonly unknown: string} {
  const byInput = new Map<MergeInput, ColumnPart[]>()
  for (const {segment, part} of chunks) {
    const parts = byInput.get(segment.input)
    if (parts) parts.push(part)
    else byInput.set(segment.input, [part])
  }
  let metrics = NOTHING
  for (const [input, parts] of byInput) {
    const own = inputMetrics(leaf, mode, input, parts)
    if (!own) return isFloating(leaf) || !hasBounds(leaf, mode) ? {inValues: true} : {unknown: input.file.filePath}
    metrics = combine(leaf.type, metrics, own)
  }
  return metrics
}

/** Nothing is said of the bounds of values that are repeated. */
const hasBounds = (leaf: Leaf, {kind}: MetricsMode) =>
  !isUnordered(leaf.type) && leaf.maxRepetitionLevel === 0 && (kind === 'full' || kind === 'truncate')

const sum = (parts: readonly ColumnPart[], of: (part: ColumnPart) => number) => parts.reduce((total, part) => total + of(part), 0)

function inputMetrics(leaf: Leaf, mode: MetricsMode, input: MergeInput, parts: readonly ColumnPart[]): LeafMetrics | undefined {
  const isWholeFile = parts.length === input.runs.filter(({rows}) => rows > 0).length
  const values = sum(parts, ({entries}) => entries)
  const nulls = nullsOf(parts)
  if (nulls === undefined) return undefined
  const counted = isWholeFile ? input.file.nanValueCounts?.get(leaf.fieldId) : undefined
  const nans = isFloating(leaf) && nulls < values ? (counted ?? Number.NaN) : 0
  if (Number.isNaN(nans) && mode.kind !== 'none') return undefined
  const counts = {values, nulls, nans}
  if (!hasBounds(leaf, mode) || nulls + nans === values) return {...counts, lower: undefined, upper: undefined, bounded: true}
  // Footers do not tell the signs of zeros, so that those of floats are of no use where the manifest has bounds.
  const known = (isFloating(leaf) ? undefined : footerBounds(leaf, parts)) ?? (isWholeFile ? manifestBounds(leaf, mode, input) : undefined)
  return known && {...counts, lower: known[0], upper: known[1], bounded: true}
}

/** The nulls of some chunks together; undefined when the footer of one does not tell. */
export function nullsOf(parts: readonly ColumnPart[]): number | undefined {
  let all = 0
  for (const {nulls} of parts) {
    if (nulls === undefined) return undefined
    all += nulls
  }
  return all
}

/** The bounds that some footers have, when they are values of the column. */
function footerBounds(leaf: Leaf, parts: readonly ColumnPart[]): ColumnPart['bounds'] {
  const {lower, upper} = footerMetrics(leaf, parts) ?? {}
  return parts.every(({isExact}) => isExact) && lower !== undefined && upper !== undefined ? [lower, upper] : undefined
}

/** A manifest may have cut what was to be recorded in full. */
function manifestBounds(leaf: Leaf, mode: MetricsMode, {file}: MergeInput): ColumnPart['bounds'] {
  if (mode.kind === 'full' && (leaf.type === 'string' || leaf.type === 'binary')) return undefined
  const [lower, upper] = [boundOf(leaf, file.lowerBounds?.get(leaf.fieldId)), boundOf(leaf, file.upperBounds?.get(leaf.fieldId))]
  return lower === undefined || upper === undefined ? undefined : [lower, upper]
}

/** What the footers say of the values of some chunks together; undefined when one of them does not tell. */
function footerMetrics(leaf: Leaf, parts: readonly ColumnPart[]): LeafMetrics | undefined {
  let metrics = NOTHING
  for (const {entries, nulls, bounds} of parts) {
    if (!bounds && nulls !== entries) return undefined
    const [lower, upper] = bounds ?? []
    metrics = combine(leaf.type, metrics, {values: entries, nulls: nulls ?? 0, nans: 0, lower, upper, bounded: true})
  }
  return metrics
}

/** The statistics of the chunk that some with so many nulls become, and bounds where the footers of all of them have some. */
export function mergedStatistics(leaf: Leaf, parts: readonly ColumnPart[], nulls: number): ChunkStatistics {
  const metrics = footerMetrics(leaf, parts)
  if (!metrics || metrics.lower === undefined) return {null_count: BigInt(nulls)}
  const isExact = parts.every((part) => part.isExact)
  return {...statisticsOf(leaf, {...metrics, nulls}), ...(!isExact && {is_min_value_exact: false, is_max_value_exact: false})}
}
