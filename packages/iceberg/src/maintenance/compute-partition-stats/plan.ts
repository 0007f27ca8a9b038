import {formatTableName, type OperationContext} from '@phlo/core'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {chosenSnapshot} from '../compute-stats/plan.js'
import {assertNotEncrypted, planHeader} from '../plan-header.js'
import {baseOf} from './collect.js'
import type {ComputePartitionStatsOptions, ComputePartitionStatsPlan} from './plan-types.js'
import {unifiedPartition} from './unified-partition.js'

/**
 * Decides whether a snapshot needs statistics, and from which ancestor's they can be counted on. Reads metadata only.
 *
 * @throws PhloError `SNAPSHOT_NOT_FOUND` (exit 2); `TABLE_ENCRYPTED` (exit 6)
 */
export async function planComputePartitionStats(
  table: IcebergTable,
  options: ComputePartitionStatsOptions,
  context: OperationContext,
): Promise<ComputePartitionStatsPlan> {
  assertNotEncrypted(table, 'computing its partition statistics')
  const snapshot = chosenSnapshot(table, options.snapshotId)
  const id = snapshot ? String(snapshot['snapshot-id']) : null
  const previous = snapshot ? partitionStatisticsOf(table, snapshot) : undefined
  const isThere = previous !== undefined && (await table.io.stat(previous)) !== undefined
  const isPartitioned = unifiedPartition(table.metadata).fields.length > 0
  const noop = id === null || !isPartitioned || (isThere && !options.force)
  const base = snapshot && !noop && !options.force ? baseOf(table, snapshot) : undefined
  const from = base ? String(base.file['snapshot-id']) : null
  const why = id === null ? 'the table has no snapshot' : isPartitioned ? `snapshot ${id} has them already` : 'it is not partitioned'
  return {
    ...planHeader('compute-partition-stats', table, {...options}, context),
    operation: 'compute-partition-stats',
    noop,
    summary: noop
      ? `nothing to do: ${why}`
      : `count the partitions of ${formatTableName(table.name)} in snapshot ${id}, ${from === null ? 'all of them' : `on from those of snapshot ${from}`}`,
    snapshotId: id,
    previous: previous ?? null,
    countedFrom: from,
  }
}

/** The path of a snapshot's partition statistics file, of which there is one at most. */
export function partitionStatisticsOf({metadata}: IcebergTable, snapshot: Snapshot): string | undefined {
  return metadata['partition-statistics']?.find((file) => file['snapshot-id'] === snapshot['snapshot-id'])?.['statistics-path']
}
