import type {LeafValues, PhysicalValue} from '../parquet/leaves.js'
import {decimalType} from '../spec/primitive-types.js'
import type {PrimitiveType} from '../spec/types.js'
import {SEED} from './compact-theta.js'
import {type Hasher, murmur3Hasher} from './murmur3-128.js'
import {type ThetaSketch, thetaSketch} from './theta-sketch.js'

/** A sketch of a column's values. */
export interface ValueSketch {
  readonly sketch: ThetaSketch
  /** Adds the values of some rows; nulls are left out. */
  addAll(values: LeafValues): void
}

/** Values of a dictionary come as the same object again and again; so many are known again. */
const KNOWN_VALUES = 16_384

/**
 * A sketch of the values of a column of this type, each hashed as its single-value serialisation (Puffin spec,
 * "apache-datasketches-theta-v1 blob type"). Empty strings and binaries are left out, because DataSketches takes no empty input.
 */
export function valueSketch(type: PrimitiveType): ValueSketch {
  const sketch = thetaSketch()
  const hasher = murmur3Hasher(SEED)
  const addBytes = (bytes: Uint8Array, offset: number, length: number) => {
    if (length > 0) addHashed(sketch, hasher, bytes, offset, length)
  }
  const addValue = valueAdder(type, addBytes)
  return {
    sketch,
    addAll({values}) {
      if (!Array.isArray(values) && !decimalType(type)) {
        const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
        const width = values.BYTES_PER_ELEMENT
        for (let at = 0; at < bytes.length; at += width) addBytes(bytes, at, width)
        return
      }
      const known = new Set<PhysicalValue>()
      let last: PhysicalValue = null
      for (const value of values as Iterable<PhysicalValue>) {
        if (value === null || value === last) continue
        last = value
        if (typeof value === 'object') {
          if (known.has(value)) continue
          if (known.size < KNOWN_VALUES) known.add(value)
        }
        addValue(value)
      }
    },
  }
}

/** The sketch keeps the upper 63 bits of the first half. */
function addHashed(sketch: ThetaSketch, hasher: Hasher, bytes: Uint8Array, offset: number, length: number): void {
  hasher.hash(bytes, offset, length)
  const [low, high] = [hasher.result[0] as number, hasher.result[1] as number]
  sketch.add(((low >>> 1) | (high << 31)) >>> 0, high >>> 1)
}

type AddBytes = (bytes: Uint8Array, offset: number, length: number) => void

/** Adds a physical value as its single-value serialisation (spec, Appendix D). */
function valueAdder(type: PrimitiveType, add: AddBytes): (value: Exclude<PhysicalValue, null>) => void {
  const bytes = new Uint8Array(16)
  const view = new DataView(bytes.buffer)
  if (decimalType(type)) {
    return (value) => {
      if (value instanceof Uint8Array) addShortest(value, add)
      else {
        view.setBigInt64(0, BigInt(value))
        addShortest(bytes.subarray(0, 8), add)
      }
    }
  }
  const isShort = type === 'int' || type === 'date' || type === 'float'
  return (value) => {
    if (value instanceof Uint8Array) add(value, 0, value.length)
    else if (typeof value === 'boolean') {
      bytes[0] = Number(value)
      add(bytes, 0, 1)
    } else if (typeof value === 'bigint') {
      view.setBigInt64(0, value, true)
      add(bytes, 0, 8)
    } else {
      if (type === 'float') view.setFloat32(0, value, true)
      else if (type === 'double') view.setFloat64(0, value, true)
      else view.setInt32(0, value, true)
      add(bytes, 0, isShort ? 4 : 8)
    }
  }
}

/** A big-endian two's complement without the bytes that only repeat the sign. */
function addShortest(bytes: Uint8Array, add: AddBytes): void {
  const sign = (bytes[0] as number) >> 7 === 0 ? 0 : 0xff
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === sign && (bytes[start + 1] as number) >> 7 === (sign & 1)) start += 1
  add(bytes, start, bytes.length - start)
}
