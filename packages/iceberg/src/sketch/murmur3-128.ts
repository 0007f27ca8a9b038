/** A hasher of the first 64 bits of MurmurHash3, the 128-bit variant for 64-bit machines: what the sketches of Apache DataSketches keep. */
export interface Hasher {
  /** Hashes some bytes; `result` holds the lower and the upper 32 bits until the next call. */
  hash(bytes: Uint8Array, offset: number, length: number): void
  readonly result: Uint32Array
}

const [C1_HIGH, C1_LOW] = [0x87c37b91, 0x114253d5] as const
const [C2_HIGH, C2_LOW] = [0x4cf5ad43, 0x2745937f] as const
const [F1_HIGH, F1_LOW] = [0xff51afd7, 0xed558ccd] as const
const [F2_HIGH, F2_LOW] = [0xc4ceb9fe, 0x1a85ec53] as const

/**
 * A hasher with memory of its own. A 64-bit number is two halves in local variables: a bigint for each step would cost twenty times
 * as much, and halves in an array twice.
 *
 * @param seed below 2^32
 */
export function murmur3Hasher(seed: number): Hasher {
  const result = new Uint32Array(2)
  return {
    hash(bytes, offset, length) {
      let low1 = seed | 0
      let high1 = 0
      let low2 = low1
      let high2 = 0
      const blocks = length >> 4
      // The last round takes what is left, fewer than 16 bytes, and does not mix the halves of the state.
      for (let round = 0; round <= blocks; round++) {
        const at = offset + (round << 4)
        const left = length - (round << 4)
        if (left > 0) {
          const low = load(bytes, at, left)
          const high = upperProduct(low, load(bytes, at + 4, left - 4), C1_LOW, C1_HIGH)
          const product = Math.imul(low, C1_LOW)
          const turned = (product << 31) | (high >>> 1)
          high1 ^= upperProduct(turned, (high << 31) | (product >>> 1), C2_LOW, C2_HIGH)
          low1 ^= Math.imul(turned, C2_LOW)
        }
        if (left >= 16) {
          const turned = (low1 << 27) | (high1 >>> 5)
          const sum = (turned >>> 0) + (low2 >>> 0)
          high1 = (((high1 << 27) | (low1 >>> 5)) + high2 + carry(sum)) | 0
          const plus = (Math.imul(sum | 0, 5) >>> 0) + 0x52dce729
          high1 = (upperProduct(sum | 0, high1, 5, 0) + carry(plus)) | 0
          low1 = plus | 0
        }
        if (left > 8) {
          const low = load(bytes, at + 8, left - 8)
          const high = upperProduct(low, load(bytes, at + 12, left - 12), C2_LOW, C2_HIGH)
          const product = Math.imul(low, C2_LOW)
          // By 33 bits: by 1, with the halves in each other's place.
          const turned = (high << 1) | (product >>> 31)
          high2 ^= upperProduct(turned, (product << 1) | (high >>> 31), C1_LOW, C1_HIGH)
          low2 ^= Math.imul(turned, C1_LOW)
        }
        if (left >= 16) {
          const turned = (low2 << 31) | (high2 >>> 1)
          const sum = (turned >>> 0) + (low1 >>> 0)
          high2 = (((high2 << 31) | (low2 >>> 1)) + high1 + carry(sum)) | 0
          const plus = (Math.imul(sum | 0, 5) >>> 0) + 0x38495ab5
          high2 = (upperProduct(sum | 0, high2, 5, 0) + carry(plus)) | 0
          low2 = plus | 0
        }
      }
      finish(low1 ^ length, high1, low2 ^ length, high2, result)
    },
    result,
  }
}

const carry = (sum: number) => (sum > 0xffffffff ? 1 : 0)

/** Up to four bytes, little-endian; the ones that are not there are zero. */
function load(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let byte = Math.min(count, 4) - 1; byte >= 0; byte--) value = (value << 8) | (bytes[at + byte] as number)
  return value
}

function finish(low1: number, high1: number, low2: number, high2: number, result: Uint32Array): void {
  const first = (low1 >>> 0) + (low2 >>> 0)
  const firstHigh = high1 + high2 + carry(first)
  const second = (low2 >>> 0) + (first >>> 0)
  avalanche(second | 0, (high2 + firstHigh + carry(second)) | 0, result)
  const [low, high] = [result[0] as number, result[1] as number]
  avalanche(first | 0, firstHigh | 0, result)
  const sum = low + (result[0] as number)
  result[0] = sum
  result[1] = high + (result[1] as number) + carry(sum)
}

/** Each bit of the result depends on each bit of the number. */
function avalanche(low: number, high: number, result: Uint32Array): void {
  const low1 = low ^ (high >>> 1)
  const high1 = upperProduct(low1, high, F1_LOW, F1_HIGH)
  const low2 = Math.imul(low1, F1_LOW) ^ (high1 >>> 1)
  const high2 = upperProduct(low2, high1, F2_LOW, F2_HIGH)
  result[0] = Math.imul(low2, F2_LOW) ^ (high2 >>> 1)
  result[1] = high2
}

/** The upper half of a 64-bit product; by quarters, so that no partial product of the lower halves is beyond 32 bits. */
function upperProduct(low: number, high: number, otherLow: number, otherHigh: number): number {
  const a0 = low & 0xffff
  const a1 = low >>> 16
  const b0 = otherLow & 0xffff
  const b1 = otherLow >>> 16
  const first = a1 * b0 + ((a0 * b0) >>> 16)
  const second = a0 * b1 + (first & 0xffff)
  return (a1 * b1 + (first >>> 16) + (second >>> 16) + Math.imul(high, otherLow) + Math.imul(low, otherHigh)) | 0
}
