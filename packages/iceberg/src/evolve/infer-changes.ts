import {isDeepStrictEqual} from 'node:util'
import type {ColumnPath, ColumnPosition, SchemaChange} from '@phlo/core'
import {stringifyJson} from '../spec/json.js'
import {isStruct} from '../spec/schema.js'
import {formatType} from '../spec/type-text.js'
import type {Schema, Type} from '../spec/types.js'
import {type Column, columnsOf, formatColumnPath} from './columns.js'
import {defaultToText} from './default-text.js'
import {impossible} from './impossible.js'
import {inferRenames} from './infer-renames.js'
import {movedColumns} from './moved-columns.js'
import {type Pair, type PairOptions, pairColumns} from './pair-columns.js'

export interface InferOptions extends PairOptions {
  /** What the wanted schema does not have is dropped. Default: true. */
  readonly prune?: boolean
  /** The highest column id that the table ever gave, where ids count: a wanted column must not have that of one that is gone. */
  readonly lastColumnId?: number
  /** Columns that have another name now, by their paths in the wanted schema (joined as `formatColumnPath` does), and the names that they had. */
  readonly renamedFrom?: ReadonlyMap<string, string>
}

/**
 * The changes that make a schema of a table into a wanted one: drops, renames, what becomes of columns that stay, and new ones with their places.
 * None when it is so already. What cannot be done is among them, and refused by whoever judges them.
 *
 * @throws PhloError `IMPOSSIBLE_CHANGE` (exit 2) for an id that belonged to a column that is gone
 */
export function inferChanges(from: Schema, wanted: Schema, options: InferOptions): readonly SchemaChange[] {
  const {prune = true, renamedFrom} = options
  const pairs = pairColumns(from, renamedFrom ? beforeRenames(wanted, renamedFrom) : wanted, options)
  const targets = new Map(columnsOf(wanted).map((column) => [column.id, column]))
  const resolved = pairs.map(({left, right}): Pair => ({left, right: right && targets.get(right.id)}))
  assertIdsAreFree(resolved, options)
  const counterparts = new Map(resolved.flatMap(({left, right}) => (left && right ? [[right.id, left] as const] : [])))
  return [
    ...(prune ? drops(resolved) : []),
    ...inferRenames(from, resolved),
    ...resolved.flatMap(({left, right}) => (left && right ? alterations(left, right) : [])),
    ...additionsAndMoves(from, wanted, resolved, counterparts),
    ...identifierChange(from, wanted, counterparts),
  ]
}

function assertIdsAreFree(pairs: readonly Pair[], {byId, lastColumnId}: InferOptions): void {
  if (!byId || lastColumnId === undefined) return
  const taken = pairs.find(({left, right}) => !left && right && right.id <= lastColumnId)?.right
  if (!taken) return
  throw impossible(
    `Column ${formatColumnPath(taken.path)} has the id ${taken.id}, which was given before: ids up to ${lastColumnId} belong to columns that are there or were dropped.`,
  )
}

/** The wanted schema with the names that columns have until they are renamed, so that they are found by them. */
function beforeRenames(wanted: Schema, renamedFrom: ReadonlyMap<string, string>): Schema {
  const renamed = (type: Type, path: ColumnPath): Type => {
    if (typeof type === 'string') return type
    if (isStruct(type)) {
      return {
        ...type,
        fields: type.fields.map((field) => {
          const own = [...path, field.name]
          return {...field, name: renamedFrom.get(formatColumnPath(own)) ?? field.name, type: renamed(field.type, own)}
        }),
      }
    }
    if (type.type === 'list') return {...type, element: renamed(type.element, [...path, 'element'])}
    return {...type, key: renamed(type.key, [...path, 'key']), value: renamed(type.value, [...path, 'value'])}
  }
  return {...wanted, ...(renamed({type: 'struct', fields: wanted.fields}, []) as Schema)}
}

/** What is in a dropped column goes with it. */
function drops(pairs: readonly Pair[]): readonly SchemaChange[] {
  const gone = new Set(pairs.filter(({right}) => !right).map(({left}) => left))
  return pairs.flatMap(({left, right}) =>
    left?.field && !right && !(left.parent && gone.has(left.parent)) ? [{kind: 'drop' as const, path: left.path}] : [],
  )
}

function alterations(left: Column, right: Column): readonly SchemaChange[] {
  const {path} = right
  const changes: SchemaChange[] = []
  const isNested = typeof left.type !== 'string' && typeof right.type !== 'string' && left.type.type === right.type.type
  if (!isNested && formatType(left.type) !== formatType(right.type)) changes.push({kind: 'type', path, type: formatType(right.type)})
  if (left.required !== right.required) changes.push({kind: 'nullability', path, required: right.required})
  if ((left.field?.doc ?? null) !== (right.field?.doc ?? null)) changes.push({kind: 'doc', path, doc: right.field?.doc ?? null})
  const [before, after] = [left.field?.['write-default'], right.field?.['write-default']]
  if (stringifyJson(before ?? null) !== stringifyJson(after ?? null)) {
    changes.push({kind: 'default', path, default: after === undefined || after === null ? null : defaultToText(right.type, after)})
  }
  return changes
}

function additionsAndMoves(
  from: Schema,
  wanted: Schema,
  pairs: readonly Pair[],
  counterparts: ReadonlyMap<number, Column>,
): readonly SchemaChange[] {
  const moved = movedColumns(from, pairs)
  const movedIds = new Set([...moved].map(({id}) => id))
  const isNew = ({id}: Column) => !counterparts.has(id)
  const last = new Map<Column | undefined, Column>()
  return columnsOf(wanted).flatMap((column): readonly SchemaChange[] => {
    const before = last.get(column.parent)
    last.set(column.parent, column)
    if (!column.field || (column.parent && isWithinNew(column, isNew))) return []
    const position: ColumnPosition = before ? {after: before.path.at(-1) as string} : 'first'
    if (isNew(column)) return addition(column, position)
    return movedIds.has(column.id) ? [{kind: 'move', path: column.path, position}] : []
  })
}

function isWithinNew(column: Column, isNew: (column: Column) => boolean): boolean {
  for (let at = column.parent; at; at = at.parent) if (isNew(at)) return true
  return false
}

/** A new column, and the descriptions of what is in it, which a type's text does not have. */
function addition({path, type, required, field}: Column, position: ColumnPosition): readonly SchemaChange[] {
  const fallback = field?.['write-default'] ?? field?.['initial-default']
  const add: SchemaChange = {
    kind: 'add',
    path,
    type: formatType(type),
    required,
    position,
    ...(field?.doc !== undefined && {doc: field.doc}),
    ...(fallback !== undefined && fallback !== null && {default: defaultToText(type, fallback)}),
  }
  const inner = typeof type === 'string' ? [] : columnsOf({type: 'struct', fields: [{id: 0, name: '', required, type}]}).slice(1)
  return [
    add,
    ...inner.flatMap((column): readonly SchemaChange[] => {
      const own = [...path, ...column.path.slice(1)]
      const value = column.field?.['write-default']
      return [
        ...(column.field?.doc === undefined ? [] : [{kind: 'doc' as const, path: own, doc: column.field.doc}]),
        ...(value === undefined || value === null
          ? []
          : [{kind: 'default' as const, path: own, default: defaultToText(column.type, value)}]),
      ]
    }),
  ]
}

function identifierChange(from: Schema, wanted: Schema, counterparts: ReadonlyMap<number, Column>): readonly SchemaChange[] {
  const sorted = (ids: readonly number[]) => [...ids].sort((a, b) => a - b)
  const ids = wanted['identifier-field-ids']
  // Most languages do not say what identifies a row, which is not to say that nothing does.
  if (ids === undefined) return []
  const now = sorted(from['identifier-field-ids'] ?? [])
  const then = sorted(ids.map((id) => counterparts.get(id)?.id ?? -id))
  if (isDeepStrictEqual(now, then)) return []
  const columns = columnsOf(wanted)
  return [{kind: 'identifier', columns: ids.flatMap((id) => columns.filter((column) => column.id === id).map(({path}) => path))}]
}
