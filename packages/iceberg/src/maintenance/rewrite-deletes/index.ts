import {defineOperation} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {planRewriteDeletes} from './plan.js'
import type {RewriteDeletesOptions, RewriteDeletesPlan, RewriteDeletesResult} from './plan-types.js'

/**
 * Replaces delete files by fewer or faster ones that delete the same rows, as Spark's `rewrite_position_delete_files` and Flink's
 * conversion of equality deletes do. No data file is written, so that rows keep their ids.
 */
export const rewriteDeletes = defineOperation<RewriteDeletesOptions, RewriteDeletesPlan, RewriteDeletesResult, IcebergTable>({
  name: 'rewrite-deletes',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planRewriteDeletes,
  execute: async (...given) => (await import('./execute.js')).executeRewriteDeletes(...given),
})

export type {PlannedDeletes, RewriteDeletesOptions, RewriteDeletesPlan, RewriteDeletesResult} from './plan-types.js'
