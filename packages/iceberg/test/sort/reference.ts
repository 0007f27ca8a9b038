import fc from 'fast-check'
import type {SortField} from '../../src/spec/table-metadata.js'
import {bindTransform, canTransform, parseTransform, resultType} from '../../src/spec/transforms.js'
import type {PrimitiveType, Value} from '../../src/spec/types.js'

type Present = Exclude<Value, null>

/** The order of two values by the letter of the specification, one type after the other; slow and plain. */
export function comparePresent(type: PrimitiveType, left: Present, right: Present): number {
  if (type === 'boolean') return Number(left) - Number(right)
  if (type === 'float' || type === 'double') return compareNumbers(left as number, right as number)
  if (type === 'string') return compareBytes(Buffer.from(left as string), Buffer.from(right as string))
  if (type === 'uuid') return compareBytes(uuid(left as string), uuid(right as string))
  if (left instanceof Uint8Array) return compareBytes(left, right as Uint8Array)
  return left < right ? -1 : left > right ? 1 : 0
}

const uuid = (text: string) => Buffer.from(text.replaceAll('-', ''), 'hex')

/** -∞ < negative < -0 < 0 < positive < ∞ < NaN. */
function compareNumbers(left: number, right: number): number {
  const rank = (value: number) => (Number.isNaN(value) ? 2 : 1)
  if (rank(left) !== rank(right) || Number.isNaN(left)) return rank(left) - rank(right)
  if (left !== right) return left < right ? -1 : 1
  return Number(Object.is(right, -0)) - Number(Object.is(left, -0))
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    if (left[at] !== right[at]) return (left[at] as number) - (right[at] as number)
  }
  return left.length - right.length
}

/** The order of two values of a sort field's source column. */
export function compareByField(field: SortField, source: PrimitiveType, left: Value, right: Value): number {
  const transform = parseTransform(field.transform)
  const [a, b] = [left, right].map(bindTransform(transform, source)) as [Value, Value]
  if (a === null || b === null) {
    const nullsFirst = field['null-order'] === 'nulls-first' ? 1 : -1
    return nullsFirst * (Number(b === null) - Number(a === null))
  }
  const order = comparePresent(resultType(transform, source), a, b)
  return field.direction === 'asc' ? order : -order
}

const TRANSFORMS = ['identity', 'bucket[3]', 'truncate[2]', 'year', 'month', 'day', 'hour', 'void']

/** A sort field over a column of a type, with any transform that the type has. */
export const fieldOf = (sourceId: number, type: PrimitiveType): fc.Arbitrary<SortField> =>
  fc.record({
    'source-id': fc.constant(sourceId),
    transform: fc.constantFrom(...TRANSFORMS.filter((text) => canTransform(parseTransform(text), type))),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
    'null-order': fc.constantFrom('nulls-first' as const, 'nulls-last' as const),
  })

/** Whether a comparison says before, with or after. */
export const sign = (order: number): -1 | 0 | 1 => (order < 0 ? -1 : order > 0 ? 1 : 0)
