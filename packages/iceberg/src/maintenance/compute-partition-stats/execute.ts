import {randomUUID} from 'node:crypto'
import {formatCount, type OperationContext} from '@phlo/core'
import {commitTable, type Proposal} from '../../commit/commit-table.js'
import {discardStaged} from '../../commit/discard-staged.js'
import {metadataFolder} from '../../commit/manifests.js'
import {snapshotById} from '../../refs.js'
import type {PartitionStatisticsFile, Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {assertWritable, planOutdated} from '../plan-header.js'
import {baseOf, collectAll, collectSince} from './collect.js'
import {partitionStatisticsOf} from './plan.js'
import type {ComputePartitionStatsPlan, ComputePartitionStatsResult} from './plan-types.js'
import {writePartitionStatistics} from './statistics-file.js'
import {unifiedPartition} from './unified-partition.js'

/**
 * Counts, writes a partition statistics file and lets the metadata name it. No snapshot is made; commits that land meanwhile do not
 * disturb it. The file that it takes the place of is left to `vacuum`.
 *
 * @throws PhloError `PLAN_OUTDATED` (exit 5) when the snapshot is gone, or has other statistics now
 */
export async function executeComputePartitionStats(
  table: IcebergTable,
  plan: ComputePartitionStatsPlan,
  context: OperationContext,
): Promise<ComputePartitionStatsResult> {
  if (plan.noop) return nothing(plan.summary)
  assertWritable(table)
  const snapshot = plannedSnapshot(table, plan)
  const unified = unifiedPartition(table.metadata)
  const base = plan.countedFrom === null ? undefined : baseOf(table, snapshot)
  if ((base ? String(base.file['snapshot-id']) : null) !== plan.countedFrom) {
    throw planOutdated(plan, `snapshot ${plan.countedFrom} has no statistics any more, or a later one has.`)
  }
  context.progress.start('reading manifests')
  const counted = base && (await collectSince(table, snapshot, base, unified, context))
  const counts = counted ?? (await collectAll(table, snapshot, unified, context))
  context.progress.done()
  if (counts.size === 0) return nothing(`snapshot ${plan.snapshotId} has no files, and so no partitions`)
  const path = `${metadataFolder(table)}/partition-stats-${plan.snapshotId}-${randomUUID()}.parquet`
  try {
    const size = await writePartitionStatistics(table, path, unified, counts)
    const file = {'snapshot-id': snapshot['snapshot-id'], 'statistics-path': path, 'file-size-in-bytes': size}
    // No requirement of a commit is about statistics: those that came while this read are seen only by looking.
    await commitTable(await table.refresh(), async (fresh) => propose(fresh, plan, file), context)
  } catch (error) {
    await discardStaged(table.io, [path], error)
    throw error
  }
  return {
    summary: `counted ${formatCount(counts.size)} partitions of snapshot ${plan.snapshotId}`,
    snapshotId: null,
    statisticsFile: path,
    partitions: counts.size,
    isIncremental: counted !== undefined,
  }
}

const nothing = (summary: string): ComputePartitionStatsResult => ({
  summary,
  snapshotId: null,
  statisticsFile: null,
  partitions: 0,
  isIncremental: false,
})

/** The snapshot, with the statistics that it had when it was planned. */
function plannedSnapshot(table: IcebergTable, plan: ComputePartitionStatsPlan): Snapshot {
  const snapshot = snapshotById(table.metadata, BigInt(plan.snapshotId ?? 0))
  if (!snapshot) throw planOutdated(plan, `snapshot ${plan.snapshotId} is gone.`)
  if ((partitionStatisticsOf(table, snapshot) ?? null) !== plan.previous) {
    throw planOutdated(plan, `snapshot ${plan.snapshotId} has other statistics now.`)
  }
  return snapshot
}

function propose(base: IcebergTable, plan: ComputePartitionStatsPlan, file: PartitionStatisticsFile): Proposal<null> {
  plannedSnapshot(base, plan)
  return {
    requirements: [{type: 'assert-table-uuid', uuid: plan.table.uuid}],
    updates: [{action: 'set-partition-statistics', 'partition-statistics': file}],
    staged: [],
    landed: (fresh) => fresh['partition-statistics']?.some((other) => other['statistics-path'] === file['statistics-path']) === true,
    result: null,
  }
}
