import type {Schema} from '../spec/types.js'
import {type Column, columnsOf, formatColumnPath} from './columns.js'
import type {Pair} from './pair-columns.js'

/** Where a column of a schema is, by its id, as people say it: `first`, `after id`. */
export function placesOf(schema: Schema): (id: number) => string {
  const last = new Map<Column | undefined, Column>()
  const places = new Map<number, string>()
  for (const column of columnsOf(schema)) {
    const before = last.get(column.parent)
    places.set(column.id, before ? `after ${formatColumnPath(before.path.slice(-1))}` : 'first')
    last.set(column.parent, column)
  }
  return (id) => places.get(id) ?? 'first'
}

/**
 * The columns of the right schema that have another place among those that both have in the same struct. As few as possible: those outside
 * the longest run that kept its order.
 */
export function movedColumns(left: Schema, pairs: readonly Pair[]): ReadonlySet<Column> {
  const places = new Map(columnsOf(left).map(({id}, index) => [id, index]))
  const groups = new Map<Column | undefined, {readonly column: Column; readonly place: number}[]>()
  for (const {left: before, right: after} of pairs) {
    if (!before?.field || !after?.field) continue
    const group = groups.get(after.parent) ?? []
    group.push({column: after, place: places.get(before.id) ?? 0})
    groups.set(after.parent, group)
  }
  const moved = new Set<Column>()
  for (const group of groups.values()) {
    const kept = longestRising(group.map(({place}) => place))
    for (const [index, {column}] of group.entries()) if (!kept.has(index)) moved.add(column)
  }
  return moved
}

/** The indexes of a longest rising run of some different numbers, found by patience sorting. */
function longestRising(numbers: readonly number[]): ReadonlySet<number> {
  const ends: number[] = []
  const previous: (number | undefined)[] = []
  for (const [index, number] of numbers.entries()) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((numbers[ends[middle] as number] as number) < number) low = middle + 1
      else high = middle
    }
    previous[index] = low > 0 ? ends[low - 1] : undefined
    ends[low] = index
  }
  const run = new Set<number>()
  for (let at = ends.at(-1); at !== undefined; at = previous[at]) run.add(at)
  return run
}
