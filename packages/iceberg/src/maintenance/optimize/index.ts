import {defineOperation} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {assertEngine} from './assert-engine.js'
import type {OptimizeOptions} from './options.js'
import {planOptimize} from './plan.js'
import type {OptimizePlan, OptimizeResult} from './plan-types.js'

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
  execute: async (...given) => (await import('./execute.js')).executeOptimize(...given),
  async *explain(...given) {
    yield* (await import('./explain.js')).explainOptimize(...given)
  },
})

export type {OptimizeOptions} from './options.js'
export type {OptimizePlan, OptimizeResult, PlannedGroup, PlannedMerge} from './plan-types.js'
