import {formatBytes, formatCount, formatTableName, messageOf, type OperationContext, refused} from '@phlo/core'
import {discardStaged} from '../../commit/discard-staged.js'
import {replaceFiles} from '../../commit/replace-files.js'
import {deadDeletes} from '../../deletes/dead-deletes.js'
import {readDeleteIndex} from '../../deletes/delete-index.js'
import {planScan} from '../../scan/plan.js'
import {orderKey} from '../../sort/row-order.js'
import {type DataFile, fileIdentity, type ManifestEntry} from '../../spec/manifest.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {assertWritable, planOutdated} from '../plan-header.js'
import {undoCommit} from '../undo-commit.js'
import {assertOptimizable, ORDER_KEY, TARGET_KEY} from './candidates.js'
import type {RewriteContext} from './merge-inputs.js'
import type {OptimizePlan, OptimizeResult, PlannedGroup} from './plan-types.js'
import {type RewrittenGroup, rewriteGroup} from './rewrite-group.js'

interface Tally {
  snapshotId: string | null
  /** Of the first commit: what undoing all of them goes back to. */
  parentId: Snapshot['parent-snapshot-id']
  rewrittenDataFiles: number
  addedDataFiles: number
  rewrittenBytes: number
  addedBytes: number
  rows: number
  deletedRows: number
  removedDeleteFiles: number
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
    parentId: undefined,
    rewrittenDataFiles: 0,
    addedDataFiles: 0,
    rewrittenBytes: 0,
    addedBytes: 0,
    rows: 0,
    deletedRows: 0,
    removedDeleteFiles: 0,
    commits: 0,
    failedGroups: [],
  }
  if (plan.noop) return resultOf(plan, tally, plan.summary)
  assertWritable(table)
  assertOptimizable(table)
  const rewrite = {table, plan, files: await plannedFiles(table, plan), deletes: await readDeleteIndex(table), context}
  const partial = plan.options['partialProgress'] === true
  const size = partial ? Math.ceil(plan.groups.length / Number(plan.options['maxCommits'])) : plan.groups.length
  const rows = plan.groups.flatMap(({merges}) => merges).flatMap(({inputs}) => inputs)
  context.progress.start(
    'rewriting',
    rows.reduce((sum, input) => sum + input.rows, 0),
  )
  // Delete files that apply to nothing are removed with the last batch, or by a commit of their own where no file is rewritten.
  for (let at = 0; at < Math.max(1, plan.groups.length); at += Math.max(1, size)) {
    const batch = plan.groups.slice(at, at + size)
    try {
      await rewriteBatch(batch, rewrite, tally)
    } catch (error) {
      if (!partial || context.signal.aborted) throw error
      tally.failedGroups.push(...batch.map(({partition}) => ({partition, reason: messageOf(error)})))
    }
  }
  context.progress.done()
  if (tally.commits === 0) throw allFailed(table, tally)
  return resultOf(plan, tally, summarise(tally))
}

async function rewriteBatch(batch: readonly PlannedGroup[], rewrite: Omit<RewriteContext, 'onStaged'>, tally: Tally): Promise<void> {
  const {default: pMap} = await import('p-map')
  const {table, plan, context} = rewrite
  const done: RewrittenGroup[] = []
  const staged: string[] = []
  try {
    await pMap(batch, async (group) => void done.push(await rewriteGroup(group, {...rewrite, onStaged: (path) => staged.push(path)})), {
      concurrency: Number(plan.options['concurrency']),
      stopOnError: true,
      signal: context.signal,
    })
    const removed = done.flatMap((group) => group.removed)
    const added = done.flatMap((group) => group.added)
    const paths = new Set(removed.map(({filePath}) => filePath))
    const planned = new Set(
      plan.deadDeletes.map(({path, offset}) => fileIdentity({filePath: path, ...(offset !== undefined && {contentOffset: offset})})),
    )
    let dead: readonly DataFile[] = []
    const {result: snapshot} = await replaceFiles(
      table,
      {
        removed,
        added,
        deadDeletes: async (base) => {
          dead = (await deadDeletes(base, paths)).filter((file) => planned.has(fileIdentity(file)))
          return dead
        },
        startingSequenceNumber: BigInt(plan.startingSequenceNumber ?? 0),
        summary: {[TARGET_KEY]: String(plan.options['targetFileSize']), ...(plan.order && {[ORDER_KEY]: orderKey(plan.order)})},
      },
      context,
    )
    tally.snapshotId = String(snapshot['snapshot-id'])
    if (tally.commits === 0) tally.parentId = snapshot['parent-snapshot-id']
    tally.commits += 1
    tally.rewrittenDataFiles += removed.length
    tally.addedDataFiles += added.length
    tally.rewrittenBytes += bytesOf(removed)
    tally.addedBytes += bytesOf(added)
    tally.rows += added.reduce((sum, {recordCount}) => sum + recordCount, 0)
    tally.deletedRows += done.reduce((sum, group) => sum + group.deletedRows, 0)
    tally.removedDeleteFiles += dead.length
  } catch (error) {
    await discardStaged(table.io, staged, error)
    throw error
  }
}

/** The files that the plan names, as the table has them now. */
async function plannedFiles(table: IcebergTable, plan: OptimizePlan): Promise<ReadonlyMap<string, ManifestEntry>> {
  const wanted = new Set(plan.groups.flatMap(({merges}) => merges.flatMap(({inputs}) => inputs.map(({path}) => path))))
  const found = new Map<string, ManifestEntry>()
  for await (const {entry} of planScan(table, {})) {
    if (wanted.has(entry.dataFile.filePath)) found.set(entry.dataFile.filePath, entry)
  }
  for (const path of wanted) {
    if (!found.has(path)) throw planOutdated(plan, `${path} is no longer one of its data files.`)
  }
  return found
}

const bytesOf = (files: readonly DataFile[]) => files.reduce((sum, {fileSizeInBytes}) => sum + fileSizeInBytes, 0)

function summarise(tally: Tally): string {
  const {rewrittenDataFiles, rewrittenBytes, addedDataFiles, addedBytes, deletedRows, removedDeleteFiles, failedGroups} = tally
  const parts = [
    `rewrote ${formatCount(rewrittenDataFiles)} files (${formatBytes(rewrittenBytes)}) into ${formatCount(addedDataFiles)} (${formatBytes(addedBytes)})`,
    ...(deletedRows > 0 ? [`left out ${formatCount(deletedRows)} deleted rows`] : []),
    ...(removedDeleteFiles > 0 ? [`removed ${formatCount(removedDeleteFiles)} delete files`] : []),
    ...(failedGroups.length > 0 ? [`${formatCount(failedGroups.length)} groups failed`] : []),
  ]
  return parts.join('; ')
}

function resultOf(plan: OptimizePlan, {parentId, ...tally}: Tally, summary: string): OptimizeResult {
  return {...tally, summary, ...undoCommit(plan.table, parentId)}
}

function allFailed(table: IcebergTable, {failedGroups}: Tally) {
  return refused('ALL_GROUPS_FAILED', `No group of ${formatTableName(table.name)} could be rewritten: ${failedGroups[0]?.reason ?? ''}`)
}
