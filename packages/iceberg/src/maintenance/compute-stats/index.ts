import {defineOperation} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {executeComputeStats} from './execute.js'
import {planComputeStats} from './plan.js'
import type {ComputeStatsOptions, ComputeStatsPlan, ComputeStatsResult} from './plan-types.js'

/**
 * Counts the distinct values of columns, as Spark's `compute_table_stats` and Trino's `ANALYZE` do: a theta sketch for each, in a
 * Puffin file that engines plan joins by. Live rows only; a snapshot that has them already is left alone.
 */
export const computeStats = defineOperation<ComputeStatsOptions, ComputeStatsPlan, ComputeStatsResult, IcebergTable>({
  name: 'compute-stats',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planComputeStats,
  execute: executeComputeStats,
})

export type {ColumnNdv, ComputeStatsOptions, ComputeStatsPlan, ComputeStatsResult, PlannedColumn} from './plan-types.js'
