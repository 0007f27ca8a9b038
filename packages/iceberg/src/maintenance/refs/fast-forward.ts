import {defineOperation, formatTableName, type OperationContext, refused} from '@phlo/core'
import {assertBranch, headOf} from '../../refs.js'
import type {IcebergTable} from '../../table.js'
import {executeRefChanges, planRefChange, type RefPlan, type RefResult} from './change-refs.js'
import {ancestorIds, findSnapshot} from './find-snapshot.js'
import {refState} from './ref-state.js'

export interface FastForwardOptions {
  readonly branch: string
  /** A branch, a tag, or the id of a snapshot. */
  readonly to: string
}

/** @throws PhloError `REF_NOT_FOUND`, `SNAPSHOT_NOT_FOUND` (exit 2); `NOT_AN_ANCESTOR`, `REF_IS_A_TAG` (exit 6) */
async function planFastForward(table: IcebergTable, options: FastForwardOptions, context: OperationContext): Promise<RefPlan> {
  const {branch, to} = options
  const name = formatTableName(table.name)
  const own = {...table, ref: branch}
  const head = headOf(own)
  assertBranch(own)
  const target = findSnapshot(table, to)
  const id = String(target['snapshot-id'])
  if (head && !ancestorIds(table, target).has(head['snapshot-id'])) {
    throw refused(
      'NOT_AN_ANCESTOR',
      `${branch} of ${name} has commits that ${to} does not have (its snapshot ${head['snapshot-id']} is not an ancestor of ${id}), so that it cannot be fast-forwarded.`,
      [`phlo snapshot diff ${name} ${branch} ${to}`, `phlo snapshot cherry-pick ${name} ${id}`],
    )
  }
  return planRefChange(
    'fast-forward',
    table,
    {
      ref: branch,
      after: {...refState(table, branch), type: 'branch', snapshotId: id},
      summary: `fast-forward ${branch} of ${name} to ${to === id ? '' : `${to}, `}snapshot ${id}`,
      options: {branch, to},
    },
    context,
  )
}

/** Moves a branch forward to a snapshot that has all its commits (Spark's `fast_forward`). A branch that does not exist is not made. */
export const fastForward = defineOperation<FastForwardOptions, RefPlan, RefResult, IcebergTable>({
  name: 'fast-forward',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planFastForward,
  execute: executeRefChanges,
})
