/** Hashes that a sketch retains at most: DataSketches' default of 2^12, a relative standard error of 1.6 %. */
export const NOMINAL_ENTRIES = 4096

/** Above every hash: nothing has been left out yet. */
const MOST_HIGH = 0x7fffffff
const MOST_LOW = 0xffffffff

/**
 * A theta sketch: of all distinct hashes that it was given, the smallest. It keeps `NOMINAL_ENTRIES`, and theta, the least that it
 * left out; the share of the number line below theta tells how many there are. What it holds does not depend on the order in which
 * hashes come. Hashes are 63 bits, as two numbers: the lower 32 and the upper 31.
 */
export interface ThetaSketch {
  add(low: number, high: number): void
  /** In ascending order. */
  retained(): readonly Hash[]
  /** The least hash that was left out; 2^63 - 1 when none was. */
  theta(): Hash
}

export interface Hash {
  readonly low: number
  readonly high: number
}

/** A sketch of nothing. Its memory is 128 KiB, however much it is given. */
export function thetaSketch(): ThetaSketch {
  // Open addressing; a slot is empty when both halves are zero, which is no hash that a sketch takes.
  const slots = 4 * NOMINAL_ENTRIES
  const lows = new Uint32Array(slots)
  const highs = new Uint32Array(slots)
  let count = 0
  let theta: Hash = {low: MOST_LOW, high: MOST_HIGH}
  const insert = (low: number, high: number) => {
    // The lower bits are as random below theta as above it.
    let slot = low & (slots - 1)
    while (lows[slot] !== 0 || highs[slot] !== 0) {
      if (lows[slot] === low && highs[slot] === high) return
      slot = (slot + 1) & (slots - 1)
    }
    lows[slot] = low
    highs[slot] = high
    count += 1
  }
  const retained = (): Hash[] => {
    const found: Hash[] = []
    for (let slot = 0; slot < slots; slot++) {
      const [low, high] = [lows[slot] as number, highs[slot] as number]
      if (low !== 0 || high !== 0) found.push({low, high})
    }
    return found.sort(byValue)
  }
  const trim = () => {
    if (count <= NOMINAL_ENTRIES) return
    const all = retained()
    theta = all[NOMINAL_ENTRIES] as Hash
    lows.fill(0)
    highs.fill(0)
    count = 0
    for (const {low, high} of all.slice(0, NOMINAL_ENTRIES)) insert(low, high)
  }
  return {
    add(low, high) {
      if (high > theta.high || (high === theta.high && low >= theta.low) || (low === 0 && high === 0)) return
      insert(low, high)
      if (count >= 2 * NOMINAL_ENTRIES) trim()
    },
    retained() {
      trim()
      return retained()
    },
    theta() {
      trim()
      return theta
    },
  }
}

const byValue = (a: Hash, b: Hash) => a.high - b.high || a.low - b.low

/** How many distinct hashes a sketch was given: exactly, up to `NOMINAL_ENTRIES`. */
export function estimateOf(sketch: ThetaSketch): number {
  const theta = sketch.theta()
  const count = sketch.retained().length
  if (theta.high === MOST_HIGH && theta.low === MOST_LOW) return count
  return count / ((theta.high * 2 ** 32 + theta.low) / 2 ** 63)
}
