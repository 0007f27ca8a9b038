import {formatTableName, type Json, type OperationContext, type OperationPlan, type OperationResult} from '@phlo/core'
import type {TableUpdate} from '../../catalog/updates.js'
import {commitTable, type Proposal} from '../../commit/commit-table.js'
import {snapshotById} from '../../refs.js'
import type {IcebergTable} from '../../table.js'
import {planHeader, planOutdated} from '../plan-header.js'
import {metadataRef, type RefChange, type RefState, refState, sameRef} from './ref-state.js'
import {undoRefChange} from './undo-ref-change.js'

/** The plan of every operation that only moves, makes or deletes branches and tags. */
export interface RefPlan extends OperationPlan {
  readonly changes: readonly RefChange[]
}

export interface RefResult extends OperationResult {
  readonly changes: readonly RefChange[]
}

/** A plan that makes one ref `after`; there is nothing to do when it is that already. */
export function planRefChange(
  operation: string,
  table: IcebergTable,
  {
    ref,
    after,
    summary,
    options,
  }: {ref: string; after: RefState | null; summary: string; options: {readonly [key: string]: Json | undefined}},
  context: Pick<OperationContext, 'clock'>,
): RefPlan {
  const before = refState(table, ref)
  const noop = sameRef(before, after)
  return {
    ...planHeader(operation, table, options, context),
    noop,
    summary: noop
      ? `nothing to do: ${ref} of ${formatTableName(table.name)} ${after ? `is at snapshot ${after.snapshotId}` : 'is not there'}`
      : summary,
    changes: noop ? [] : [{ref, before, after}],
  }
}

/**
 * Commits exactly the changes of a plan, all or none. No file is written, and no snapshot is removed: one that no ref reaches any more
 * stays until it expires. What others commit to other refs meanwhile is no obstacle.
 *
 * @throws PhloError `PLAN_OUTDATED` (exit 5) when a ref is no longer what it was, or the snapshot that it should point at has expired
 */
export async function executeRefChanges(table: IcebergTable, plan: RefPlan, context: OperationContext): Promise<RefResult> {
  const {changes} = plan
  if (plan.noop) return {summary: plan.summary, snapshotId: null, changes}
  // The catalog compares snapshot ids only. Looking again, after whatever time somebody took to say yes, is for the retention.
  await commitTable(await table.refresh(), async (base) => propose(base, plan), context)
  const [undo] = changes.flatMap((change) => undoRefChange(plan.table.name, change) ?? [])
  return {
    summary: changes.map((change) => told(change, plan.table.name)).join('; '),
    snapshotId: null,
    ...(undo !== undefined && changes.length === 1 && {undo}),
    changes,
  }
}

function propose({metadata}: IcebergTable, plan: RefPlan): Proposal<null> {
  for (const {ref, before, after} of plan.changes) {
    const now = refState({metadata}, ref)
    const look = `phlo snapshot list ${plan.table.name}`
    if (!sameRef(now, before)) throw planOutdated(plan, `${ref} is ${stateText(now, before)} now.`, look)
    if (after && !snapshotById(metadata, BigInt(after.snapshotId)))
      throw planOutdated(plan, `snapshot ${after.snapshotId} has expired.`, look)
  }
  return {
    requirements: [
      {type: 'assert-table-uuid', uuid: metadata['table-uuid']},
      ...plan.changes.map(({ref, before}) => ({
        type: 'assert-ref-snapshot-id' as const,
        ref,
        'snapshot-id': before ? BigInt(before.snapshotId) : null,
      })),
    ],
    updates: plan.changes.map(
      ({ref, after}): TableUpdate =>
        after
          ? {action: 'set-snapshot-ref', 'ref-name': ref, ...metadataRef(after, metadata.refs[ref])}
          : {action: 'remove-snapshot-ref', 'ref-name': ref},
    ),
    staged: [],
    landed: (fresh) => plan.changes.every(({ref, after}) => sameRef(refState({metadata: fresh}, ref), after)),
    result: null,
  }
}

function stateText(now: RefState | null, before: RefState | null): string {
  if (now === null) return 'gone'
  const isOnlyRetention = before?.type === now.type && before.snapshotId === now.snapshotId
  return `a ${now.type} at snapshot ${now.snapshotId}${isOnlyRetention ? ' with another retention' : ''}`
}

function told({ref, before, after}: RefChange, table: string): string {
  if (after === null) return `deleted ${before?.type} ${ref} of ${table}, which was at snapshot ${before?.snapshotId}`
  if (before === null) return `created ${after.type} ${ref} of ${table} at snapshot ${after.snapshotId}`
  if (before.snapshotId === after.snapshotId) return `changed the retention of ${after.type} ${ref} of ${table}`
  return `moved ${after.type} ${ref} of ${table} from snapshot ${before.snapshotId} to ${after.snapshotId}`
}
