import {formatBytes, formatCount, formatTableName, hasCode, messageOf, type OperationContext, refused} from '@phlo/core'
import {discardStaged} from '../../commit/discard-staged.js'
import {replaceFiles} from '../../commit/replace-files.js'
import {deadDeletes} from '../../deletes/dead-deletes.js'
import {readDeleteIndex} from '../../deletes/delete-index.js'
import {orderKey} from '../../sort/row-order.js'
import {type DataFile, fileIdentity} from '../../spec/manifest.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {assertWritable} from '../plan-header.js'
import {undoCommit} from '../undo-commit.js'
import {assertOptimizable, ORDER_KEY, TARGET_KEY} from './candidates.js'
import type {RewriteContext} from './merge-inputs.js'
import {mergeResources} from './merge-resources.js'
import type {OptimizePlan, OptimizeResult, PlannedGroup} from './plan-types.js'
import {plannedFiles} from './planned-files.js'
import {type RewrittenGroup, rewriteGroup} from './rewrite-group.js'
import {warningOnce} from './sort-engine.js'

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
  keptDeletedRows: number
  addedDeleteFiles: number
  commits: number
  engines: Record<string, number>
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
    keptDeletedRows: 0,
    addedDeleteFiles: 0,
    commits: 0,
    engines: {},
    failedGroups: [],
  }
  if (plan.noop) return resultOf(plan, tally, plan.summary)
  assertWritable(table)
  assertOptimizable(table)
  const {signal} = context
  const [files, deletes] = [await plannedFiles(table, plan, signal), await readDeleteIndex(table, {signal})]
  const resources = mergeResources(plan)
  const rows = plan.groups.flatMap(({merges}) => merges).flatMap(({inputs}) => inputs)
  context.progress.start(
    'rewriting',
    rows.reduce((sum, input) => sum + input.rows, 0),
  )
  try {
    await rewriteBatches({table, plan, files, deletes, resources, context: {...context, log: warningOnce(context.log)}}, tally)
  } finally {
    await resources.threads.close()
  }
  context.progress.done()
  if (tally.commits === 0) throw allFailed(table, tally)
  return resultOf(plan, tally, summarise(tally))
}

async function rewriteBatches(rewrite: Omit<RewriteContext, 'onStaged' | 'onSorted'>, tally: Tally): Promise<void> {
  const {groups, options} = rewrite.plan
  const isPartial = options['partialProgress'] === true
  const size = isPartial ? Math.ceil(groups.length / Number(options['maxCommits'])) : groups.length
  // Delete files that apply to nothing are removed with the last batch, or by a commit of their own where no file is rewritten.
  for (let at = 0; at < Math.max(1, groups.length); at += Math.max(1, size)) {
    const batch = groups.slice(at, at + size)
    try {
      await rewriteBatch(batch, rewrite, tally)
    } catch (error) {
      // A commit that may have been made is no failure.
      if (!isPartial || rewrite.context.signal.aborted || hasCode(error, 'COMMIT_STATE_UNKNOWN')) throw error
      tally.failedGroups.push(...batch.map(({partition}) => ({partition, reason: messageOf(error)})))
    }
  }
}

async function rewriteBatch(
  batch: readonly PlannedGroup[],
  rewrite: Omit<RewriteContext, 'onStaged' | 'onSorted'>,
  tally: Tally,
): Promise<void> {
  const {default: pMap} = await import('p-map')
  const {table, plan, context} = rewrite
  const {signal} = context
  const done: RewrittenGroup[] = []
  const staged: string[] = []
  const sorters: string[] = []
  // What the others write once a group has failed is thrown away.
  const failed = new AbortController()
  const told = {
    ...rewrite,
    context: {...context, signal: AbortSignal.any([signal, failed.signal])},
    onStaged: (path: string) => staged.push(path),
    onSorted: (engine: string) => sorters.push(engine),
  }
  try {
    const running: Promise<unknown>[] = []
    const begin = (group: PlannedGroup) => {
      const work = rewriteGroup(group, told).then(
        (rewritten) => void done.push(rewritten),
        (error: unknown) => {
          failed.abort(error)
          // Of the first failure, whatever the others were ended with.
          throw failed.signal.reason
        },
      )
      running.push(work)
      return work
    }
    const {concurrency} = plan.options
    // Whatever ends the batch, a group in hand has to end too, or it would go on writing files when those that it wrote are removed.
    await pMap(batch, begin, {concurrency: Number(concurrency), stopOnError: true, signal}).finally(() => Promise.allSettled(running))
    const removed = done.flatMap((group) => group.removed)
    const added = done.flatMap((group) => group.added)
    const addedDeletes = done.flatMap((group) => group.addedDeletes)
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
        addedDeletes,
        deadDeletes: async (base) => {
          dead = (await deadDeletes(base, paths, {signal})).filter((file) => planned.has(fileIdentity(file)))
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
    tally.keptDeletedRows += addedDeletes.reduce((sum, {recordCount}) => sum + recordCount, 0)
    tally.addedDeleteFiles += addedDeletes.length
    for (const engine of sorters) tally.engines[engine] = (tally.engines[engine] ?? 0) + 1
  } catch (error) {
    await discardStaged(table.io, staged, error)
    throw error
  }
}

const bytesOf = (files: readonly DataFile[]) => files.reduce((sum, {fileSizeInBytes}) => sum + fileSizeInBytes, 0)

function summarise(tally: Tally): string {
  const {rewrittenDataFiles, rewrittenBytes, addedDataFiles, addedBytes, deletedRows, keptDeletedRows, removedDeleteFiles, failedGroups} =
    tally
  const parts = [
    `rewrote ${formatCount(rewrittenDataFiles)} files (${formatBytes(rewrittenBytes)}) into ${formatCount(addedDataFiles)} (${formatBytes(addedBytes)})`,
    ...(deletedRows > 0 ? [`left out ${formatCount(deletedRows)} deleted rows`] : []),
    ...(keptDeletedRows > 0 ? [`moved the deletes of ${formatCount(keptDeletedRows)} rows`] : []),
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
