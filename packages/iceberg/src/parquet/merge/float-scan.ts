import type {PhysicalType} from '../physical.js'

/** What is known of floating-point values once they were looked at: bounds leave NaN out, and have -0 before 0. */
export interface FloatFacts {
  readonly nans: number
  readonly lower: number | undefined
  readonly upper: number | undefined
}

/** Looks at the values of pages, which stay as they are. */
export interface FloatScan {
  plain(bytes: Uint8Array): void
  /** Values in the encoding BYTE_STREAM_SPLIT. */
  split(bytes: Uint8Array, count: number): void
  /** Values of a dictionary, which is in the encoding PLAIN. */
  indexed(indexes: Uint32Array, dictionary: Uint8Array): void
  facts(): FloatFacts
}

/** A scan that has seen nothing. */
export function createFloatScan({type}: Pick<PhysicalType, 'type'>): FloatScan {
  const width = type === 'FLOAT' ? 4 : 8
  let nans = 0
  let [lower, upper] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let [hasZero, hasNegativeZero] = [false, false]
  const look = (value: number) => {
    if (value < lower) lower = value
    if (value > upper) upper = value
    if (Number.isNaN(value)) nans += 1
    else if (value !== 0) return
    else if (Object.is(value, 0)) hasZero = true
    else hasNegativeZero = true
  }
  let last: {readonly bytes: Uint8Array; readonly values: Float32Array | Float64Array} | undefined
  const floats = floatReader(width)
  const plain = (bytes: Uint8Array) => {
    const values = floats(bytes)
    let [least, greatest] = [lower, upper]
    for (let at = 0; at < values.length; at++) {
      const value = values[at] as number
      // What lies between two others bounds nothing, whichever zero it may be.
      if (value > least && value < greatest) continue
      look(value)
      least = lower
      greatest = upper
    }
  }
  return {
    plain,
    split(bytes, count) {
      const joined = new Uint8Array(count * width)
      for (let byte = 0; byte < width; byte++) {
        for (let value = 0; value < count; value++) joined[value * width + byte] = bytes[byte * count + value] as number
      }
      plain(joined)
    },
    indexed(indexes, dictionary) {
      if (last?.bytes !== dictionary) last = {bytes: dictionary, values: floats(dictionary).slice()}
      const {values} = last
      for (let at = 0; at < indexes.length; at++) look(values[indexes[at] as number] as number)
    },
    facts() {
      if (lower > upper) return {nans, lower: undefined, upper: undefined}
      return {nans, lower: lower === 0 && hasNegativeZero ? -0 : lower, upper: upper === 0 && hasZero ? 0 : upper}
    },
  }
}

/** Reads bytes, which may begin anywhere, as numbers, which only begin at multiples of their width. What it gives holds until it is called again. */
function floatReader(width: number): (bytes: Uint8Array) => Float32Array | Float64Array {
  const Floats = width === 4 ? Float32Array : Float64Array
  let aligned = new Uint8Array(0)
  return (bytes) => {
    const count = Math.floor(bytes.length / width)
    if (bytes.byteOffset % width === 0) return new Floats(bytes.buffer as ArrayBuffer, bytes.byteOffset, count)
    if (aligned.length < bytes.length) aligned = new Uint8Array(bytes.length)
    aligned.set(bytes)
    return new Floats(aligned.buffer, 0, count)
  }
}
