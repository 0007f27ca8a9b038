import {defineOperation, formatTableName, type OperationContext, refused, type SchemaVerdict, usage} from '@phlo/core'
import {commitTable} from '../../commit/commit-table.js'
import {diffSchemas} from '../../evolve/diff-schemas.js'
import {judgeChanges} from '../../evolve/judge-changes.js'
import {stringifyJson} from '../../spec/json.js'
import type {TableMetadata} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {assertWritable, planHeader, planOutdated} from '../plan-header.js'
import {isNothing, outcomeOf} from './outcome.js'
import type {EvolveOptions, EvolvePlan, EvolveResult} from './plan-types.js'
import {baseOf, isRequiring, proposeEvolution} from './propose.js'

export type {EvolveBase, EvolveOptions, EvolvePlan, EvolveResult} from './plan-types.js'

/**
 * Reads metadata, and manifests when a column is to be required.
 *
 * @throws PhloError `IMPOSSIBLE_CHANGE` (exit 2) with the reason for each change that cannot be made; `BREAKING_CHANGE` (exit 6) for
 * those that nobody allowed
 */
async function planEvolution(table: IcebergTable, options: EvolveOptions, context: OperationContext): Promise<EvolvePlan> {
  const {changes, allowBreaking = false, exact = false, restate = {}} = options
  const name = formatTableName(table.name)
  assertWritable(table)
  const verdicts = await judgeChanges(table, changes, context)
  assertPossible(name, verdicts)
  const outcome = outcomeOf(table.metadata, changes)
  if (!allowBreaking) assertSafe(name, verdicts)
  const noop = isNothing(outcome)
  const {before, after} = outcome
  return {
    ...planHeader('evolve', table, {allowBreaking, exact}, context),
    operation: 'evolve',
    noop,
    summary: noop
      ? `nothing to do: ${name} is so already`
      : `change ${name}: ${changes.length === 1 ? '1 change' : `${changes.length} changes`} in one commit`,
    verdicts,
    from: baseOf(table.metadata),
    meets: outcome.meets,
    differences: diffSchemas(before.schema, after.schema),
    ...(outcome.isSchemaChanged && {schema: stringifyJson(after.schema)}),
    ...(outcome.isSpecChanged && {partitionSpec: stringifyJson(after.partitionFields)}),
    ...(outcome.isOrderChanged && {sortOrder: stringifyJson(after.sortFields)}),
    properties: outcome.properties,
    exact,
    restate,
  }
}

function assertPossible(name: string, verdicts: readonly SchemaVerdict[]): void {
  const reasons = verdicts.filter(({verdict}) => verdict === 'impossible').flatMap((item) => item.reasons)
  if (reasons.length > 0) throw usage('IMPOSSIBLE_CHANGE', `${name} cannot be changed so: ${reasons.join(' ')}`)
}

function assertSafe(name: string, verdicts: readonly SchemaVerdict[]): void {
  const reasons = verdicts.filter(({verdict}) => verdict === 'breaking').flatMap((item) => item.reasons)
  if (reasons.length > 0)
    throw refused('BREAKING_CHANGE', `Changing ${name} so breaks something: ${reasons.join(' ')}`, ['--allow-breaking'])
}

async function executeEvolution(table: IcebergTable, plan: EvolvePlan, context: OperationContext): Promise<EvolveResult> {
  if (plan.noop) return {summary: plan.summary, snapshotId: null, ...idsOf(table)}
  let hasLanded = (_: TableMetadata) => false
  const propose = async (base: IcebergTable) => {
    // Nulls that came meanwhile make impossible what was possible when the plan was made.
    if (plan.verdicts.some(({change}) => isRequiring(change))) await assertStillPossible(base, plan, context)
    const proposal = proposeEvolution(base, plan)
    hasLanded = proposal.landed
    return proposal
  }
  const {table: changed} = await commitTable(table, propose, context)
  if (!hasLanded(changed.metadata)) {
    throw refused(
      'NOT_SUPPORTED_BY_CATALOG',
      `The catalog ${table.catalog} took the change of ${plan.table.name}, and did not make it, or not all of it.`,
      [`phlo schema show ${plan.table.name}`, `phlo table show ${plan.table.name}`],
    )
  }
  const ids = idsOf(changed)
  return {summary: `${plan.table.name} is changed: it has schema ${ids.schemaId} now`, snapshotId: null, ...ids}
}

async function assertStillPossible(base: IcebergTable, plan: EvolvePlan, context: OperationContext): Promise<void> {
  const verdicts = await judgeChanges(
    base,
    plan.verdicts.map(({change}) => change),
    context,
  )
  const worse = verdicts.find(({verdict}) => verdict === 'impossible')
  if (worse) throw planOutdated(plan, worse.reasons.join(' '), 'make the plan anew')
}

function idsOf({metadata}: IcebergTable): Pick<EvolveResult, 'schemaId' | 'specId' | 'sortOrderId'> {
  const {schemaId, specId, sortOrderId} = baseOf(metadata)
  return {schemaId, specId, sortOrderId}
}

/**
 * Changes columns, partition spec, sort order and properties of a table, all in one commit of metadata; no file is rewritten (spec, "Schema
 * Evolution", "Partition Evolution"). Changes that others make meanwhile are kept, and a conflict where they met the same columns.
 */
export const evolve = defineOperation<EvolveOptions, EvolvePlan, EvolveResult, IcebergTable>({
  name: 'evolve',
  format: 'iceberg',
  permission: 'table:alter',
  plan: planEvolution,
  execute: executeEvolution,
})
