import {isDeepStrictEqual} from 'node:util'
import type {SchemaChange} from '@phlo/core'
import {applyChange, assertWhole} from '../../evolve/apply-changes.js'
import {columnAt} from '../../evolve/columns.js'
import {type Draft, draftOf} from '../../evolve/draft.js'
import type {TableMetadata} from '../../spec/table-metadata.js'

/** What changes make of a table. */
export interface Outcome {
  readonly before: Draft
  readonly after: Draft
  /** Ids of the columns that the changes met, in their order; of a new column that of the struct that it is in, 0 at the top. Below 0: the nth of those that the changes add. */
  readonly meets: readonly number[]
  readonly isSchemaChanged: boolean
  readonly isSpecChanged: boolean
  readonly isOrderChanged: boolean
  /** Null: the property goes. */
  readonly properties: Readonly<Record<string, string | null>>
}

/** @throws PhloError (exit 2) as `applyChanges` does */
export function outcomeOf(metadata: TableMetadata, changes: readonly SchemaChange[]): Outcome {
  const before = draftOf(metadata)
  const meets: number[] = []
  let after = before
  for (const change of changes) {
    const next = applyChange(after, change)
    // Ids of columns that are only being added are told from the last one on: on another base they are others.
    meets.push(...metBy(after, next, change).map((id) => (id > before.lastColumnId ? before.lastColumnId - id : id)))
    after = next
  }
  assertWhole(before, after)
  return {
    before,
    after,
    meets,
    isSchemaChanged: !isDeepStrictEqual(before.schema, after.schema),
    isSpecChanged: !isDeepStrictEqual(before.partitionFields, after.partitionFields),
    isOrderChanged: !isDeepStrictEqual(before.sortFields, after.sortFields),
    properties: changedProperties(before.properties, after.properties),
  }
}

export const isNothing = ({isSchemaChanged, isSpecChanged, isOrderChanged, properties}: Outcome): boolean =>
  !isSchemaChanged && !isSpecChanged && !isOrderChanged && Object.keys(properties).length === 0

function metBy({schema}: Draft, after: Draft, change: SchemaChange): readonly number[] {
  if (change.kind === 'identifier') return change.columns.map((path) => columnAt(schema, path).id)
  if (change.kind === 'partition-add') return after.partitionFields.slice(-1).map((field) => field['source-id'])
  if (change.kind === 'sort-order') return after.sortFields.map((field) => field['source-id'])
  if (!('path' in change)) return []
  if (change.kind !== 'add') return [columnAt(schema, change.path).id]
  return [change.path.length === 1 ? 0 : columnAt(schema, change.path.slice(0, -1)).id]
}

function changedProperties(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): Outcome['properties'] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => before[key] !== after[key])
  return Object.fromEntries(keys.map((key) => [key, after[key] ?? null]))
}
