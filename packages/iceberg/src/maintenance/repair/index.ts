import {defineOperation} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {executeRepair} from './execute.js'
import {planRepair} from './plan.js'
import type {RepairOptions, RepairPlan, RepairResult} from './plan-types.js'

/**
 * Mends what `table check` finds in the head of a table: entries that contradict the footers of their files or lack what the
 * table's metrics modes ask for, wrong counts in the manifest list, wrong totals, a metadata log or statistics that lead nowhere.
 * Rows, sequence numbers, row ids and partitions stay. Missing files are told of, and dropped only when that is asked for.
 */
export const repair = defineOperation<RepairOptions, RepairPlan, RepairResult, IcebergTable>({
  name: 'repair',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planRepair,
  execute: executeRepair,
})

export type {MendedFile, MendedManifest, RepairedFile, RepairOptions, RepairPlan, RepairResult} from './plan-types.js'
