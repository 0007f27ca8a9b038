import type {Type} from '@phlo/iceberg'
import {formatType} from '@phlo/iceberg/schema'
import {TYPES} from '../../parquet/samples.js'
import type {Choice} from './choice.js'

const PRIMITIVES = TYPES.filter((type) => !type.endsWith('_ns'))

export const NAMES: readonly string[] = [
  ...['id', 'a', 'b', 'amount', 'first name', 'a.b', 'select', '1st', 'größe', '日本語', '😀', '`tick`', '"quoted"', "it's", 'a,b', '(c)'],
  ...['element', 'key', 'value', 'list', '__proto__', 'constructor', 'trailing ', 'tab\there', '.', '%2F', '-', 'x'.repeat(300)],
]

/** A name that is a new one most of the time. */
export function randomName(choice: Choice, taken: readonly string[]): string {
  if (taken.length > 0 && choice.often(0.06)) return choice.of(taken)
  if (taken.length > 0 && choice.often(0.03)) return choice.of(taken).toUpperCase()
  return choice.often(0.01) ? '' : `${choice.of(NAMES)}${choice.often(0.5) ? choice.below(30) : ''}`
}

/** The text of a type as `parseType` reads it, nested two deep at most. */
export const randomType = (choice: Choice, version: number): string => formatType(type(choice, version, 2))

function type(choice: Choice, version: number, depth: number): Type {
  if (depth > 0 && choice.often(0.3)) return nested(choice, version, depth)
  if (choice.often(version >= 3 ? 0.15 : 0.02)) return choice.of(['timestamp_ns', 'timestamptz_ns', 'unknown'])
  return choice.often(0.3) ? choice.of(['int', 'float', 'date', 'decimal(7,2)']) : choice.of(PRIMITIVES)
}

function nested(choice: Choice, version: number, depth: number): Type {
  const inner = () => type(choice, version, depth - 1)
  const required = choice.often(0.2)
  switch (choice.below(4)) {
    case 0:
      return {type: 'list', 'element-id': 0, element: stored(inner()), 'element-required': required}
    case 1:
      return {type: 'map', 'key-id': 0, key: key(choice), 'value-id': 0, value: stored(inner()), 'value-required': required}
    default:
      return {type: 'struct', fields: fields(choice, inner)}
  }
}

/** Files have no columns of the type unknown, so that a list or a map of it has no place in them. */
const stored = (inner: Type): Type => (inner === 'unknown' ? 'int' : inner)

function key(choice: Choice): Type {
  const struct: Type = {type: 'struct', fields: [{id: 0, name: 'k', required: true, type: 'int'}]}
  return choice.often(0.2) ? struct : choice.of(['string', 'int', 'date', 'uuid'])
}

/** Names are told apart but now and then; a struct has something that is stored. */
function fields(choice: Choice, inner: () => Type) {
  const names = Array.from({length: choice.often(0.02) ? 0 : 1 + choice.below(3)}, () => randomName(choice, []))
  const own = choice.often(0.03)
    ? names
    : names.filter((name, index) => name !== '' && names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) === index)
  return own.map((name, index) => ({
    id: 0,
    name: name === '' ? 'n' : name,
    required: choice.often(0.1),
    type: index === 0 ? stored(inner()) : inner(),
  }))
}
