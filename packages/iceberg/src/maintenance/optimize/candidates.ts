import {formatTableName, refused} from '@phlo/core'
import {planScan} from '../../scan/plan.js'
import {partitionKey, partitionNames} from '../../spec/file-partition.js'
import type {TableMetadata} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {assertNotEncrypted} from '../plan-header.js'
import type {ResolvedOptimizeOptions} from './options.js'
import {type Candidate, packGroups} from './select.js'

/** The key of a snapshot's summary by which a later run recognises the files that optimize made, and for which target. */
export const TARGET_KEY = 'phlo.optimize.target-file-size-bytes'

/** All live data files of one partition that the predicate may match. */
export interface PartitionFiles {
  readonly specId: number
  readonly partition: string
  readonly files: readonly Candidate[]
}

/** Refuses the tables that a rewrite that moves whole files cannot do justice to; planning the scan refuses those with deletes. */
export function assertOptimizable(table: IcebergTable): void {
  assertNotEncrypted(table, 'rewriting its files')
  if (table.metadata['format-version'] > 2) {
    throw refused(
      'ROW_LINEAGE',
      `${formatTableName(table.name)} is a v3 table: its rows have ids that a rewrite must carry over, so optimize is refused.`,
    )
  }
}

/** The live data files of the table's ref, by partition, in the order of the manifests. */
export async function filesByPartition(table: IcebergTable, options: ResolvedOptimizeOptions): Promise<readonly PartitionFiles[]> {
  const settledBy = snapshotsFor(table.metadata, options.targetFileSize)
  const nameOf = partitionNames(table.metadata)
  const partitions = new Map<string, {specId: number; partition: string; files: Candidate[]}>()
  for await (const {entry} of planScan(table, options.where === null ? {} : {where: options.where})) {
    const {dataFile: file} = entry
    const key = partitionKey(file)
    let group = partitions.get(key)
    if (!group) {
      group = {specId: file.specId, partition: nameOf(file), files: []}
      partitions.set(key, group)
    }
    group.files.push({file, settled: settledBy.has(entry.snapshotId)})
  }
  return [...partitions.values()]
}

function snapshotsFor({snapshots}: TableMetadata, target: number): ReadonlySet<bigint> {
  return new Set(snapshots.filter(({summary}) => summary?.[TARGET_KEY] === String(target)).map((snapshot) => snapshot['snapshot-id']))
}

/** The candidates among a partition's files, in groups. */
export function candidateGroups(
  files: readonly Candidate[],
  isCandidate: (file: Candidate) => boolean,
  options: ResolvedOptimizeOptions,
): readonly (readonly Candidate[])[] {
  return packGroups(files.filter(isCandidate), options.maxFileGroupSize)
}
