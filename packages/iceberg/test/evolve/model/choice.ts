import {randomFrom} from '../../support/random.js'

/** Choices that are the same for the same seed. */
export interface Choice {
  /** From 0 to below `count`. */
  below(count: number): number
  /** True as often as `share` says: 0 never, 1 always. */
  often(share: number): boolean
  of<T>(items: readonly T[]): T
}

export function choiceFrom(seed: number): Choice {
  const next = randomFrom(seed)
  const below = (count: number) => Math.floor(next() * count)
  return {below, often: (share) => next() < share, of: <T>(items: readonly T[]) => items[below(items.length)] as T}
}
