import type {AccessDecision} from '../access-control.js'
import {ExitCode, messageOf, PhloError} from '../errors.js'
import {refused, unavailable} from '../errors-of-tables.js'
import type {LakehouseTable} from '../lakehouse-table.js'
import type {OperationPlan, OperationResult, TableOperation} from '../operation.js'
import {formatTableName, parseTableName} from '../table-name.js'
import type {OperationHost} from './operation-host.js'
import {record} from './watched.js'

/**
 * Opens the table of an operation for a principal who may do it; nobody else learns anything about the table.
 *
 * @throws PhloError `ACCESS_DENIED` (exit 4), `ACCESS_UNDECIDED` (exit 3), `WRONG_FORMAT` (exit 6)
 */
export async function openAllowed<Options, Plan extends OperationPlan, Result extends OperationResult, Table extends LakehouseTable>(
  host: OperationHost,
  operation: TableOperation<Options, Plan, Result, Table>,
  tableName: string,
  ref = host.flags.ref,
): Promise<Table> {
  const resource = `${host.catalog}/${formatTableName(parseTableName(tableName))}`
  const {principal} = host.context
  const decision = await decide(host, operation.permission, resource)
  if (!decision.allowed) {
    await record(host, operation.permission, resource, 'denied', {reason: decision.reason})
    throw new PhloError(`${principal.name} may not ${operation.permission} on ${resource}: ${decision.reason}`, {
      code: 'ACCESS_DENIED',
      exit: ExitCode.denied,
      suggestions: [`phlo access check --principal ${principal.name} --action ${operation.permission} --resource ${resource}`],
    })
  }
  const table = await host.openTable(tableName, ref)
  if (table.format !== operation.format) {
    throw refused(
      'WRONG_FORMAT',
      `${operation.name} works on ${operation.format} tables; ${tableName} is a table of format ${table.format}.`,
    )
  }
  // The format names the interface that the table has.
  return table as Table
}

/** Whoever cannot be asked does not let anybody through. */
async function decide(host: OperationHost, action: string, resource: string): Promise<AccessDecision> {
  try {
    return await host.access.check({principal: host.context.principal, action, resource})
  } catch (cause) {
    throw unavailable('ACCESS_UNDECIDED', `The access control ${host.access.name} cannot decide: ${messageOf(cause)}`, {cause})
  }
}
