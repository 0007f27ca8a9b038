/** Positions of rows in a data file, counted from 0. */
export interface RowPositions {
  readonly size: number
  /** Those from `start` up to, not including, `end`, ascending. */
  between(start: number, end: number): Iterable<number>
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
  let next = 0
  for (const at of deleted.between(position, position + rows)) {
    while (next < at - position) alive[count++] = next++
    next += 1
  }
  if (next === count) return undefined
  while (next < rows) alive[count++] = next++
  return alive.subarray(0, count)
}
