import {defineOperation} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {executeComputePartitionStats} from './execute.js'
import {planComputePartitionStats} from './plan.js'
import type {ComputePartitionStatsOptions, ComputePartitionStatsPlan, ComputePartitionStatsResult} from './plan-types.js'

/**
 * Counts rows, files and deletes by partition into a partition statistics file, as Spark's `compute_partition_stats` does: on from
 * the statistics of the nearest ancestor that has some. Reads manifests only.
 */
export const computePartitionStats = defineOperation<
  ComputePartitionStatsOptions,
  ComputePartitionStatsPlan,
  ComputePartitionStatsResult,
  IcebergTable
>({
  name: 'compute-partition-stats',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planComputePartitionStats,
  execute: executeComputePartitionStats,
})

export type {ComputePartitionStatsOptions, ComputePartitionStatsPlan, ComputePartitionStatsResult} from './plan-types.js'
