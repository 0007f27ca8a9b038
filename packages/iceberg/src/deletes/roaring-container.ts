/** The values of an array container at most; a bitmap takes less room beyond (Roaring format, "Container storage"). */
export const ARRAY_MAX = 4096
/** 32-bit words of a bitmap container. */
export const BITMAP_WORDS = 2048

/**
 * A set of 16-bit numbers. `size` is the number of values.
 *
 * Runs stay runs in memory: a hostile file of a few bytes a run would otherwise grow two-thousandfold.
 */
export type Container =
  /** In ascending order; there may be more room than `size`. */
  | {readonly kind: 'array'; readonly values: Uint16Array; readonly size: number}
  | {readonly kind: 'bitmap'; readonly words: Uint32Array; readonly size: number}
  /** Pairs of a first value and a length less one, in ascending order, not overlapping. */
  | {readonly kind: 'runs'; readonly runs: Uint16Array; readonly size: number}

export function containerHas(container: Container, value: number): boolean {
  switch (container.kind) {
    case 'bitmap':
      return ((word(container.words, value >>> 5) >>> (value & 31)) & 1) === 1
    case 'array': {
      const at = lowerBound(container.values, container.size, 1, value)
      return at < container.size && container.values[at] === value
    }
    case 'runs': {
      const after = lowerBound(container.runs, container.runs.length / 2, 2, value + 1)
      const start = container.runs[2 * after - 2]
      return start !== undefined && value <= start + (container.runs[2 * after - 1] as number)
    }
  }
}

/** The container with the value in it; the one given may have been changed and is not to be used any more. */
export function containerAdd(container: Container, value: number): Container {
  if (containerHas(container, value)) return container
  if (container.kind === 'runs') return containerAdd(withoutRuns(container), value)
  const size = container.size + 1
  if (container.kind === 'array') {
    if (size > ARRAY_MAX) return containerAdd(toBitmap(container), value)
    const at = lowerBound(container.values, container.size, 1, value)
    const values = container.values.length >= size ? container.values : grown(container.values)
    values.copyWithin(at + 1, at, container.size)
    values[at] = value
    return {kind: 'array', values, size}
  }
  container.words[value >>> 5] = word(container.words, value >>> 5) | (1 << (value & 31))
  return {kind: 'bitmap', words: container.words, size}
}

/** The values of both. `left` may have been changed and is not to be used any more; `right` stays as it is. */
export function containerUnion(left: Container, right: Container): Container {
  if (left.size + right.size <= ARRAY_MAX) {
    let union = left
    for (const value of containerValues(right)) union = containerAdd(union, value)
    return union
  }
  const {words} = toBitmap(left)
  if (right.kind === 'bitmap') for (const [at, bits] of right.words.entries()) words[at] = word(words, at) | bits
  else for (const value of containerValues(right)) words[value >>> 5] = word(words, value >>> 5) | (1 << (value & 31))
  return {kind: 'bitmap', words, size: countBits(words)}
}

/** A copy that shares nothing. */
export function containerCopy(container: Container): Container {
  if (container.kind === 'array') return {...container, values: container.values.slice(0, container.size)}
  return container.kind === 'bitmap' ? {...container, words: container.words.slice()} : {...container, runs: container.runs.slice()}
}

/** The values from `from` on, ascending. */
export function* containerValues(container: Container, from = 0): Generator<number, void> {
  if (container.kind === 'array') {
    for (let at = lowerBound(container.values, container.size, 1, from); at < container.size; at++) yield container.values[at] as number
  } else if (container.kind === 'bitmap') {
    for (let at = from >>> 5; at < BITMAP_WORDS; at++) {
      let bits = word(container.words, at)
      if (at === from >>> 5) bits &= -1 << (from & 31)
      for (; bits !== 0; bits &= bits - 1) yield at * 32 + 31 - Math.clz32(bits & -bits)
    }
  } else {
    for (let at = 0; at < container.runs.length; at += 2) {
      const start = container.runs[at] as number
      const end = start + (container.runs[at + 1] as number)
      for (let value = Math.max(start, from); value <= end; value++) yield value
    }
  }
}

/** The same values as runs where that takes less room than what they are in: what Java's `runOptimize` does. */
export function runOptimized(container: Container): Container {
  const plain = container.kind === 'runs' ? Math.min(2 * container.size, 4 * BITMAP_WORDS) : storedSize(container)
  const runs: number[] = []
  for (const value of containerValues(container)) {
    const at = runs.length - 2
    if (at >= 0 && (runs[at] as number) + (runs[at + 1] as number) + 1 === value) runs[at + 1] = (runs[at + 1] as number) + 1
    else if (2 + 2 * (runs.length + 2) > plain) return container.kind === 'runs' ? withoutRuns(container) : container
    else runs.push(value, 0)
  }
  const isSmaller = container.kind === 'runs' || 2 + 2 * runs.length < plain
  return isSmaller ? {kind: 'runs', runs: Uint16Array.from(runs), size: container.size} : container
}

/** Bytes in a file. */
export function storedSize(container: Container): number {
  if (container.kind === 'runs') return 2 + 2 * container.runs.length
  return container.kind === 'array' ? 2 * container.size : 4 * BITMAP_WORDS
}

/** The number of bits that are set. */
export function countBits(words: Uint32Array): number {
  let count = 0
  for (const bits of words) {
    const pairs = bits - ((bits >>> 1) & 0x55555555)
    const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
    count += Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
  }
  return count
}

function withoutRuns(container: Container): Container {
  if (container.size > ARRAY_MAX) return toBitmap(container)
  return {kind: 'array', values: Uint16Array.from(containerValues(container)), size: container.size}
}

function toBitmap(container: Container): Extract<Container, {kind: 'bitmap'}> {
  if (container.kind === 'bitmap') return container
  const words = new Uint32Array(BITMAP_WORDS)
  for (const value of containerValues(container)) words[value >>> 5] = word(words, value >>> 5) | (1 << (value & 31))
  return {kind: 'bitmap', words, size: container.size}
}

function grown(values: Uint16Array): Uint16Array {
  const larger = new Uint16Array(Math.min(ARRAY_MAX, Math.max(4, values.length * 2)))
  larger.set(values)
  return larger
}

/** The index of the first of `count` values, `stride` apart, that is not below `value`. */
function lowerBound(values: Uint16Array, count: number, stride: 1 | 2, value: number): number {
  let low = 0
  let high = count
  // Most values are added in order.
  if (count > 0 && (values[(count - 1) * stride] as number) < value) return count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((values[middle * stride] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}

const word = (words: Uint32Array, at: number) => words[at] as number
