import {formatBytes, formatCount, formatTableName, messageOf, type OperationContext, refused} from '@phlo/core'
import {replaceFiles} from '../../commit/replace-files.js'
import {planScan} from '../../scan/plan.js'
import type {DataFile} from '../../spec/manifest.js'
import type {IcebergTable} from '../../table.js'
import {assertWritable, planOutdated} from '../plan-header.js'
import {assertOptimizable, TARGET_KEY} from './candidates.js'
import type {OptimizePlan, OptimizeResult, PlannedGroup} from './plan-types.js'
import {type RewrittenGroup, rewriteGroup} from './rewrite-group.js'

interface Tally {
  snapshotId: string | null
  rewrittenDataFiles: number
  addedDataFiles: number
  rewrittenBytes: number
  addedBytes: number
  rows: number
  commits: number
  failedGroups: {readonly partition: string; readonly reason: string}[]
}

/**
 * Rewrites what the plan names and commits it: all groups at once, or batch by batch with partial progress. Nothing is visible
 * before its commit; what was written for a commit that did not land is deleted.
 */
export async function executeOptimize(table: IcebergTable, plan: OptimizePlan, context: OperationContext): Promise<OptimizeResult> {
  const tally: Tally = {
    snapshotId: null,
    rewrittenDataFiles: 0,
    addedDataFiles: 0,
    rewrittenBytes: 0,
    addedBytes: 0,
    rows: 0,
    commits: 0,
    failedGroups: [],
  }
  if (plan.noop) return {...tally, summary: plan.summary}
  assertWritable(table)
  assertOptimizable(table)
  const files = await plannedFiles(table, plan)
  const partial = plan.options['partialProgress'] === true
  const size = partial ? Math.ceil(plan.groups.length / Number(plan.options['maxCommits'])) : plan.groups.length
  const rows = plan.groups.flatMap(({merges}) => merges).flatMap(({inputs}) => inputs)
  context.progress.start(
    'rewriting',
    rows.reduce((sum, input) => sum + input.rows, 0),
  )
  for (let at = 0; at < plan.groups.length; at += size) {
    const batch = plan.groups.slice(at, at + size)
    try {
      await rewriteBatch(table, plan, batch, files, tally, context)
    } catch (error) {
      if (!partial || context.signal.aborted) throw error
      tally.failedGroups.push(...batch.map(({partition}) => ({partition, reason: messageOf(error)})))
    }
  }
  context.progress.done()
  if (tally.commits === 0) throw allFailed(table, tally)
  return {...tally, summary: summarise(tally), ...undoCommand(table, plan)}
}

async function rewriteBatch(
  table: IcebergTable,
  plan: OptimizePlan,
  batch: readonly PlannedGroup[],
  files: ReadonlyMap<string, DataFile>,
  tally: Tally,
  context: OperationContext,
): Promise<void> {
  const {default: pMap} = await import('p-map')
  const done: RewrittenGroup[] = []
  const staged: string[] = []
  try {
    await pMap(
      batch,
      async (group) => void done.push(await rewriteGroup(table, plan, group, files, (path) => staged.push(path), context)),
      {concurrency: Number(plan.options['concurrency']), stopOnError: true, signal: context.signal},
    )
    const removed = done.flatMap((group) => group.removed)
    const added = done.flatMap((group) => group.added)
    const {result: snapshot} = await replaceFiles(
      table,
      {
        removed,
        added,
        startingSequenceNumber: BigInt(plan.startingSequenceNumber ?? 0),
        summary: {[TARGET_KEY]: String(plan.options['targetFileSize'])},
      },
      context,
    )
    tally.snapshotId = String(snapshot['snapshot-id'])
    tally.commits += 1
    tally.rewrittenDataFiles += removed.length
    tally.addedDataFiles += added.length
    tally.rewrittenBytes += bytesOf(removed)
    tally.addedBytes += bytesOf(added)
    tally.rows += added.reduce((sum, {recordCount}) => sum + recordCount, 0)
  } catch (error) {
    await removeStaged(table, staged, error)
    throw error
  }
}

/** A commit that may have landed still needs its files; any other failure needs none of them. */
async function removeStaged(table: IcebergTable, staged: readonly string[], error: unknown): Promise<void> {
  const unknown = typeof error === 'object' && error !== null && 'code' in error && error.code === 'COMMIT_STATE_UNKNOWN'
  if (!unknown) await table.io.delete(staged)
}

/** The files that the plan names, as the table has them now. */
async function plannedFiles(table: IcebergTable, plan: OptimizePlan): Promise<ReadonlyMap<string, DataFile>> {
  const wanted = new Set(plan.groups.flatMap(({merges}) => merges.flatMap(({inputs}) => inputs.map(({path}) => path))))
  const found = new Map<string, DataFile>()
  for await (const {entry} of planScan(table, {})) {
    if (wanted.has(entry.dataFile.filePath)) found.set(entry.dataFile.filePath, entry.dataFile)
  }
  for (const path of wanted) {
    if (!found.has(path)) throw planOutdated(plan, `${path} is no longer one of its data files.`)
  }
  return found
}

const bytesOf = (files: readonly DataFile[]) => files.reduce((sum, {fileSizeInBytes}) => sum + fileSizeInBytes, 0)

function summarise({rewrittenDataFiles, rewrittenBytes, addedDataFiles, addedBytes, failedGroups}: Tally): string {
  const failed = failedGroups.length > 0 ? `; ${failedGroups.length} groups failed` : ''
  return `rewrote ${formatCount(rewrittenDataFiles)} files (${formatBytes(rewrittenBytes)}) into ${formatCount(addedDataFiles)} (${formatBytes(addedBytes)})${failed}`
}

function undoCommand(table: IcebergTable, {base}: OptimizePlan): {undo?: string} {
  return base.snapshotId === null ? {} : {undo: `phlo snapshot rollback ${formatTableName(table.name)} ${base.snapshotId}`}
}

function allFailed(table: IcebergTable, {failedGroups}: Tally) {
  return refused('ALL_GROUPS_FAILED', `No group of ${formatTableName(table.name)} could be rewritten: ${failedGroups[0]?.reason ?? ''}`)
}
