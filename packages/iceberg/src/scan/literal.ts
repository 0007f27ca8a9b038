import {usage} from '@phlo/core'
import {baseType} from '../spec/primitive-types.js'
import type {PresentValue} from '../spec/single-value.js'
import {valueFromJson} from '../spec/single-value-json.js'
import type {PredicateField} from './predicate.js'

/** A literal as it was written: numbers keep their text, since 64 bits and decimals do not fit JavaScript's numbers. */
export type Literal = {readonly kind: 'text' | 'number'; readonly text: string} | {readonly kind: 'boolean'; readonly value: boolean}

/**
 * The value that a literal means for a column: `'2026-01-31'` is a date for a date column and midnight for a timestamp.
 *
 * @throws PhloError `INVALID_PREDICATE` naming literal and column when it is no value of the column's type
 */
export function literalValue(literal: Literal, field: PredicateField): PresentValue {
  const value =
    literal.kind === 'boolean' ? (field.type === 'boolean' ? literal.value : undefined) : fromText(literal.text, literal.kind, field)
  if (value !== undefined) return value === 0 ? 0 : value
  const shown = literal.kind === 'boolean' ? literal.value : literal.kind === 'text' ? `'${literal.text}'` : literal.text
  throw usage('INVALID_PREDICATE', `${shown} is not a value of column ${field.name}, which is a ${field.type}.`)
}

function fromText(text: string, kind: 'text' | 'number', {type}: PredicateField): PresentValue | undefined {
  switch (baseType(type)) {
    case 'string':
      return kind === 'text' ? text : undefined
    case 'int':
      return ofRange(text, -(2n ** 31n), 2n ** 31n, Number)
    case 'long':
      return ofRange(text, -(2n ** 63n), 2n ** 63n, (value) => value)
    case 'float':
      return finite(text, Math.fround)
    case 'double':
      return finite(text, (value) => value)
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'timestamp':
    case 'timestamp_ns':
      return ofJson(type, isoTimestamp(text))
    case 'timestamptz':
    case 'timestamptz_ns':
      return ofJson(type, withOffset(isoTimestamp(text)))
    default:
      return ofJson(type, text)
  }
}

function ofRange(text: string, least: bigint, limit: bigint, make: (value: bigint) => PresentValue): PresentValue | undefined {
  if (!/^[+-]?\d+$/.test(text.trim())) return undefined
  const value = BigInt(text.trim().replace(/^\+/, ''))
  return value >= least && value < limit ? make(value) : undefined
}

function finite(text: string, make: (value: number) => number): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? make(value) : undefined
}

const isoTimestamp = (text: string) => {
  const joined = text.trim().replace(/^(\d{4}-\d\d-\d\d) /, '$1T')
  return joined.includes('T') ? joined : `${joined}T00:00:00`
}

const withOffset = (text: string) => (/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}+00:00`)

function ofJson(type: string, text: string): PresentValue | undefined {
  try {
    return valueFromJson(type, text)
  } catch {
    return undefined
  }
}
