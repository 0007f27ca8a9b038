import {isDeepStrictEqual} from 'node:util'
import type {ColumnPath, ReadSchema, SchemaChange, SchemaTerm} from '@phlo/core'
import {columnsOf, currentSchema, formatColumnPath, type IcebergTable, inferChanges, type Schema} from '@phlo/iceberg'
import {documentOf} from './document-of.js'
import {sortTermText, termText} from './layout-differences.js'

/**
 * The changes that make a table what is declared: columns by their names, and of partitions, sort order, description and properties what the
 * declaration speaks of. None when it is so already.
 *
 * @param options `prune`: columns that are not declared are dropped
 */
export function wantedChanges(table: IcebergTable, wanted: ReadSchema, {prune}: {readonly prune: boolean}): readonly SchemaChange[] {
  const schema = currentSchema(table.metadata)
  const now = documentOf(table, schema)
  const renames = renamesToDo(schema, wanted)
  const renamed = <Term extends SchemaTerm>(term: Term): Term => ({...term, column: renames.reduce(afterRename, term.column)})
  const columns = inferChanges(schema, wanted.schema, {
    byId: false,
    guessRenames: false,
    prune,
    renamedFrom: new Map(renames.map(({column, from}) => [formatColumnPath(column), from])),
  })
  const {partitioning, sortOrder} = wanted
  const [fields, order] = [
    now.partitioning.map((term) => ({term, text: termText(renamed(term))})),
    now.sortOrder.map((term) => sortTermText(renamed(term))),
  ]
  const wantedFields = partitioning?.map(termText)
  const wantedOrder = sortOrder?.map(sortTermText)
  const set = Object.fromEntries(
    Object.entries(declaredProperties(wanted)).filter(
      ([key, value]) => now.properties[key] !== value && !(key === 'comment' && now.doc === value),
    ),
  )
  return [
    // A column can only go when nothing is made of it any more, and a field only come when its column is there.
    ...fields
      .filter(({text}) => wantedFields && !wantedFields.includes(text))
      .map(({term}): SchemaChange => ({kind: 'partition-drop', term: termText(term)})),
    ...columns,
    ...(wantedFields ?? [])
      .filter((text) => fields.every((field) => field.text !== text))
      .map((term): SchemaChange => ({kind: 'partition-add', term})),
    ...(wantedOrder && !isDeepStrictEqual(wantedOrder, order) ? [{kind: 'sort-order' as const, terms: wantedOrder.join(', ')}] : []),
    ...(Object.keys(set).length > 0 ? [{kind: 'properties' as const, set, remove: []}] : []),
  ]
}

const declaredProperties = ({doc, properties}: ReadSchema): Readonly<Record<string, string>> => ({
  ...(doc !== undefined && {comment: doc}),
  ...properties,
})

/** Declared properties that a table has as they are declared. */
export const heldProperties = ({properties}: IcebergTable, wanted: ReadSchema): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(declaredProperties(wanted)).filter(([key, value]) => properties[key] === value))

type Rename = NonNullable<ReadSchema['renamed']>[number]

/** Renames that are declared and not done yet: the table has the old name, and not the new one. */
function renamesToDo(schema: Schema, {renamed = []}: ReadSchema): readonly Rename[] {
  const there = new Set(columnsOf(schema).map(({path}) => formatColumnPath(path)))
  return renamed.filter(
    ({column, from}) => there.has(formatColumnPath([...column.slice(0, -1), from])) && !there.has(formatColumnPath(column)),
  )
}

/** The path of a column once a rename is done. */
function afterRename(path: ColumnPath, {column, from}: Rename): ColumnPath {
  const old = [...column.slice(0, -1), from]
  return old.every((part, index) => path[index] === part) ? [...column, ...path.slice(old.length)] : path
}
