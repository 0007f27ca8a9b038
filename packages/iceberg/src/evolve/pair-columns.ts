import {formatType} from '../spec/type-text.js'
import type {Schema} from '../spec/types.js'
import {type Column, columnsOf, keyOf} from './columns.js'

/** Two columns that are one, or one that has no counterpart. */
export interface Pair {
  readonly left: Column | undefined
  readonly right: Column | undefined
}

/** How columns are known. */
export interface PairOptions {
  readonly byId: boolean
  /** By id: the highest id that was given before the two went different ways (`sharedIds`); columns with higher ones are known by their names. Default: all ids are shared. */
  readonly sharedIds?: number | undefined
  /** Without ids: what is left over on both sides with the same id and type was renamed. Default: true. */
  readonly guessRenames?: boolean
}

/**
 * The columns of two schemas, put together: those of the left that the right has not first, then those of the right in their order.
 *
 * By id, a column is the one with the same id, whatever its name. Otherwise it is the one of the same name beside the same others; what is left
 * is taken for renamed where id and type are the same.
 */
export function pairColumns(left: Schema, right: Schema, {byId, sharedIds, guessRenames = true}: PairOptions): readonly Pair[] {
  const [before, after] = [columnsOf(left), columnsOf(right)]
  const counterpart = byId ? pairedById(before, after, sharedIds) : pairedByName(before, after, guessRenames)
  const pairs = after.map((column): Pair => ({left: counterpart(column), right: column}))
  const paired = new Set(pairs.map((pair) => pair.left))
  return [...before.filter((column) => !paired.has(column)).map((column): Pair => ({left: column, right: undefined})), ...pairs]
}

function pairedById(before: readonly Column[], after: readonly Column[], sharedIds = Number.POSITIVE_INFINITY) {
  const isShared = ({id}: Column) => id <= sharedIds
  const index = new Map(before.filter(isShared).map((column) => [column.id, column]))
  const found = new Map(after.filter(isShared).map((column) => [column, index.get(column.id)]))
  for (const column of after) {
    if (isShared(column)) continue
    const parent = column.parent && found.get(column.parent)
    if (column.parent && !parent) continue
    const same = before.find((other) => !isShared(other) && other.parent === parent && other.path.at(-1) === column.path.at(-1))
    found.set(column, same)
  }
  return (column: Column): Column | undefined => found.get(column)
}

/** Parents come before what is in them, so that what is in a renamed struct is looked for in the one that it was. */
function pairedByName(before: readonly Column[], after: readonly Column[], guessRenames: boolean): (column: Column) => Column | undefined {
  const [byPath, byId] = [
    new Map(before.map((column) => [keyOf(column.path), column])),
    new Map(before.map((column) => [column.id, column])),
  ]
  const found = new Map<Column, Column>()
  const placeOf = (column: Column): string | undefined => {
    if (!column.parent) return keyOf([column.path.at(-1) as string])
    const parent = found.get(column.parent)
    return parent && keyOf([...parent.path, column.path.at(-1) as string])
  }
  const namesAfter = new Set<Column>()
  for (const column of after) {
    const place = placeOf(column)
    const same = place === undefined ? undefined : byPath.get(place)
    if (same) {
      found.set(column, same)
      namesAfter.add(same)
      continue
    }
    const renamed = guessRenames ? byId.get(column.id) : undefined
    const isOfOne = renamed && found.get(column.parent as Column) === renamed.parent && !isStillThere(renamed, after)
    if (isOfOne && !namesAfter.has(renamed) && formatType(renamed.type) === formatType(column.type)) {
      found.set(column, renamed)
      namesAfter.add(renamed)
    }
  }
  return (column) => found.get(column)
}

const isStillThere = (column: Column, others: readonly Column[]) => others.some((other) => keyOf(other.path) === keyOf(column.path))
