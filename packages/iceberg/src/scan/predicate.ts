import {compareValues} from '../spec/compare-values.js'
import type {PresentValue} from '../spec/single-value.js'
import type {PrimitiveType, Value} from '../spec/types.js'

/** A column of a predicate. */
export interface PredicateField {
  readonly id: number
  readonly name: string
  readonly type: PrimitiveType
}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='

/**
 * A condition on rows, bound to the columns of a schema. There is no `not`: it is pushed down when the text is read, so that a
 * null is never matched by accident (SQL's three-valued logic).
 */
export type Predicate =
  | {readonly kind: 'and'; readonly left: Predicate; readonly right: Predicate}
  | {readonly kind: 'or'; readonly left: Predicate; readonly right: Predicate}
  | {readonly kind: 'compare'; readonly field: PredicateField; readonly op: Comparison; readonly value: PresentValue}
  | {readonly kind: 'in'; readonly field: PredicateField; readonly negated: boolean; readonly values: readonly PresentValue[]}
  | {readonly kind: 'null'; readonly field: PredicateField; readonly negated: boolean}
  | {readonly kind: 'starts-with'; readonly field: PredicateField; readonly negated: boolean; readonly prefix: string}
  | {readonly kind: 'constant'; readonly value: boolean}

/** The columns that a predicate looks at, each once. */
export function fieldsOf(predicate: Predicate): readonly PredicateField[] {
  const found = new Map<number, PredicateField>()
  const visit = (part: Predicate) => {
    if (part.kind === 'and' || part.kind === 'or') {
      visit(part.left)
      visit(part.right)
    } else if (part.kind !== 'constant') found.set(part.field.id, part.field)
  }
  visit(predicate)
  return [...found.values()]
}

/** The predicate as a function of a row, of which it is given the values by field id. */
export function compilePredicate(predicate: Predicate): (valueOf: (fieldId: number) => Value) => boolean {
  switch (predicate.kind) {
    case 'and':
    case 'or': {
      const left = compilePredicate(predicate.left)
      const right = compilePredicate(predicate.right)
      return predicate.kind === 'and' ? (row) => left(row) && right(row) : (row) => left(row) || right(row)
    }
    case 'compare': {
      const {field, op, value} = predicate
      const compare = compareValues(field.type)
      return onPresent(field, (found) => holds(op, compare(found, value)))
    }
    case 'in': {
      const {field, values, negated} = predicate
      const compare = compareValues(field.type)
      return onPresent(field, (found) => values.some((value) => compare(found, value) === 0) !== negated)
    }
    case 'null': {
      const {field, negated} = predicate
      return (row) => (row(field.id) === null) !== negated
    }
    case 'starts-with': {
      const {field, prefix, negated} = predicate
      return onPresent(field, (found) => String(found).startsWith(prefix) !== negated)
    }
    case 'constant': {
      const {value} = predicate
      return () => value
    }
  }
}

function onPresent(field: PredicateField, test: (value: PresentValue) => boolean): (valueOf: (fieldId: number) => Value) => boolean {
  return (valueOf) => {
    const value = valueOf(field.id)
    return value !== null && test(normalZero(value))
  }
}

/** In SQL -0.0 equals 0.0; the order of bounds tells them apart. */
const normalZero = (value: PresentValue): PresentValue => (value === 0 ? 0 : value)

/** Whether a comparison holds for the result of a comparator. */
export function holds(op: Comparison, order: number): boolean {
  switch (op) {
    case '=':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}
