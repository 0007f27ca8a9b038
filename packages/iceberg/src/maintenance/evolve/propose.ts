import {isDeepStrictEqual} from 'node:util'
import {isPhloError, type SchemaChange} from '@phlo/core'
import type {TableRequirement, TableUpdate} from '../../catalog/updates.js'
import type {Proposal} from '../../commit/commit-table.js'
import {diffSchemas} from '../../evolve/diff-schemas.js'
import {type Draft, draftOf} from '../../evolve/draft.js'
import {currentSchema} from '../../spec/current.js'
import type {TableMetadata} from '../../spec/table-metadata.js'
import type {Schema} from '../../spec/types.js'
import type {IcebergTable} from '../../table.js'
import {planOutdated} from '../plan-header.js'
import {type Outcome, outcomeOf} from './outcome.js'
import type {EvolvePlan} from './plan-types.js'

/**
 * The commit of a plan on the table as it is by now. Where others have changed the schema meanwhile, the changes are made on theirs, as long
 * as nobody met the same columns.
 *
 * @throws PhloError `PLAN_OUTDATED` (exit 5) when they do not go together
 */
export function proposeEvolution(base: IcebergTable, plan: EvolvePlan): Proposal<null> {
  const outcome = fittingOutcome(base.metadata, plan)
  return {
    requirements: requirementsOf(base.metadata, plan, outcome),
    updates: updatesOf(base.metadata, {...outcome, properties: {...plan.restate, ...outcome.properties}}),
    staged: [],
    landed: (fresh) => hasLanded(fresh, outcome),
    result: null,
  }
}

export const baseOf = (metadata: TableMetadata): EvolvePlan['from'] => ({
  schemaId: metadata['current-schema-id'],
  specId: metadata['default-spec-id'],
  sortOrderId: metadata['default-sort-order-id'],
  lastColumnId: metadata['last-column-id'],
})

function fittingOutcome(metadata: TableMetadata, plan: EvolvePlan): Outcome {
  const now = baseOf(metadata)
  if (isDeepStrictEqual(now, plan.from)) return possibleOutcome(metadata, plan)
  if (plan.exact) throw planOutdated(plan, 'its schema, partition spec or sort order was changed.', REMEDY)
  if (now.specId !== plan.from.specId && plan.partitionSpec !== undefined) {
    throw planOutdated(plan, 'its partition spec was changed by somebody else.', REMEDY)
  }
  if (now.sortOrderId !== plan.from.sortOrderId && plan.sortOrder !== undefined) {
    throw planOutdated(plan, 'its sort order was changed by somebody else.', REMEDY)
  }
  const earlier = metadata.schemas.find((schema) => (schema['schema-id'] ?? 0) === plan.from.schemaId)
  if (!earlier) throw planOutdated(plan, `the schema ${plan.from.schemaId} that it was made for is gone.`, REMEDY)
  const others = diffSchemas(earlier, currentSchema(metadata)).filter(({change}) => change !== 'moved')
  const contested = others.find(
    ({id, change}) =>
      plan.meets.includes(id) || (change === 'identifier' && plan.verdicts.some((verdict) => verdict.change.kind === 'identifier')),
  )
  if (contested) {
    throw planOutdated(plan, `column ${contested.column} was changed by somebody else (${contested.change}).`, REMEDY)
  }
  const outcome = possibleOutcome(metadata, plan)
  if (!isDeepStrictEqual(outcome.meets, plan.meets)) throw planOutdated(plan, 'columns go by other names now.', REMEDY)
  return outcome
}

/** What was possible when the plan was made may not be any more. */
function possibleOutcome(metadata: TableMetadata, plan: EvolvePlan): Outcome {
  try {
    return outcomeOf(
      metadata,
      plan.verdicts.map(({change}) => change),
    )
  } catch (error) {
    if (isPhloError(error)) throw planOutdated(plan, error.message, REMEDY)
    throw error
  }
}

const REMEDY = 'make the plan anew'

function requirementsOf(metadata: TableMetadata, plan: EvolvePlan, outcome: Outcome): readonly TableRequirement[] {
  return [
    {type: 'assert-table-uuid', uuid: metadata['table-uuid']},
    {type: 'assert-current-schema-id', 'current-schema-id': metadata['current-schema-id']},
    {type: 'assert-last-assigned-field-id', 'last-assigned-field-id': metadata['last-column-id']},
    // A column that goes may be partitioned or sorted by by then.
    {type: 'assert-default-spec-id', 'default-spec-id': metadata['default-spec-id']},
    {type: 'assert-default-sort-order-id', 'default-sort-order-id': metadata['default-sort-order-id']},
    ...(outcome.isSpecChanged
      ? [{type: 'assert-last-assigned-partition-id' as const, 'last-assigned-partition-id': metadata['last-partition-id']}]
      : []),
    ...(plan.verdicts.some(({change}) => isRequiring(change)) ? sameRows(metadata) : []),
  ]
}

/** The change is possible as long as there are no rows, or none with nulls. */
export const isRequiring = (change: SchemaChange): boolean =>
  (change.kind === 'nullability' || (change.kind === 'add' && change.default === undefined)) && change.required

/** Rows that came since the nulls were counted could have some. */
function sameRows({refs}: TableMetadata): readonly TableRequirement[] {
  const branches = Object.entries(refs).filter(([, {type}]) => type === 'branch')
  const heads: readonly (readonly [string, bigint | null])[] = branches.map(([ref, state]) => [ref, state['snapshot-id']])
  const all = refs['main'] ? heads : [...heads, ['main', null] as const]
  return all.map(([ref, id]) => ({type: 'assert-ref-snapshot-id', ref, 'snapshot-id': id}))
}

/** -1 stands for what this commit added last. */
const LAST = -1

/** A schema, spec or order that the table has had already is set by its id: Java's library adds nothing that is there. */
function updatesOf(
  metadata: TableMetadata,
  {after, isSchemaChanged, isSpecChanged, isOrderChanged, properties}: Outcome,
): readonly TableUpdate[] {
  const set = Object.entries(properties).filter((entry): entry is [string, string] => entry[1] !== null)
  const removed = Object.keys(properties).filter((key) => properties[key] === null)
  return [
    ...(isSchemaChanged ? schemaUpdates(metadata, after) : []),
    ...(isSpecChanged ? specUpdates(metadata, after) : []),
    ...(isOrderChanged ? orderUpdates(metadata, after) : []),
    ...(set.length > 0 ? [{action: 'set-properties' as const, updates: Object.fromEntries(set)}] : []),
    ...(removed.length > 0 ? [{action: 'remove-properties' as const, removals: removed}] : []),
  ]
}

function schemaUpdates({schemas}: TableMetadata, {schema, lastColumnId}: Draft): readonly TableUpdate[] {
  const known = schemas.find((other) => isDeepStrictEqual(withoutId(other), withoutId(schema)))?.['schema-id']
  return known === undefined
    ? [
        {
          action: 'add-schema',
          schema: {...schema, 'schema-id': nextId(schemas.map((other) => other['schema-id'] ?? 0))},
          'last-column-id': lastColumnId,
        },
        {action: 'set-current-schema', 'schema-id': LAST},
      ]
    : [{action: 'set-current-schema', 'schema-id': known}]
}

function specUpdates({'partition-specs': specs}: TableMetadata, {partitionFields: fields}: Draft): readonly TableUpdate[] {
  const known = specs.find((other) => isDeepStrictEqual(other.fields, fields))?.['spec-id']
  return known === undefined
    ? [
        {action: 'add-spec', spec: {'spec-id': nextId(specs.map((other) => other['spec-id'])), fields}},
        {action: 'set-default-spec', 'spec-id': LAST},
      ]
    : [{action: 'set-default-spec', 'spec-id': known}]
}

function orderUpdates({'sort-orders': orders}: TableMetadata, {sortFields: fields}: Draft): readonly TableUpdate[] {
  const known = orders.find((other) => isDeepStrictEqual(other.fields, fields))?.['order-id']
  return known === undefined
    ? [
        {
          action: 'add-sort-order',
          'sort-order': {'order-id': fields.length === 0 ? 0 : nextId([0, ...orders.map((other) => other['order-id'])]), fields},
        },
        {action: 'set-default-sort-order', 'sort-order-id': LAST},
      ]
    : [{action: 'set-default-sort-order', 'sort-order-id': known}]
}

/** The ids that catalogs give anyhow; some servers take one that is there for what is there. */
const nextId = (ids: readonly number[]) => Math.max(-1, ...ids) + 1

const withoutId = ({'schema-id': _, ...schema}: Schema) => schema

function hasLanded(fresh: TableMetadata, {after, properties}: Outcome): boolean {
  const now = draftOf(fresh)
  return (
    isDeepStrictEqual(withoutId(now.schema), withoutId(after.schema)) &&
    isDeepStrictEqual(now.partitionFields, after.partitionFields) &&
    isDeepStrictEqual(now.sortFields, after.sortFields) &&
    Object.entries(properties).every(([key, value]) => (fresh.properties[key] ?? null) === value)
  )
}
