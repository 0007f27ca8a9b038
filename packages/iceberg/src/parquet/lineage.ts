import {LAST_UPDATED, ROW_ID} from '../spec/reserved-fields.js'
import type {Leaf, LeafValues} from './leaves.js'
import type {LeafReader} from './read-leaves.js'

/** What the rows of a data file inherit where the file itself does not say it (spec, "Row Lineage"). */
export interface Lineage {
  /** Undefined for files that were written before the table was upgraded: their rows have no ids. */
  readonly firstRowId?: bigint | undefined
  /** The file's data sequence number. */
  readonly sequenceNumber: bigint
}

/**
 * A reader that fills in what rows inherit: a missing `_row_id` is the file's first one plus the row's position, and a missing
 * `_last_updated_sequence_number` the file's own. Rows without an id inherit neither.
 *
 * @param position the first row's position in the file; rows have to come complete, before any is left out
 */
export function withLineage(read: LeafReader, {firstRowId, sequenceNumber}: Lineage, position: number): LeafReader {
  if (firstRowId === undefined) return read
  return (leaf) => {
    const values = read(leaf)
    if (leaf.fieldId === ROW_ID.id) return filled(values, (row) => firstRowId + BigInt(position + row))
    return leaf.fieldId === LAST_UPDATED.id ? filled(values, () => sequenceNumber) : values
  }
}

/** True for the columns of row lineage. */
export const isLineage = ({fieldId}: Leaf) => fieldId === ROW_ID.id || fieldId === LAST_UPDATED.id

function filled({leaf, values, rows}: LeafValues, inherited: (row: number) => bigint): LeafValues {
  const all = new BigInt64Array(rows)
  for (let row = 0; row < rows; row++) all[row] = (values[row] as bigint | null) ?? inherited(row)
  return {leaf, values: all, rows}
}
