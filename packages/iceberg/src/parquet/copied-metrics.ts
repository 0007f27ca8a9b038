import type {ColumnMetaData} from 'hyparquet'
import {valueFromBytes} from '../spec/single-value.js'
import type {Leaf} from './leaves.js'
import type {MergeInput} from './merge-plan.js'
import type {LeafMetrics} from './metrics.js'
import {toPhysical} from './physical.js'

/**
 * What is known of a column chunk that is copied: its counts from its own footer, its bounds from the manifest, which has them for
 * the whole file. They may be wider than the chunk, and never narrower.
 */
export function columnBounds({file, footer}: MergeInput, leaf: Leaf, chunk: ColumnMetaData): LeafMetrics {
  const id = leaf.fieldId
  const physical = (bytes: Uint8Array | undefined) =>
    bytes === undefined ? undefined : toPhysical(leaf.type)(valueFromBytes(leaf.type, bytes))
  // NaNs are counted for a file; which of its row groups they are in is not known.
  const nans = footer.row_groups.length === 1 ? (file.nanValueCounts?.get(id) ?? Number.NaN) : Number.NaN
  const values = Number(chunk.num_values)
  const nulls = Number(chunk.statistics?.null_count ?? 0)
  const [lower, upper] = [physical(file.lowerBounds?.get(id)), physical(file.upperBounds?.get(id))]
  return {
    values,
    nulls,
    nans: leaf.type === 'float' || leaf.type === 'double' ? nans : 0,
    lower,
    upper,
    bounded: nulls === values || (lower !== undefined && upper !== undefined),
  }
}
