/** Positions of rows in a data file, counted from 0. */
export interface RowPositions {
  readonly size: number
  has(position: number): boolean
}

/**
 * Which of some rows are not deleted, as ascending indexes counted from the first of them; undefined when all are there.
 *
 * @param position the first row's position in the file
 */
export function survivingRows(deleted: RowPositions | undefined, position: number, rows: number): Uint32Array | undefined {
  if (!deleted || deleted.size === 0) return undefined
  const alive = new Uint32Array(rows)
  let count = 0
  for (let row = 0; row < rows; row++) if (!deleted.has(position + row)) alive[count++] = row
  return count === rows ? undefined : alive.subarray(0, count)
}
