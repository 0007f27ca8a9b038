import {baseType} from './primitive-types.js'
import type {PresentValue} from './single-value.js'
import type {PrimitiveType} from './types.js'
import {uuidToBytes} from './uuid-text.js'

/** Less than, equal to or greater than zero, as `Array.prototype.sort` wants it. */
export type Comparator = (left: PresentValue, right: PresentValue) => number

/**
 * The order of a type's values in bounds and sorts: strings by their UTF-8 bytes (which is the order of code points, not that
 * of JavaScript's UTF-16), uuids and binary by unsigned bytes, floating point with -0 before 0 and NaN after all (spec,
 * "Sorting").
 */
export function compareValues(type: PrimitiveType): Comparator {
  switch (baseType(type)) {
    case 'float':
    case 'double':
      return (left, right) => compareDoubles(left as number, right as number)
    case 'string':
      return (left, right) => compareCodePoints(left as string, right as string)
    case 'uuid':
      return (left, right) =>
        Buffer.compare(uuidToBytes(left as string) ?? new Uint8Array(), uuidToBytes(right as string) ?? new Uint8Array())
    case 'fixed':
    case 'binary':
    case 'geometry':
    case 'geography':
      return (left, right) => Buffer.compare(left as Uint8Array, right as Uint8Array)
    default:
      return (left, right) => (left < right ? -1 : left > right ? 1 : 0)
  }
}

function compareDoubles(left: number, right: number): number {
  if (left < right) return -1
  if (left > right) return 1
  if (left === right) return left !== 0 ? 0 : Number(Object.is(right, -0)) - Number(Object.is(left, -0))
  return Number(Number.isNaN(left)) - Number(Number.isNaN(right))
}

/** Orders strings by code points. */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)]
    if (a === b) continue
    // A surrogate stands for a code point above every other unit, also above U+E000 to U+FFFF.
    const [highA, highB] = [isSurrogate(a), isSurrogate(b)]
    return highA === highB ? a - b : highA ? 1 : -1
  }
  return left.length - right.length
}

const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff
