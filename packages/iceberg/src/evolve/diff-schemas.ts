import type {SchemaDifference} from '@phlo/core'
import {stringifyJson} from '../spec/json.js'
import {isList, isMap, isStruct} from '../spec/schema.js'
import {formatType} from '../spec/type-text.js'
import type {Schema} from '../spec/types.js'
import {type Column, formatColumnPath} from './columns.js'
import {defaultToText} from './default-text.js'
import {movedColumns, placesOf} from './moved-columns.js'
import {type PairOptions, pairColumns} from './pair-columns.js'

/**
 * What is otherwise in the right schema than in the left one, at every depth: dropped columns first, then in the order of the right schema.
 * What is inside a new or dropped column is not told apart.
 *
 * @param options `byId`: both are schemas of one table, in which a column is known by its id
 */
export function diffSchemas(left: Schema, right: Schema, options: PairOptions = {byId: true}): readonly SchemaDifference[] {
  const pairs = pairColumns(left, right, options)
  const partner = new Map(
    pairs.flatMap((pair) => (pair.left && pair.right ? [[pair.left, pair.right] as const, [pair.right, pair.left] as const] : [])),
  )
  const isTop = ({parent}: Column) => parent === undefined || partner.has(parent)
  const moved = movedColumns(left, pairs)
  const [placeBefore, placeAfter] = [placesOf(left), placesOf(right)]
  const identifies = (schema: Schema, column: Column) => schema['identifier-field-ids']?.includes(column.id) ?? false
  return pairs.flatMap(({left: before, right: after}): readonly SchemaDifference[] => {
    if (!after) {
      return before && isTop(before) ? [difference('dropped', before, formatType(before.type), null)] : []
    }
    if (!before) return isTop(after) ? [difference('added', after, null, formatType(after.type))] : []
    const differing = (change: SchemaDifference['change'], of: (column: Column) => string | null) =>
      of(before) === of(after) ? [] : [difference(change, after, of(before), of(after))]
    const isRenamed = before.path.at(-1) !== after.path.at(-1)
    const isIdentifier = [identifies(left, before), identifies(right, after)] as const
    return [
      ...(isRenamed ? [difference('renamed', after, formatColumnPath(before.path), formatColumnPath(after.path))] : []),
      ...(moved.has(after) ? [difference('moved', after, placeBefore(before.id), placeAfter(after.id))] : []),
      ...differing('type', outerType),
      ...differing('nullability', ({required}) => (required ? 'not null' : 'optional')),
      ...differing('doc', ({field}) => field?.doc ?? null),
      ...differing('default', defaultOf),
      ...(isIdentifier[0] === isIdentifier[1] ? [] : [difference('identifier', after, yesOrNo(isIdentifier[0]), yesOrNo(isIdentifier[1]))]),
    ]
  })
}

const yesOrNo = (is: boolean) => (is ? 'identifies rows' : null)

const difference = (change: SchemaDifference['change'], column: Column, from: string | null, to: string | null): SchemaDifference => ({
  change,
  id: column.id,
  column: formatColumnPath(column.path),
  from,
  to,
})

/** What is inside a nested type is compared on its own. */
function outerType({type}: Column): string {
  return isStruct(type) ? 'struct' : isList(type) ? 'list' : isMap(type) ? 'map' : formatType(type)
}

/** Both defaults, where they differ; a default that is no value of the type is shown as it stands. */
function defaultOf({field, type}: Column): string | null {
  const [initial, write] = [field?.['initial-default'], field?.['write-default']]
  if (stringifyJson(initial) === stringifyJson(write)) return valueText(type, write)
  return `${valueText(type, write) ?? 'none'}, for older rows ${valueText(type, initial) ?? 'none'}`
}

function valueText(type: Column['type'], value: unknown): string | null {
  if (value === undefined || value === null) return null
  try {
    return defaultToText(type, value)
  } catch {
    return stringifyJson(value)
  }
}
