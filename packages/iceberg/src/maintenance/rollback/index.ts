import {
  defineOperation,
  ExitCode,
  formatTableName,
  type OperationContext,
  type OperationPlan,
  type OperationResult,
  PhloError,
  refused,
} from '@phlo/core'
import {commitTable, type Proposal} from '../../commit/commit-table.js'
import {ancestorsOf, assertBranch, headOf, snapshotById} from '../../refs.js'
import type {IcebergTable} from '../../table.js'
import {planHeader, planOutdated} from '../plan-header.js'

export interface RollbackOptions {
  /** A decimal id. */
  readonly snapshotId: string
}

export interface RollbackPlan extends OperationPlan {
  readonly operation: 'rollback'
  readonly snapshotId: string
}

/**
 * @throws PhloError `SNAPSHOT_NOT_FOUND`; `NOT_AN_ANCESTOR` (exit 6)
 */
async function planRollback(table: IcebergTable, {snapshotId}: RollbackOptions, context: OperationContext): Promise<RollbackPlan> {
  assertBranch(table)
  const name = formatTableName(table.name)
  if (!/^\d+$/.test(snapshotId) || !snapshotById(table.metadata, BigInt(snapshotId))) {
    throw new PhloError(`${name} has no snapshot ${snapshotId}.`, {
      code: 'SNAPSHOT_NOT_FOUND',
      exit: ExitCode.usage,
      suggestions: [`phlo snapshot list ${name}`],
    })
  }
  const head = headOf(table)
  const ancestors = new Set([...ancestorsOf(table.metadata, head)].map((snapshot) => snapshot['snapshot-id']))
  if (!ancestors.has(BigInt(snapshotId))) {
    throw refused(
      'NOT_AN_ANCESTOR',
      `Snapshot ${snapshotId} is not an ancestor of ${table.ref} of ${name}, so that ${table.ref} cannot be rolled back to it.`,
    )
  }
  const noop = head?.['snapshot-id'] === BigInt(snapshotId)
  return {
    ...planHeader('rollback', table, {snapshotId}, context),
    operation: 'rollback',
    noop,
    summary: noop
      ? `nothing to do: ${table.ref} is at snapshot ${snapshotId}`
      : `move ${table.ref} of ${name} back to snapshot ${snapshotId}`,
    snapshotId,
  }
}

/** Nothing is lost: the snapshots after it stay until they expire. */
async function executeRollback(table: IcebergTable, plan: RollbackPlan, context: OperationContext): Promise<OperationResult> {
  if (plan.noop) return {summary: plan.summary, snapshotId: plan.snapshotId}
  await commitTable(table, async (base) => proposeRollback(base, plan), context)
  return {
    summary: `${plan.table.ref} of ${plan.table.name} is at snapshot ${plan.snapshotId} again; snapshot ${plan.base.snapshotId} stays until it expires`,
    snapshotId: plan.snapshotId,
  }
}

function proposeRollback(base: IcebergTable, plan: RollbackPlan): Proposal<null> {
  const {metadata, ref} = base
  const head = headOf(base)?.['snapshot-id']
  if (head === undefined || String(head) !== plan.base.snapshotId) throw planOutdated(plan, `${ref} is at snapshot ${head} now.`)
  const target = BigInt(plan.snapshotId)
  if (!snapshotById(metadata, target)) throw planOutdated(plan, `snapshot ${target} has expired.`)
  return {
    requirements: [
      {type: 'assert-table-uuid', uuid: metadata['table-uuid']},
      {type: 'assert-ref-snapshot-id', ref, 'snapshot-id': head},
    ],
    updates: [{action: 'set-snapshot-ref', 'ref-name': ref, ...metadata.refs[ref], type: 'branch', 'snapshot-id': target}],
    staged: [],
    landed: (fresh) => fresh.refs[ref]?.['snapshot-id'] === target,
    result: null,
  }
}

/** Makes an ancestor of the branch its head again. */
export const rollback = defineOperation<RollbackOptions, RollbackPlan, OperationResult, IcebergTable>({
  name: 'rollback',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planRollback,
  execute: executeRollback,
})
