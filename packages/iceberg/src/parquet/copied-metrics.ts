import type {ColumnMetaData} from 'hyparquet'
import {isUnordered} from '../spec/primitive-types.js'
import {valueFromBytes} from '../spec/single-value.js'
import type {Leaf} from './leaves.js'
import type {MergeInput} from './merge-plan.js'
import {isFloating, type LeafMetrics} from './metrics.js'
import {toPhysical} from './physical.js'

/**
 * What is known of a column chunk that is copied: its counts from its own footer, its bounds from the manifest, which has them for
 * the whole file. They may be wider than the chunk, and never narrower.
 */
export function columnBounds({file, runs}: MergeInput, leaf: Leaf, chunk: ColumnMetaData): LeafMetrics {
  const id = leaf.fieldId
  // NaNs are counted for a file; which of its row groups they are in is not known.
  const nans = runs.length === 1 ? (file.nanValueCounts?.get(id) ?? Number.NaN) : Number.NaN
  const values = Number(chunk.num_values)
  const nulls = Number(chunk.statistics?.null_count ?? 0)
  const [lower, upper] = [boundOf(leaf, file.lowerBounds?.get(id)), boundOf(leaf, file.upperBounds?.get(id))]
  return {
    values,
    nulls,
    nans: isFloating(leaf) ? nans : 0,
    lower,
    upper,
    bounded: nulls === values || (lower !== undefined && upper !== undefined),
  }
}

/**
 * Bounds of geometries are corners of a box and no values, those of variants are of parts: they are not carried. Neither is what
 * bounds nothing: a NaN, as old writers left it, or bytes of another type.
 */
export function boundOf({type}: Leaf, bytes: Uint8Array | undefined): LeafMetrics['lower'] {
  if (bytes === undefined || isUnordered(type)) return undefined
  try {
    const value = valueFromBytes(type, bytes)
    return Number.isNaN(value) ? undefined : toPhysical(type)(value)
  } catch {
    return undefined
  }
}
