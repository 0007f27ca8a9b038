import type {AccessControlProvider} from '../access-control.js'
import {refused} from '../errors-of-tables.js'
import type {OperationTracer} from '../observability.js'

/** What is in force when no plugin contributes access control: everybody may do everything, and there is nothing to grant. */
export const allowAll: AccessControlProvider = {
  $type: '@phlo/access-control',
  contract: 1,
  name: 'allow-all',
  check: async () => ({allowed: true, reason: 'No access control is installed; everything is allowed.'}),
  grant: async () => {
    throw noAccessControl()
  },
  revoke: async () => {
    throw noAccessControl()
  },
  async *list() {},
}

function noAccessControl() {
  return refused('NO_ACCESS_CONTROL', 'No access control is installed, so there are no policies to change.', [
    'phlo plugins install @phlo/security',
  ])
}

/** What is in force when no plugin contributes tracing. */
export const noTracing: OperationTracer = {
  name: 'none',
  startSpan: () => ({setAttribute: () => {}, end: () => {}}),
}
