import {isFileGone} from '../errors.js'
import type {LakehouseTable} from '../lakehouse-table.js'
import type {OperationContext, OperationPlan, OperationResult, TableOperation} from '../operation.js'

/** How often a plan is begun. */
const ATTEMPTS = 4

/**
 * Plans an operation. When a file is gone that the table referred to, somebody may have expired it since the table was loaded; planning
 * only reads, so it begins again on the table as it is now, unless that is the same. Returns the table that was planned on, too.
 *
 * @throws PhloError `FILE_NOT_FOUND` or `MANIFEST_LOST` when a file is missing each time, and whatever else planning throws
 */
export async function planFresh<Options, Plan extends OperationPlan, Result extends OperationResult, Table extends LakehouseTable>(
  operation: TableOperation<Options, Plan, Result, Table>,
  table: Table,
  options: Options,
  context: OperationContext,
  attempts = ATTEMPTS,
): Promise<{readonly table: Table; readonly plan: Plan}> {
  try {
    return {table, plan: await operation.plan(table, options, context)}
  } catch (error) {
    if (attempts === 1 || context.signal.aborted || !isFileGone(error)) throw error
    const fresh = (await table.refresh()) as Table
    if (fresh.metadataLocation !== undefined && fresh.metadataLocation === table.metadataLocation) throw error
    context.log.debug(`planning begins again: ${error.message}`)
    return planFresh(operation, fresh, options, context, attempts - 1)
  }
}
