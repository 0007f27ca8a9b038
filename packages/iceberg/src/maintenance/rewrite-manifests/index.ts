import {defineOperation} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {executeRewriteManifests} from './execute.js'
import {planRewriteManifests} from './plan.js'
import type {RewriteManifestsOptions, RewriteManifestsPlan, RewriteManifestsResult} from './plan-types.js'

/**
 * Writes manifests anew so that there are few and each is about few partitions, as Spark's `rewrite_manifests` does: planning
 * reads less of them. No data file is read or written. Memory grows with the number of partitions, not of files.
 */
export const rewriteManifests = defineOperation<RewriteManifestsOptions, RewriteManifestsPlan, RewriteManifestsResult, IcebergTable>({
  name: 'rewrite-manifests',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planRewriteManifests,
  execute: executeRewriteManifests,
})

export type {PlannedManifests, RewriteManifestsOptions, RewriteManifestsPlan, RewriteManifestsResult} from './plan-types.js'
