import {
  defineOperation,
  ExitCode,
  formatBytes,
  formatCount,
  formatTableName,
  type OperationContext,
  type OperationPlan,
  type OperationResult,
  PhloError,
  type PlannedFile,
} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {assertWritable, planHeader, planOutdated} from '../plan-header.js'
import {removeFiles} from '../removal.js'
import {filesToPurge} from './files-to-purge.js'

export interface DropOptions {
  /** Also delete every file that the table refers to. Default: only the catalog forgets it. */
  readonly purge?: boolean
}

export interface DropPlan extends OperationPlan {
  readonly operation: 'drop'
  readonly files: readonly PlannedFile[]
  /** Bytes of those files whose size is known from metadata. */
  readonly bytes: number
}

export interface DropResult extends OperationResult {
  readonly deletedFiles: number
}

async function planDrop(table: IcebergTable, {purge = false}: DropOptions, context: OperationContext): Promise<DropPlan> {
  const files = purge ? await filesToPurge(table, context) : []
  const bytes = files.reduce((sum, {size}) => sum + size, 0)
  const name = formatTableName(table.name)
  return {
    ...planHeader('drop', table, {purge}, context),
    operation: 'drop',
    noop: false,
    summary: purge
      ? `drop ${name} and delete its ${formatCount(files.length)} files (${formatBytes(bytes)}); this cannot be undone`
      : `drop ${name} from catalog ${table.catalog}; its files stay`,
    files,
    bytes,
  }
}

/** Forgets the table first and deletes its files after that: a failure leaves files behind, never a table without files. */
async function executeDrop(table: IcebergTable, plan: DropPlan, context: OperationContext): Promise<DropResult> {
  assertWritable(table)
  const fresh = await table.refresh()
  if (fresh.metadataLocation !== plan.base.metadataLocation) throw planOutdated(plan, 'it was changed since.')
  await fresh.source.dropTable(fresh.name)
  const {removed, failed} = await removeFiles(fresh, [plan.files], 'delete', context)
  if (failed.length > 0) {
    throw new PhloError(
      `${plan.table.name} was dropped, but ${failed.length} of its files could not be deleted (${failed[0]?.path}: ${failed[0]?.error}).`,
      {code: 'PURGE_INCOMPLETE', exit: ExitCode.unavailable},
    )
  }
  const purged = plan.files.length > 0
  return {
    summary: purged ? `dropped ${plan.table.name} and deleted ${formatCount(removed)} files` : `dropped ${plan.table.name}; its files stay`,
    snapshotId: null,
    ...(!purged && {undo: `phlo table register ${plan.table.name} ${plan.base.metadataLocation}`}),
    deletedFiles: removed,
  }
}

/** Takes a table out of its catalog and, when asked, deletes what it refers to. */
export const drop = defineOperation<DropOptions, DropPlan, DropResult, IcebergTable>({
  name: 'drop',
  format: 'iceberg',
  permission: 'table:drop',
  plan: planDrop,
  execute: executeDrop,
})
