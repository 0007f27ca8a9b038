import {defineOperation} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {planRewritePath} from './plan.js'
import type {RewritePathOptions, RewritePathPlan, RewritePathResult} from './plan-types.js'

/**
 * Makes a whole table ready to be moved to another folder or bucket, as Spark's `rewrite_table_path` does: files with absolute paths
 * in them (metadata, manifest lists, manifests, position deletes, deletion vectors) are written anew into a staging folder, with
 * lengths that are right, and a list says what has to be copied where. It can copy, too. The table itself stays as it is.
 */
export const rewritePath = defineOperation<RewritePathOptions, RewritePathPlan, RewritePathResult, IcebergTable>({
  name: 'rewrite-path',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planRewritePath,
  execute: async (...given) => (await import('./execute.js')).executeRewritePath(...given),
})

export type {FileToCopy, FileToRewrite, RewritePathOptions, RewritePathPlan, RewritePathResult} from './plan-types.js'
