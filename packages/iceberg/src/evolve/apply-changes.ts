import type {SchemaChange} from '@phlo/core'
import {parseTransform} from '../spec/transforms.js'
import {addColumn, changeDefault, changeDoc, changeNullability, changeType, dropColumn, moveColumn, renameColumn} from './change-columns.js'
import {
  addPartitionField,
  changeIdentifier,
  changePropertiesOf,
  changeSortOrder,
  dropPartitionField,
  identifierProblem,
} from './change-layout.js'
import {columnsById, formatColumnPath} from './columns.js'
import type {Draft} from './draft.js'
import {impossible} from './impossible.js'
import {assertToldApart} from './told-apart.js'

/**
 * Makes one change after another, each on what the ones before it left; columns go by the names that they have by then. The ids of
 * columns stay, and none is given twice.
 *
 * @throws PhloError (exit 2) `IMPOSSIBLE_CHANGE`, `COLUMN_NOT_FOUND`, `INVALID_TYPE`, `INVALID_DEFAULT`, `INVALID_PARTITION_SPEC`,
 * `INVALID_SORT_ORDER`
 */
export function applyChanges(draft: Draft, changes: readonly SchemaChange[]): Draft {
  const changed = changes.reduce(applyChange, draft)
  assertWhole(draft, changed)
  return changed
}

/** Makes one change, without looking whether everything fits together afterwards. */
export function applyChange(draft: Draft, change: SchemaChange): Draft {
  switch (change.kind) {
    case 'add':
      return addColumn(draft, change)
    case 'drop':
      return dropColumn(draft, change)
    case 'rename':
      return renameColumn(draft, change)
    case 'type':
      return changeType(draft, change)
    case 'nullability':
      return changeNullability(draft, change)
    case 'doc':
      return changeDoc(draft, change)
    case 'default':
      return changeDefault(draft, change)
    case 'move':
      return moveColumn(draft, change)
    case 'identifier':
      return changeIdentifier(draft, change)
    case 'partition-add':
      return addPartitionField(draft, change)
    case 'partition-drop':
      return dropPartitionField(draft, change)
    case 'sort-order':
      return changeSortOrder(draft, change)
    case 'properties':
      return changePropertiesOf(draft, change)
    default:
      throw impossible(`${JSON.stringify((change as {kind: unknown}).kind)} is not a kind of change.`)
  }
}

/** What refers to columns must have them: identifier fields, partition fields and the sort order, and a type that the transform gives the same values of. */
export function assertWhole(before: Draft, after: Draft): void {
  const [old, columns] = [columnsById(before.schema), columnsById(after.schema)]
  const nameOf = (id: number) => formatColumnPath(old.get(id)?.path ?? [`#${id}`])
  for (const id of after.schema['identifier-field-ids'] ?? []) {
    const column = columns.get(id)
    const why = column ? identifierProblem(column) : 'it is dropped'
    if (why !== undefined) {
      throw impossible(
        `Column ${nameOf(id)} is one of those that identify rows, and ${why}: name the others with --identifier in the same change.`,
      )
    }
  }
  const dropped = after.partitionFields.find(
    (field) => field.transform !== 'void' && old.has(field['source-id']) && !columns.has(field['source-id']),
  )
  if (dropped) {
    throw impossible(
      `Column ${nameOf(dropped['source-id'])} is what the partition field ${dropped.name} is made of: drop that in the same change.`,
      [`--partition-drop ${dropped.name}`],
    )
  }
  // Files keep the partition values of the spec that they were written with, which readers prune by.
  for (const field of after.earlierSpecs.flatMap((spec) => spec.fields)) {
    const [from, to] = [old.get(field['source-id'])?.type, columns.get(field['source-id'])?.type]
    if (typeof from === 'string' && typeof to === 'string' && from !== to && !keepsValues(field.transform, from)) {
      throw impossible(
        `Column ${nameOf(field['source-id'])} is what the partition field ${field.name} is or was made of, which would have other values of type ${to}.`,
      )
    }
  }
  const gone = after.sortFields.find((field) => old.has(field['source-id']) && !columns.has(field['source-id']))
  if (gone)
    throw impossible(
      `Column ${nameOf(gone['source-id'])} is in the table's sort order: give another one with --sort-order in the same change.`,
    )
  assertToldApart(before, after)
}

/**
 * True when a partition field has the same values after its column was promoted from this type (spec, "Schema Evolution"). A date that
 * becomes a moment is counted otherwise by all transforms but those of time, and floats are hashed as doubles anyway.
 */
function keepsValues(transform: string, from: string): boolean {
  const {kind} = parseTransform(transform)
  return from !== 'date' || ['year', 'month', 'day', 'void'].includes(kind)
}
