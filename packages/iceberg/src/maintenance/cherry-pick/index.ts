import {defineOperation} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {executePick} from './execute.js'
import {planCherryPick, planPublish} from './plan.js'
import type {CherryPickOptions, PickPlan, PickResult, PublishOptions} from './plan-types.js'

/** Makes the changes of one snapshot on the head of the branch (Spark's `cherrypick_snapshot`). No data file is read or written. */
export const cherryPick = defineOperation<CherryPickOptions, PickPlan, PickResult, IcebergTable>({
  name: 'cherry-pick',
  format: 'iceberg',
  permission: 'table:write',
  plan: planCherryPick,
  execute: executePick,
})

/** Makes the changes of the one snapshot that was staged under a `wap.id` on the head of the branch (Spark's `publish_changes`). */
export const publish = defineOperation<PublishOptions, PickPlan, PickResult, IcebergTable>({
  name: 'publish',
  format: 'iceberg',
  permission: 'table:write',
  plan: planPublish,
  execute: executePick,
})

export type {CherryPickOptions, PickPlan, PickResult, PublishOptions} from './plan-types.js'
