import type {ThetaSketch} from './theta-sketch.js'

/** The seed of every hash (DataSketches, `DEFAULT_UPDATE_SEED`). */
export const SEED = 9001

/** A short hash of the seed, by which readers know that sketches fit together. */
const SEED_HASH = 0x93cc

const SERIAL_VERSION = 3
/** The family of compact sketches. */
const COMPACT_FAMILY = 3
const [READ_ONLY, EMPTY, COMPACT, ORDERED, SINGLE_ITEM] = [2, 4, 8, 16, 32]
/** The sampling probability that DataSketches writes beside the count: 1.0 as a float. */
const NO_SAMPLING = 0x3f800000

/**
 * A sketch as Apache DataSketches serialises an ordered compact theta sketch (Puffin spec, "apache-datasketches-theta-v1 blob
 * type"): a preamble of one, two or three 8-byte words, then the retained hashes, ascending, all little-endian.
 */
export function serializeTheta(sketch: ThetaSketch): Uint8Array {
  const hashes = sketch.retained()
  const theta = sketch.theta()
  const isEstimate = theta.high !== 0x7fffffff || theta.low !== 0xffffffff
  const words = isEstimate ? 3 : hashes.length > 1 ? 2 : 1
  const bytes = new Uint8Array(8 * (words + hashes.length))
  const view = new DataView(bytes.buffer)
  const size = hashes.length === 0 && !isEstimate ? EMPTY : words === 1 ? SINGLE_ITEM : 0
  bytes.set([words, SERIAL_VERSION, COMPACT_FAMILY, 0, 0, READ_ONLY | COMPACT | ORDERED | size])
  // A sketch of nothing fits to all others.
  if (size !== EMPTY) view.setUint16(6, SEED_HASH, true)
  if (words > 1) {
    view.setUint32(8, hashes.length, true)
    view.setUint32(12, NO_SAMPLING, true)
  }
  if (words > 2) {
    view.setUint32(16, theta.low, true)
    view.setUint32(20, theta.high, true)
  }
  for (const [index, {low, high}] of hashes.entries()) {
    view.setUint32(8 * (words + index), low, true)
    view.setUint32(8 * (words + index) + 4, high, true)
  }
  return bytes
}
