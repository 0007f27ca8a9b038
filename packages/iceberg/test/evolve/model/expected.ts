import {isDeepStrictEqual} from 'node:util'
import type {SchemaChange, SchemaVerdict} from '@phlo/core'
import {type Columns, childrenOf, columnAt, columnOf, type ModelColumn, pathOf, withAncestors} from './columns.js'
import type {GivenChange} from './given-change.js'
import {Impossible, made, must} from './made.js'
import {nullsIn} from './nulls.js'
import {type ModelPartitionField, type ModelTable, shapeOf} from './table.js'

type Verdict = SchemaVerdict['verdict']

export interface Expected {
  /** Of changes that fit alone and not together, the last one that is there says `impossible`. */
  readonly verdicts: readonly Verdict[]
  /** Undefined when they cannot be made. */
  readonly after: ModelTable | undefined
  /** Rows would not be readable any more, and no manifest says so. */
  readonly isRisky: boolean
}

/**
 * What the specification ("Schema Evolution", "Partition Evolution", "Default values", "Identifier Field IDs") and issue 7 say of changes
 * that are made one after the other: of each its verdict, and what the table is like after all of them.
 */
export function expectedOf(before: ModelTable, changes: readonly GivenChange[]): Expected {
  const verdicts: Verdict[] = []
  let model = before
  let isRisky = false
  for (const given of changes) {
    const after = attempt(() => made(model, given))
    const nulls = requiredNulls(model, given.change)
    isRisky ||= nulls?.some ?? false
    verdicts.push(after ? verdictOf(model, after, given.change, nulls) : 'impossible')
    model = after ?? model
  }
  const whole = attempt(() => assertWhole(before, model))
  if (!whole) verdicts.push('impossible')
  const after = verdicts.includes('impossible') ? undefined : {...model, everPartition: [...model.everPartition, ...model.partition]}
  return {verdicts: whole ? verdicts : ['impossible'], after, isRisky}
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch (error) {
    if (error instanceof Impossible) return undefined
    throw error
  }
}

function requiredNulls(model: ModelTable, change: SchemaChange): ReturnType<typeof nullsIn> | undefined {
  if (change.kind !== 'nullability' || !change.required) return undefined
  const column = columnAt(model.columns, change.path)
  return column && !column.required ? nullsIn(model.rows, model.columns, column) : undefined
}

function verdictOf(before: ModelTable, after: ModelTable, change: SchemaChange, nulls: ReturnType<typeof nullsIn> | undefined): Verdict {
  if (isDeepStrictEqual(shapeOf(before), shapeOf(after))) return 'safe'
  switch (change.kind) {
    case 'drop':
    case 'rename':
      return 'breaking'
    case 'nullability':
      if (!change.required || !before.hasRows) return 'safe'
      return nulls?.some && nulls.certain ? 'impossible' : 'breaking'
    case 'default':
      return change.default === null && columnAt(before.columns, change.path)?.required ? 'breaking' : 'safe'
    default:
      return 'safe'
  }
}

/** What has to hold once all changes are made. */
function assertWhole(before: ModelTable, after: ModelTable): true {
  const {columns} = after
  const names = columns.map((column) => pathOf(columns, column).join('.'))
  must(new Set(names).size === names.length, 'two columns have one dotted name')
  for (const id of after.identifiers) must(canIdentify(columns, id), 'a column that identifies rows cannot')
  for (const {source} of [...after.partition, ...after.sort]) must(has(columns, source), 'a column is partitioned or sorted by')
  for (const field of after.everPartition) must(keepsValues(before.columns, columns, field), 'partition values would be others')
  for (const {name, transform, source} of [...after.everPartition, ...after.partition]) {
    const same = columns[names.indexOf(name)]
    must(!same || (transform === 'identity' && same.id === source), 'a partition field has the name of another column')
  }
  return true
}

const has = (columns: Columns, id: number) => columns.some((column) => column.id === id)

function canIdentify(columns: Columns, id: number): boolean {
  if (!has(columns, id)) return false
  const [own, ...outer] = withAncestors(columns, columnOf(columns, id)) as [ModelColumn, ...ModelColumn[]]
  const isPlain = childrenOf(columns, id).length === 0 && !['float', 'double', 'variant'].includes(own.type)
  return isPlain && own.required && outer.every(({type, required}) => type === 'struct' && required)
}

function keepsValues(before: Columns, after: Columns, {source, transform}: ModelPartitionField): boolean {
  if (!has(before, source) || !has(after, source)) return true
  const isPromotedDay = columnOf(before, source).type === 'date' && columnOf(after, source).type !== 'date'
  return !isPromotedDay || ['year', 'month', 'day'].includes(transform)
}
