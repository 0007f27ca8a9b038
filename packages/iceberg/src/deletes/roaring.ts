import {type Container, containerAdd, containerCopy, containerHas, containerUnion, containerValues} from './roaring-container.js'

/** Positions that share all but their lowest 16 bits are in one container. */
const SPAN = 65_536

/**
 * A set of row positions: integers from 0 to 2^53 - 1, held as a Roaring bitmap. To be read through the functions of this file.
 */
export interface PositionBitmap {
  /** By the position divided by 2^16; none of them is empty. In no order. */
  readonly containers: Map<number, Container>
}

export function positionBitmap(positions: Iterable<number> = []): PositionBitmap {
  const bitmap: PositionBitmap = {containers: new Map()}
  for (const position of positions) addPosition(bitmap, position)
  return bitmap
}

/** @throws RangeError for what is not an integer from 0 to 2^53 - 1 */
export function addPosition({containers}: PositionBitmap, position: number): void {
  if (!Number.isSafeInteger(position) || position < 0) throw new RangeError(`${position} is not the position of a row`)
  const key = Math.floor(position / SPAN)
  const low = position % SPAN
  const container = containers.get(key)
  if (!container) containers.set(key, {kind: 'array', values: Uint16Array.of(low), size: 1})
  else {
    const next = containerAdd(container, low)
    if (next !== container) containers.set(key, next)
  }
}

export function hasPosition({containers}: PositionBitmap, position: number): boolean {
  const container = containers.get(Math.floor(position / SPAN))
  return container !== undefined && containerHas(container, position % SPAN)
}

/** Adds every position of `other`, which stays as it is and shares nothing with the result. */
export function addPositions({containers}: PositionBitmap, other: PositionBitmap): void {
  for (const [key, container] of other.containers) {
    const own = containers.get(key)
    containers.set(key, own ? containerUnion(own, container) : containerCopy(container))
  }
}

/** The number of positions. */
export function cardinality({containers}: PositionBitmap): number {
  let count = 0
  for (const {size} of containers.values()) count += size
  return count
}

/** The positions from `start` up to but not including `end`, ascending. */
export function* positionsOf(bitmap: PositionBitmap, start = 0, end: number = Number.MAX_SAFE_INTEGER + 1): Generator<number, void> {
  for (const key of sortedKeys(bitmap)) {
    const base = key * SPAN
    if (base + SPAN <= start) continue
    if (base >= end) return
    const container = bitmap.containers.get(key) as Container
    for (const low of containerValues(container, Math.max(0, start - base))) {
      if (base + low >= end) return
      yield base + low
    }
  }
}

/** The keys of the containers, ascending. */
export function sortedKeys({containers}: PositionBitmap): readonly number[] {
  return [...containers.keys()].sort((left, right) => left - right)
}
