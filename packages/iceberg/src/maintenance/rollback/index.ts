import {defineOperation, formatTableName, formatTimestamp, type OperationContext, refused} from '@phlo/core'
import {assertBranch, headOf} from '../../refs.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {executeRefChanges, planRefChange, type RefPlan, type RefResult} from '../refs/change-refs.js'
import {ancestorIds, currentAt, readSnapshotName, snapshotNotFound} from '../refs/find-snapshot.js'
import {refState} from '../refs/ref-state.js'

export interface RollbackOptions {
  /**
   * The id of a snapshot, a branch, a tag, or a time in ISO 8601: the latest ancestor that was current before it, as with Spark's
   * `rollback_to_timestamp`.
   */
  readonly to: string
}

/** @throws PhloError `SNAPSHOT_NOT_FOUND`, `REF_NOT_FOUND`, `INVALID_TIMESTAMP` (exit 2); `NOT_AN_ANCESTOR`, `REF_IS_A_TAG` (exit 6) */
async function planRollback(table: IcebergTable, {to}: RollbackOptions, context: OperationContext): Promise<RefPlan> {
  assertBranch(table)
  const name = formatTableName(table.name)
  const target = String(ancestorOf(table, to)['snapshot-id'])
  const before = refState(table, table.ref)
  return planRefChange(
    'rollback',
    table,
    {
      ref: table.ref,
      after: {...before, type: 'branch', snapshotId: target},
      summary: `move ${table.ref} of ${name} back to snapshot ${target}`,
      options: {to},
    },
    context,
  )
}

function ancestorOf(table: IcebergTable, to: string): Snapshot {
  const name = formatTableName(table.name)
  const named = readSnapshotName(table, to)
  const ancestors = ancestorIds(table, headOf(table))
  if ('time' in named) {
    const found = currentAt(table, named.time - 1, ancestors)
    if (found) return found
    throw snapshotNotFound(table, `No ancestor of ${table.ref} of ${name} was current before ${formatTimestamp(named.time)}.`)
  }
  const id = named.snapshot['snapshot-id']
  if (ancestors.has(id)) return named.snapshot
  throw refused(
    'NOT_AN_ANCESTOR',
    `Snapshot ${id} is not an ancestor of ${table.ref} of ${name}, so that ${table.ref} cannot be rolled back to it.`,
    [`phlo snapshot list ${name} --ancestors`, `phlo snapshot set-current ${name} --to ${id}`],
  )
}

/** Makes an ancestor of the branch its head again. Nothing is lost: the snapshots after it stay until they expire. */
export const rollback = defineOperation<RollbackOptions, RefPlan, RefResult, IcebergTable>({
  name: 'rollback',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planRollback,
  execute: executeRefChanges,
})
