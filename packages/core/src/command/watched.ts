import {messageOf} from '../errors.js'
import type {LakehouseTable} from '../lakehouse-table.js'
import type {OperationPlan, OperationResult, TableOperation} from '../operation.js'
import {aboutOf, type OperationHost} from './operation-host.js'

/** Does the work of an operation, and tells whoever observes and audits how it went. */
export async function watched<Options, Plan extends OperationPlan, Result extends OperationResult, Table extends LakehouseTable>(
  host: OperationHost,
  operation: TableOperation<Options, Plan, Result, Table>,
  table: Table,
  work: () => Promise<Result>,
): Promise<Result> {
  const {catalog, table: name} = aboutOf(host, operation, table)
  const started = host.context.clock.now()
  const span = host.context.tracer.startSpan(`phlo.${operation.name}`, {'phlo.catalog': catalog, 'phlo.table': name})
  const report = (outcome: 'done' | 'failed' | 'interrupted') => {
    const duration = host.context.clock.now() - started
    for (const provider of host.watchers.observability) provider.recordOperation({name: operation.name, table: name, outcome, duration})
  }
  try {
    const result = await work()
    span.end()
    report('done')
    await record(host, operation.permission, `${catalog}/${name}`, 'done', {operation: operation.name, snapshotId: result.snapshotId})
    return result
  } catch (error) {
    span.end(error)
    report(host.context.signal.aborted ? 'interrupted' : 'failed')
    await record(host, operation.permission, `${catalog}/${name}`, 'failed', {operation: operation.name, error: messageOf(error)})
    throw error
  }
}

/** The work may be done already, so an audit log that fails costs a warning and does not hide the result. */
export async function record(
  host: OperationHost,
  action: string,
  resource: string,
  outcome: 'done' | 'denied' | 'failed',
  details: Readonly<Record<string, string | null>>,
): Promise<void> {
  const at = new Date(host.context.clock.now()).toISOString()
  for (const log of host.watchers.audit) {
    await log
      .record({at, principal: host.context.principal.name, action, resource, outcome, details})
      .catch((error: unknown) => host.warn(`The audit log ${log.name} did not take the record: ${messageOf(error)}`))
  }
}
