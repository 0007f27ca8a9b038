import {defineOperation, formatTableName, type OperationContext} from '@phlo/core'
import {assertBranch} from '../../refs.js'
import type {IcebergTable} from '../../table.js'
import {executeRefChanges, planRefChange, type RefPlan, type RefResult} from './change-refs.js'
import {findSnapshot} from './find-snapshot.js'
import {refState} from './ref-state.js'

export interface SetCurrentOptions {
  /** The id of a snapshot, a branch, a tag, or a time in ISO 8601: what was current then. */
  readonly to: string
}

/** @throws PhloError `SNAPSHOT_NOT_FOUND`, `REF_NOT_FOUND`, `INVALID_TIMESTAMP` (exit 2); `REF_IS_A_TAG` (exit 6) */
async function planSetCurrent(table: IcebergTable, {to}: SetCurrentOptions, context: OperationContext): Promise<RefPlan> {
  assertBranch(table)
  const target = String(findSnapshot(table, to)['snapshot-id'])
  return planRefChange(
    'set-current',
    table,
    {
      ref: table.ref,
      after: {...refState(table, table.ref), type: 'branch', snapshotId: target},
      summary: `make snapshot ${target} the head of ${table.ref} of ${formatTableName(table.name)}`,
      options: {to},
    },
    context,
  )
}

/** Makes any snapshot of the table the head of the branch, an ancestor or not (Spark's `set_current_snapshot`). */
export const setCurrent = defineOperation<SetCurrentOptions, RefPlan, RefResult, IcebergTable>({
  name: 'set-current',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planSetCurrent,
  execute: executeRefChanges,
})
