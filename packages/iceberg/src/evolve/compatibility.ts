import type {SchemaCompatibility} from '@phlo/core'
import {isList, isMap, isStruct} from '../spec/schema.js'
import {canPromote, formatType} from '../spec/type-text.js'
import type {Schema, Type} from '../spec/types.js'
import {formatColumnPath} from './columns.js'
import {type PairOptions, pairColumns} from './pair-columns.js'

/** Promotions of the newest version count: files of a table know nothing of its format version. */
const VERSION = 3

/**
 * Whether readers of one schema can read the rows of another, by the rules of projection (spec, "Column Projection"): a column that the reader
 * has and the rows have not must be optional or have a default value, and a type may only be read as a wider one.
 *
 * @param options `byId`: columns are found by their ids, as readers of Iceberg do; otherwise by name, as most others do
 */
export function compatibilityOf(left: Schema, right: Schema, options: PairOptions): SchemaCompatibility {
  const [backward, forward] = [obstacles(left, right, options), obstacles(right, left, options)]
  const verdict = backward.length === 0 ? (forward.length === 0 ? 'full' : 'backward') : forward.length === 0 ? 'forward' : 'none'
  return {verdict, backward, forward}
}

/** What keeps a reader that has schema `reader` from reading rows that were written with schema `written`, a sentence each. */
function obstacles(written: Schema, reader: Schema, options: PairOptions): readonly string[] {
  const pairs = pairColumns(written, reader, options)
  const known = new Set(pairs.flatMap(({left, right}) => (left && right ? [right] : [])))
  return pairs.flatMap(({left, right}) => {
    if (!right) return []
    const name = formatColumnPath(right.path)
    if (!left) {
      const isWithinNew = right.parent !== undefined && !known.has(right.parent)
      const hasFallback = !right.required || right.field?.['initial-default'] !== undefined
      return isWithinNew || hasFallback ? [] : [`Column ${name} is required and has no default value, and rows have none.`]
    }
    if (!isReadable(left.type, right.type)) {
      return [`Column ${name} has type ${formatType(left.type)}, which cannot be read as ${formatType(right.type)}.`]
    }
    return right.required && !left.required ? [`Column ${name} may be null, and is read as required.`] : []
  })
}

function isReadable(from: Type, to: Type): boolean {
  if (typeof from === 'string' || typeof to === 'string') return canPromote(from, to, VERSION)
  return (isStruct(from) && isStruct(to)) || (isList(from) && isList(to)) || (isMap(from) && isMap(to))
}
