import {formatTableName, refused} from '@phlo/core'
import {readManifestList} from '../../avro/manifest-list.js'
import {headOf} from '../../commit/refs.js'
import {partitionKey} from '../../commit/summary.js'
import {planScan} from '../../scan/plan.js'
import {partitionPath} from '../../spec/partition-spec.js'
import type {PartitionSpec, TableMetadata} from '../../spec/table-metadata.js'
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

/** Refuses the tables that a rewrite that moves whole files cannot do justice to. */
export async function assertOptimizable(table: IcebergTable): Promise<void> {
  assertNotEncrypted(table, 'rewriting its files')
  const name = formatTableName(table.name)
  if (table.metadata['format-version'] > 2) {
    throw refused('ROW_LINEAGE', `${name} is a v3 table: its rows have ids that a rewrite must carry over, so optimize is refused.`)
  }
  const head = headOf(table)
  if (!head) return
  const manifests = await readManifestList(table.io, head, table.metadata['format-version'])
  const deletes = manifests.reduce(
    (sum, {content, addedFilesCount, existingFilesCount}) => sum + (content === 'deletes' ? addedFilesCount + existingFilesCount : 0),
    0,
  )
  if (deletes > 0) {
    throw refused('TABLE_HAS_DELETES', `${name} has ${deletes} delete files, which a rewrite would have to apply, so optimize is refused.`)
  }
}

/** The live data files of the table's ref, by partition, in the order of the manifests. */
export async function filesByPartition(table: IcebergTable, options: ResolvedOptimizeOptions): Promise<readonly PartitionFiles[]> {
  const settledBy = snapshotsFor(table.metadata, options.targetFileSize)
  const specs = new Map(table.metadata['partition-specs'].map((spec) => [spec['spec-id'], spec]))
  const partitions = new Map<string, {specId: number; partition: string; files: Candidate[]}>()
  for await (const {entry} of planScan(table, options.where === null ? {} : {where: options.where})) {
    const {dataFile: file} = entry
    const key = partitionKey(file)
    let group = partitions.get(key)
    if (!group) {
      group = {specId: file.specId, partition: describePartition(specs, table, file), files: []}
      partitions.set(key, group)
    }
    group.files.push({file, settled: settledBy.has(entry.snapshotId)})
  }
  return [...partitions.values()]
}

function describePartition(specs: ReadonlyMap<number, PartitionSpec>, table: IcebergTable, file: Candidate['file']): string {
  const spec = specs.get(file.specId)
  return spec ? partitionPath(spec, table.metadata, file.partition) : ''
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
