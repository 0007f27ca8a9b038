import type {OperationPlan, OperationResult} from '@phlo/core'
import type {OperationView} from '@phlo/core/command'
import {addFilesView} from './add-files.js'
import {createRefView, refsView} from './change-refs.js'
import {computePartitionStatsView} from './compute-partition-stats.js'
import {computeStatsView} from './compute-stats.js'
import {evolveView} from './evolve.js'
import {expireView} from './expire-snapshots.js'
import {optimizeView} from './optimize.js'
import {pickView} from './pick.js'
import {repairView} from './repair.js'
import {rewriteDeletesView} from './rewrite-deletes.js'
import {rewriteManifestsView} from './rewrite-manifests.js'
import {rewritePathView} from './rewrite-path.js'
import {upgradeView} from './upgrade.js'
import {vacuumView} from './vacuum.js'

const VIEWS: Readonly<Record<string, unknown>> = {
  optimize: optimizeView,
  evolve: evolveView,
  upgrade: upgradeView,
  vacuum: vacuumView,
  'expire-snapshots': expireView,
  'compute-partition-stats': computePartitionStatsView,
  'compute-stats': computeStatsView,
  repair: repairView,
  'rewrite-deletes': rewriteDeletesView,
  'rewrite-manifests': rewriteManifestsView,
  'rewrite-path': rewritePathView,
  'add-files': addFilesView,
  append: {destructive: false},
  rollback: refsView,
  'set-current': refsView,
  'fast-forward': refsView,
  'create-ref': createRefView,
  'cherry-pick': pickView,
  publish: pickView,
  'replace-ref': refsView,
  'delete-ref': refsView,
}

/** How a plan of this operation is shown; one of a third party is shown by its summary. */
export function viewOf(operation: string): OperationView<OperationPlan, OperationResult> {
  return (VIEWS[operation] ?? {}) as OperationView<OperationPlan, OperationResult>
}
