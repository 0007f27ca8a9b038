import type {RowPositions} from '../parquet/surviving-rows.js'

const NONE: RowPositions = {size: 0, between: () => []}

/**
 * Of the `rows` rows of a file, those that are not in `wanted` or are in `known` already: what to leave out in order to read the
 * rows that are new in `wanted`.
 */
export function otherRows(wanted: RowPositions = NONE, known: RowPositions = NONE, rows: number): RowPositions {
  let size = 0
  for (const _position of between(wanted, known, 0, rows)) size += 1
  return {size, between: (start, end) => between(wanted, known, start, Math.min(end, rows))}
}

function* between(wanted: RowPositions, known: RowPositions, start: number, end: number): Iterable<number> {
  const [next, nextKnown] = [ascending(wanted, start, end), ascending(known, start, end)]
  for (let position = start; position < end; position++) {
    const [isWanted, isKnown] = [next(position), nextKnown(position)]
    if (!isWanted || isKnown) yield position
  }
}

/** Answers for ascending positions whether they are among the rows. */
function ascending(positions: RowPositions, start: number, end: number): (position: number) => boolean {
  const all = positions.between(start, end)[Symbol.iterator]()
  let at = all.next()
  return (position) => {
    while (!at.done && at.value < position) at = all.next()
    return !at.done && at.value === position
  }
}
