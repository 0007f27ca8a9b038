import type {ColumnPosition, SchemaChange} from '@phlo/core'
import {decimalType, formatType, parseType} from '@phlo/iceberg/schema'
import {
  type Columns,
  childrenOf,
  columnAt,
  columnsOf,
  isInKey,
  isNested,
  type ModelColumn,
  pathOf,
  withAncestors,
  withDescendants,
} from './columns.js'
import type {GivenChange} from './given-change.js'
import type {ModelTable} from './table.js'

export class Impossible extends Error {}

export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Impossible(otherwise)
}

type Change<Kind extends SchemaChange['kind']> = Extract<SchemaChange, {kind: Kind}>

const NEW_IN_3 = /^(timestamp_ns|timestamptz_ns|unknown|variant|geometry|geography)\b/
const WITHOUT_DEFAULT = /^(unknown|variant|geometry|geography|struct|list|map)\b/
const RESERVED = ['format-version', 'uuid', 'current-schema']

/** What a change makes of a table. */
export function made(model: ModelTable, given: GivenChange): ModelTable {
  const {change} = given
  const {columns} = model
  switch (change.kind) {
    case 'add':
      return add(model, change, given.value)
    case 'drop': {
      const gone = withDescendants(columns, alterable(columns, change.path, 'field'))
      must(childrenOf(columns, gone[0]?.parent).length > 1, 'it is the only one')
      return {...model, columns: columns.filter((column) => !gone.includes(column))}
    }
    case 'rename': {
      const column = alterable(columns, change.path, 'field')
      assertFree(columns, column.parent, change.to, column.id)
      return changed(model, column, {name: change.to})
    }
    case 'type':
      return promote(model, change)
    case 'nullability': {
      const column = alterable(columns, change.path)
      must(!change.required || column.type !== 'unknown', 'all of it is null')
      return changed(model, column, {required: change.required})
    }
    case 'doc': {
      const column = columnAt(columns, change.path)
      must(column?.kind === 'field', 'only fields are described')
      const {doc: _, ...bare} = column
      return replaced(model, change.doc === null ? bare : {...bare, doc: change.doc})
    }
    case 'default': {
      const column = alterable(columns, change.path, 'field')
      const {write: _, ...bare} = column
      if (change.default === null) return replaced(model, bare)
      assertDefault(model, column.type, given.value)
      return replaced(model, {...bare, write: given.value})
    }
    case 'move': {
      const column = alterable(columns, change.path, 'field')
      return {...model, columns: placed(columns, column, change.position)}
    }
    case 'identifier': {
      const ids = change.columns.map((path) => columnAt(columns, path)?.id)
      must(!ids.includes(undefined), 'there is no such column')
      const identifiers = [...new Set(ids as readonly number[])]
      return {...model, identifiers}
    }
    case 'partition-add':
      return partition(model, given)
    case 'partition-drop': {
      const {field} = given
      const kept = model.partition.filter(({source, transform}) => source !== field?.source || transform !== field.transform)
      must(kept.length < model.partition.length, 'it is not partitioned so')
      return {...model, partition: kept}
    }
    case 'sort-order': {
      const order = given.order ?? []
      for (const {source, transform} of order) must(canTransform(columns, source, transform), 'it cannot be sorted by')
      return {...model, sort: order}
    }
    case 'properties': {
      must(![...Object.keys(change.set), ...change.remove].some((key) => RESERVED.includes(key)), 'it is no property')
      const kept = Object.entries(model.properties).filter(([key]) => !change.remove.includes(key))
      return {...model, properties: {...Object.fromEntries(kept), ...change.set}}
    }
  }
}

/** The column there, unless it is of a map's key. */
function alterable(columns: Columns, path: readonly string[], kind?: ModelColumn['kind']): ModelColumn {
  const column = columnAt(columns, path)
  must(column !== undefined && !isInKey(columns, column), 'there is no such column, or it is of a key')
  must(kind === undefined || column.kind === kind, `it is no ${kind}`)
  return column
}

const replaced = (model: ModelTable, column: ModelColumn): ModelTable => ({
  ...model,
  columns: model.columns.map((other) => (other.id === column.id ? column : other)),
})

const changed = (model: ModelTable, column: ModelColumn, by: Partial<ModelColumn>): ModelTable => replaced(model, {...column, ...by})

function assertFree(columns: Columns, parent: number | undefined, name: string, own?: number): void {
  must(name !== '', 'it has no name')
  const taken = childrenOf(columns, parent).some((column) => column.id !== own && column.name.toLowerCase() === name.toLowerCase())
  must(!taken, 'the name is taken')
}

function assertDefault(
  {version}: ModelTable,
  type: string,
  value: GivenChange['value'],
): asserts value is NonNullable<GivenChange['value']> {
  must(version >= 3 && !WITHOUT_DEFAULT.test(type) && value !== undefined, 'it cannot have this default')
}

function add(model: ModelTable, change: Change<'add'>, value: GivenChange['value']): ModelTable {
  const {columns, version} = model
  const name = change.path.at(-1) as string
  const parent = change.path.length === 1 ? undefined : alterable(columns, change.path.slice(0, -1))
  must(parent === undefined || parent.type === 'struct', 'it is no struct')
  assertFree(columns, parent?.id, name)
  // The ids of a type's text are counted from 1 on.
  const lowest = Math.min(0, ...columns.map(({id}) => id))
  const idOf = (id: number) => lowest - 1 - id
  const added = columnsOf({type: 'struct', fields: [{id: 0, name, required: change.required, type: parseType(change.type)}]}).map(
    (column): ModelColumn => ({...column, id: idOf(column.id), parent: column.parent === undefined ? parent?.id : idOf(column.parent)}),
  )
  for (const column of added) {
    must(version >= 3 || !NEW_IN_3.test(column.type), 'the type is of a later version')
    must(column.type !== 'unknown' || !column.required, 'all of it is null')
    const names = childrenOf(added, column.id).map((child) => child.name.toLowerCase())
    must(new Set(names).size === names.length && !names.includes(''), 'names in it are not told apart')
    must(column.type !== 'struct' || names.length > 0, 'it has nothing in it')
  }
  const [own, ...inner] = added as [ModelColumn, ...ModelColumn[]]
  if (change.default !== undefined) assertDefault(model, own.type, value)
  must(!change.required || change.default !== undefined || !model.hasRows, 'rows that are there have nothing for it')
  const described: ModelColumn = {
    ...own,
    ...(change.doc !== undefined && {doc: change.doc}),
    ...(value !== undefined && {initial: value, write: value}),
  }
  return {...model, columns: placed([...columns, described, ...inner], described, change.position ?? 'last')}
}

/** The columns with one of them in another place among its siblings. */
function placed(columns: Columns, column: ModelColumn, position: ColumnPosition): Columns {
  const siblings = childrenOf(columns, column.parent).filter(({id}) => id !== column.id)
  const named = (name: string) => siblings.findIndex((sibling) => sibling.name === name)
  const at =
    position === 'first'
      ? 0
      : position === 'last'
        ? siblings.length
        : 'after' in position
          ? named(position.after) + 1
          : named(position.before)
  must(typeof position === 'string' || named('after' in position ? position.after : position.before) >= 0, 'it has no such neighbour')
  const order = [...siblings.slice(0, at), column, ...siblings.slice(at)]
  return [...columns.filter(({parent}) => parent !== column.parent), ...order]
}

function promote(model: ModelTable, {path, type: text}: Change<'type'>): ModelTable {
  const column = alterable(model.columns, path)
  const to = formatType(parseType(text))
  if (to === column.type) return model
  must(canPromote(column.type, to, model.version), 'it cannot become that')
  return changed(model, column, {type: to, ...(column.type === 'date' && {isFormerDay: true})})
}

/** Spec, "Schema Evolution": valid type promotions. */
function canPromote(from: string, to: string, version: number): boolean {
  if (isNested(from)) return false
  if (from === 'unknown') return version >= 3
  if (from === 'int') return to === 'long'
  if (from === 'float') return to === 'double'
  if (from === 'date') return version >= 3 && (to === 'timestamp' || to === 'timestamp_ns')
  const [before, after] = [decimalType(from), decimalType(to)]
  return before !== undefined && after !== undefined && before.scale === after.scale && before.precision < after.precision
}

function partition(model: ModelTable, {field}: GivenChange): ModelTable {
  must(field !== undefined && canTransform(model.columns, field.source, field.transform), 'it cannot be partitioned so')
  const {columns} = model
  const source = columns.find(({id}) => id === field.source) as ModelColumn
  must(
    withAncestors(columns, source)
      .slice(1)
      .every(({type}) => type === 'struct'),
    'it has many values in a row',
  )
  const ofSame = model.partition.filter((other) => other.source === field.source)
  const isTime = (transform: string) => ['year', 'month', 'day', 'hour'].includes(transform)
  must(!ofSame.some(({transform}) => transform === field.transform || (isTime(transform) && isTime(field.transform))), 'it is so already')
  must(!model.partition.some(({name}) => name === field.name), 'the name is taken')
  const named = columns.find((column) => pathOf(columns, column).join('.') === field.name)
  must(!named || (field.transform === 'identity' && named.id === field.source), 'the name is a column’s')
  return {...model, partition: [...model.partition, field]}
}

/** Spec, "Partition Transforms": the types that each goes with. */
function canTransform(columns: Columns, source: number, transform: string): boolean {
  const type = columns.find(({id}) => id === source)?.type.replace(/[[(].*/, '')
  if (type === undefined || isNested(type)) return false
  const kind = transform.replace(/\[.*/, '')
  const times = ['timestamp', 'timestamptz', 'timestamp_ns', 'timestamptz_ns']
  const allowed: Readonly<Record<string, readonly string[]>> = {
    bucket: ['int', 'long', 'decimal', 'date', 'time', ...times, 'string', 'uuid', 'fixed', 'binary'],
    truncate: ['int', 'long', 'decimal', 'string', 'binary'],
    year: ['date', ...times],
    month: ['date', ...times],
    day: ['date', ...times],
    hour: times,
  }
  return kind === 'identity' ? !/^(variant|geometry|geography)$/.test(type) : (allowed[kind]?.includes(type) ?? false)
}
