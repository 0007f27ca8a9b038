import {formatDuration} from '@phlo/core'
import {formatTable, type OperationView} from '@phlo/core/command'
import type {RefChange, RefPlan, RefResult, RefState} from '@phlo/iceberg'

const retention = (state: RefState | null) => {
  const {maxRefAge, maxSnapshotAge, minSnapshotsToKeep} = state ?? {}
  return [
    ...(maxRefAge === undefined ? [] : [`max ref age ${formatDuration(maxRefAge)}`]),
    ...(maxSnapshotAge === undefined ? [] : [`max snapshot age ${formatDuration(maxSnapshotAge)}`]),
    ...(minSnapshotsToKeep === undefined ? [] : [`min snapshots ${minSnapshotsToKeep}`]),
  ].join(', ')
}

const changes = (list: readonly RefChange[]) =>
  formatTable(list, [
    {header: 'ref', value: ({ref}) => ref},
    {header: 'type', value: ({before, after}) => (after ?? before)?.type},
    {header: 'from', value: ({before}) => before?.snapshotId},
    {header: 'to', value: ({after}) => after?.snapshotId},
    {header: 'retention', value: ({before, after}) => retention(after ?? before)},
  ])

/** What becomes of which branch or tag. */
export const refsView: OperationView<RefPlan, RefResult> = {plan: (plan) => changes(plan.changes)}

/** Making a branch or tag takes nothing away. */
export const createRefView: OperationView<RefPlan, RefResult> = {...refsView, destructive: false}
