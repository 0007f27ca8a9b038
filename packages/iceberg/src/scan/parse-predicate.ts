import {messageOf, nearest, usage} from '@phlo/core'
import type {Expr} from 'pgsql-ast-parser'
import {allFields, findField} from '../spec/schema.js'
import type {Schema} from '../spec/types.js'
import {type Literal, literalValue} from './literal.js'
import type {Comparison, Predicate, PredicateField} from './predicate.js'

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {'=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<='}
const NEGATED: Readonly<Record<Comparison, Comparison>> = {'=': '!=', '!=': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<'}

const isComparison = (op: string): op is Comparison => Object.hasOwn(MIRRORED, op)

/**
 * Reads the condition of a WHERE clause and binds it to a schema: comparisons, `[NOT] IN`, `[NOT] BETWEEN`, `IS [NOT] NULL`,
 * `[NOT] LIKE 'prefix%'`, AND, OR, NOT. Names are matched without regard to case unless they are quoted.
 *
 * @throws PhloError `INVALID_PREDICATE`, `COLUMN_NOT_FOUND` (exit 2)
 */
export async function parsePredicate(text: string, schema: Schema): Promise<Predicate> {
  const {parse} = await import('pgsql-ast-parser')
  let expressions: readonly Expr[]
  try {
    // With options the parser returns a list, which its types do not know.
    expressions = parse(text, {entry: 'expr', locationTracking: true}) as unknown as readonly Expr[]
  } catch (cause) {
    throw usage('INVALID_PREDICATE', `${JSON.stringify(text)} is not a condition: ${messageOf(cause).split('\n')[0]}`)
  }
  const [expression] = expressions
  if (!expression || expressions.length > 1) throw usage('INVALID_PREDICATE', `${JSON.stringify(text)} is not one condition.`)
  return bind(expression, {text, schema}, false)
}

interface Source {
  readonly text: string
  readonly schema: Schema
}

function bind(expression: Expr, source: Source, negate: boolean): Predicate {
  switch (expression.type) {
    case 'boolean':
      return {kind: 'constant', value: expression.value !== negate}
    case 'ref':
      return {kind: 'compare', field: booleanField(expression, source), op: '=', value: !negate}
    case 'unary':
      return bindUnary(expression.op, expression.operand, source, negate)
    case 'binary':
      return bindBinary(expression.op, expression.left, expression.right, source, negate)
    case 'ternary': {
      const field = fieldOf(expression.value, source)
      const outside = (expression.op === 'NOT BETWEEN') !== negate
      const low = {kind: 'compare', field, op: outside ? '<' : '>=', value: valueOf(expression.lo, field, source)} as const
      const high = {kind: 'compare', field, op: outside ? '>' : '<=', value: valueOf(expression.hi, field, source)} as const
      return {kind: outside ? 'or' : 'and', left: low, right: high}
    }
    default:
      throw unsupported(expression, source)
  }
}

function bindUnary(op: string, operand: Expr, source: Source, negate: boolean): Predicate {
  switch (op) {
    case 'NOT':
      return bind(operand, source, !negate)
    case 'IS NULL':
      return {kind: 'null', field: fieldOf(operand, source), negated: negate}
    case 'IS NOT NULL':
      return {kind: 'null', field: fieldOf(operand, source), negated: !negate}
    default:
      throw usage('INVALID_PREDICATE', `${op} cannot be used in a condition here.`)
  }
}

function bindBinary(op: string, left: Expr, right: Expr, source: Source, negate: boolean): Predicate {
  if (op === 'AND' || op === 'OR') {
    return {kind: (op === 'AND') === negate ? 'or' : 'and', left: bind(left, source, negate), right: bind(right, source, negate)}
  }
  if (isComparison(op)) return bindComparison(op, left, right, source, negate)
  if (op === 'IN' || op === 'NOT IN') {
    const field = fieldOf(left, source)
    const listed = right.type === 'list' || right.type === 'array' ? right.expressions : [right]
    return {kind: 'in', field, negated: (op === 'NOT IN') !== negate, values: listed.map((value) => valueOf(value, field, source))}
  }
  if (op === 'LIKE' || op === 'NOT LIKE') return bindLike(fieldOf(left, source), right, source, (op === 'NOT LIKE') !== negate)
  throw usage('INVALID_PREDICATE', `${op} cannot be used in a condition here.`)
}

function bindComparison(op: Comparison, left: Expr, right: Expr, source: Source, negate: boolean): Predicate {
  const mirrored = left.type !== 'ref' && right.type === 'ref'
  const field = fieldOf(mirrored ? right : left, source)
  const seen = mirrored ? MIRRORED[op] : op
  return {kind: 'compare', field, op: negate ? NEGATED[seen] : seen, value: valueOf(mirrored ? left : right, field, source)}
}

function bindLike(field: PredicateField, pattern: Expr, source: Source, negated: boolean): Predicate {
  const value = pattern.type === 'string' ? pattern.value : undefined
  const prefix = /^([^%_\\]*)(%?)$/.exec(value ?? '\\')
  if (field.type !== 'string' || !prefix) {
    throw usage(
      'INVALID_PREDICATE',
      `LIKE ${sourceOf(pattern, source)} on ${field.name}: only a prefix of a string column can be matched, as in name LIKE 'ab%'.`,
    )
  }
  const [, start = '', any] = prefix
  return any ? {kind: 'starts-with', field, negated, prefix: start} : {kind: 'compare', field, op: negated ? '!=' : '=', value: start}
}

function fieldOf(expression: Expr, {schema, text}: Source): PredicateField {
  if (expression.type !== 'ref') throw unsupported(expression, {schema, text}, 'a column')
  const {table, name: last} = expression
  const name = [table?.schema, table?.name, last].filter((part) => part !== undefined).join('.')
  const field = findField(schema, name) ?? findField(schema, name, {caseSensitive: false})
  if (!field) {
    const names = allFields(schema).map((candidate) => candidate.name)
    const meant = nearest(name, names)
    throw usage('COLUMN_NOT_FOUND', `There is no column ${name}.`, [
      meant ? `did you mean ${meant}?` : `columns are ${names.slice(0, 20).join(', ')}`,
    ])
  }
  if (typeof field.type !== 'string') throw usage('INVALID_PREDICATE', `Column ${name} is nested; a condition needs one of its fields.`)
  return {id: field.id, name: field.name, type: field.type}
}

function booleanField(expression: Expr, source: Source): PredicateField {
  const field = fieldOf(expression, source)
  if (field.type !== 'boolean') throw usage('INVALID_PREDICATE', `Column ${field.name} is a ${field.type}; alone it is no condition.`)
  return field
}

function valueOf(expression: Expr, field: PredicateField, source: Source) {
  return literalValue(literalOf(expression, source), field)
}

function literalOf(expression: Expr, source: Source): Literal {
  switch (expression.type) {
    case 'string':
      return {kind: 'text', text: expression.value}
    case 'boolean':
      return {kind: 'boolean', value: expression.value}
    case 'integer':
    case 'numeric':
      return {kind: 'number', text: sourceOf(expression, source)}
    case 'cast':
      return literalOf(expression.operand, source)
    default:
      throw unsupported(expression, source, 'a literal')
  }
}

/** The text that an expression was read from: the parser's own numbers have lost the digits past 2^53. */
function sourceOf(expression: Expr, {text}: Source): string {
  const place = (expression as {_location?: {start: number; end: number}})._location
  return place ? text.slice(place.start, place.end) : ''
}

function unsupported(expression: Expr, source: Source, expected = 'a comparison of a column with a literal') {
  return usage(
    'INVALID_PREDICATE',
    `Expected ${expected} in ${JSON.stringify(source.text)}, and found ${sourceOf(expression, source) || expression.type}.`,
  )
}
