import {defineOperation} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {executeOptimize} from './execute.js'
import {explainOptimize} from './explain.js'
import type {OptimizeOptions} from './options.js'
import {planOptimize} from './plan.js'
import type {OptimizePlan, OptimizeResult} from './plan-types.js'
import {assertEngine} from './sort-engine.js'

/**
 * Merges small data files and splits oversized ones, partition by partition (bin-packing, as Spark's `rewrite_data_files` does).
 * Run twice, the second run has nothing to do.
 */
export const optimize = defineOperation<OptimizeOptions, OptimizePlan, OptimizeResult, IcebergTable>({
  name: 'optimize',
  format: 'iceberg',
  permission: 'table:maintain',
  async plan(table, options, context) {
    assertEngine(options.engine ?? null, context)
    return planOptimize(table, options, context)
  },
  execute: executeOptimize,
  explain: explainOptimize,
})

export type {OptimizeOptions} from './options.js'
export type {OptimizePlan, OptimizeResult, PlannedGroup, PlannedMerge} from './plan-types.js'
