import type {OperationPlan, OperationResult} from '@phlo/core'
import type {OperationView} from '@phlo/core/command'
import {expireView} from './expire-snapshots.js'
import {optimizeView} from './optimize.js'
import {rewriteDeletesView} from './rewrite-deletes.js'
import {rewriteManifestsView} from './rewrite-manifests.js'
import {vacuumView} from './vacuum.js'

const VIEWS: Readonly<Record<string, unknown>> = {
  optimize: optimizeView,
  vacuum: vacuumView,
  'expire-snapshots': expireView,
  'rewrite-deletes': rewriteDeletesView,
  'rewrite-manifests': rewriteManifestsView,
  append: {destructive: false},
}

/** How a plan of this operation is shown; one of a third party is shown by its summary. */
export function viewOf(operation: string): OperationView<OperationPlan, OperationResult> {
  return (VIEWS[operation] ?? {}) as OperationView<OperationPlan, OperationResult>
}
