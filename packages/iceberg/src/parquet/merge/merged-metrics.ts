import {isUnordered} from '../../spec/primitive-types.js'
import {boundOf} from '../copied-metrics.js'
import type {Leaf} from '../leaves.js'
import type {MergeInput, Segment} from '../merge-plan.js'
import {combine, type LeafMetrics} from '../metrics.js'
import type {MetricsMode} from '../metrics-config.js'
import {type ChunkStatistics, statisticsOf} from '../write-column.js'
import type {ColumnPart} from './chunk-to-merge.js'
import {chunkBounds} from './page-facts.js'

/** Chunks of one leaf, each with the segment that it is of. */
export type ChunksOfLeaf = readonly {readonly segment: Segment; readonly part: ColumnPart}[]

/**
 * What is known of a leaf in some row groups together without reading them: counts from the footers, bounds from the footers
 * or, where all row groups of a file are among them, from its manifest, which alone has its NaNs. Undefined when the metrics mode asks for more than is known.
 */
export function mergedMetrics(leaf: Leaf, mode: MetricsMode, chunks: ChunksOfLeaf): LeafMetrics | undefined {
  const byInput = new Map<MergeInput, ColumnPart[]>()
  for (const {segment, part} of chunks) {
    const parts = byInput.get(segment.input)
    if (parts) parts.push(part)
    else byInput.set(segment.input, [part])
  }
  let metrics: LeafMetrics = {values: 0, nulls: 0, nans: 0, lower: undefined, upper: undefined, bounded: true}
  for (const [input, parts] of byInput) {
    const own = inputMetrics(leaf, mode, input, parts)
    if (!own) return undefined
    metrics = combine(leaf.type, metrics, own)
  }
  return metrics
}

const sum = (parts: readonly ColumnPart[], of: (part: ColumnPart) => number | bigint) =>
  parts.reduce((total, part) => total + Number(of(part)), 0)

function inputMetrics(leaf: Leaf, mode: MetricsMode, input: MergeInput, parts: readonly ColumnPart[]): LeafMetrics | undefined {
  const isFloat = leaf.type === 'float' || leaf.type === 'double'
  const isWholeFile = parts.length === input.runs.filter(({rows}) => rows > 0).length
  const values = sum(parts, ({chunk}) => chunk.num_values)
  const nulls = sum(parts, nullsOf)
  const counted = isWholeFile ? input.file.nanValueCounts?.get(leaf.fieldId) : undefined
  const nans = isFloat && nulls < values ? (counted ?? Number.NaN) : 0
  if (Number.isNaN(nans) && mode.kind !== 'none') return undefined
  const isBounded = !isUnordered(leaf.type) && leaf.maxRepetitionLevel === 0 && (mode.kind === 'full' || mode.kind === 'truncate')
  const counts = {values, nulls, nans}
  if (!isBounded || nulls + nans === values) return {...counts, lower: undefined, upper: undefined, bounded: true}
  // Footers do not tell the signs of zeros, so that those of floats are of no use where the manifest has bounds.
  const known = (isFloat ? undefined : footerBounds(leaf, parts)) ?? (isWholeFile ? manifestBounds(leaf, mode, input) : undefined)
  return known && {...counts, lower: known[0], upper: known[1], bounded: true}
}

const nullsOf = ({chunk}: ColumnPart) => chunk.statistics?.null_count ?? 0n

/** The bounds that some footers have, when they are values of the column. */
function footerBounds(leaf: Leaf, parts: readonly ColumnPart[]): ReturnType<typeof chunkBounds> {
  const all = footerStatistics(leaf, parts)
  const {lower, upper} = all?.metrics ?? {}
  return all?.isExact && lower !== undefined && upper !== undefined ? [lower, upper] : undefined
}

/** A manifest may have cut what was to be recorded in full. */
function manifestBounds(leaf: Leaf, mode: MetricsMode, {file}: MergeInput): ReturnType<typeof chunkBounds> {
  if (mode.kind === 'full' && (leaf.type === 'string' || leaf.type === 'binary')) return undefined
  const [lower, upper] = [boundOf(leaf, file.lowerBounds?.get(leaf.fieldId)), boundOf(leaf, file.upperBounds?.get(leaf.fieldId))]
  return lower === undefined || upper === undefined ? undefined : [lower, upper]
}

/** What the footers say of some chunks together; undefined when one of them does not tell. */
function footerStatistics(
  leaf: Leaf,
  parts: readonly ColumnPart[],
): {readonly metrics: LeafMetrics; readonly isExact: boolean} | undefined {
  let metrics: LeafMetrics = {values: 0, nulls: 0, nans: 0, lower: undefined, upper: undefined, bounded: true}
  let isExact = true
  for (const part of parts) {
    const {statistics, num_values: values} = part.chunk
    const nulls = nullsOf(part)
    const bounds = nulls === values ? [] : chunkBounds(part, leaf)
    if (!bounds) return undefined
    const [lower, upper] = bounds
    metrics = combine(leaf.type, metrics, {values: Number(values), nulls: Number(nulls), nans: 0, lower, upper, bounded: true})
    if (statistics?.is_min_value_exact === false || statistics?.is_max_value_exact === false) isExact = false
  }
  return {metrics, isExact}
}

/** The statistics of the chunk that some become: their nulls, and bounds where the footers of all of them have some. */
export function mergedStatistics(leaf: Leaf, parts: readonly ColumnPart[]): ChunkStatistics {
  const {metrics, isExact} = footerStatistics(leaf, parts) ?? {}
  const nulls = BigInt(sum(parts, nullsOf))
  if (!metrics || metrics.lower === undefined) return {null_count: nulls}
  return {...statisticsOf(leaf, metrics), ...(!isExact && {is_min_value_exact: false, is_max_value_exact: false})}
}
