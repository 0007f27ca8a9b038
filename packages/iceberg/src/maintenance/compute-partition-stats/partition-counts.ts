import {isDeletionVector} from '../../deletes/deletion-vector.js'
import {partitionKey} from '../../spec/file-partition.js'
import type {DataFile, ManifestEntry} from '../../spec/manifest.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {Value} from '../../spec/types.js'
import type {UnifiedPartition} from './unified-partition.js'

/** A row of a partition statistics file (spec, "Partition Statistics File"). */
export interface PartitionCounts {
  readonly specId: number
  /** The unified tuple. */
  readonly partition: readonly Value[]
  dataRecords: number
  dataFiles: number
  /** Bytes. */
  dataBytes: number
  /** Of position delete files and deletion vectors. */
  positionDeleteRecords: number
  /** Without deletion vectors. */
  positionDeleteFiles: number
  equalityDeleteRecords: number
  equalityDeleteFiles: number
  deletionVectors: number
  /** Milliseconds since the epoch; undefined when no snapshot is known that changed it. */
  updatedAt: number | undefined
  updatedBy: bigint | undefined
}

export const NO_COUNTS = {
  dataRecords: 0,
  dataFiles: 0,
  dataBytes: 0,
  positionDeleteRecords: 0,
  positionDeleteFiles: 0,
  equalityDeleteRecords: 0,
  equalityDeleteFiles: 0,
  deletionVectors: 0,
  updatedAt: undefined,
  updatedBy: undefined,
}

/** Counts of partitions, by `partitionKey` of the unified tuple. */
export type CountsByPartition = Map<string, PartitionCounts>

/** The counts of a file's partition, begun at nothing. */
export function countsOf(counts: CountsByPartition, unified: UnifiedPartition, file: DataFile): PartitionCounts {
  const own = {specId: file.specId, partition: unified.of(file)}
  const key = partitionKey(own)
  const known = counts.get(key)
  if (known) return known
  const begun = {...NO_COUNTS, ...own}
  counts.set(key, begun)
  return begun
}

/** Adds a file to its partition's counts, or takes it off. */
export function count(counts: PartitionCounts, file: DataFile, sign: 1 | -1): void {
  if (file.content === 'data') {
    counts.dataRecords += sign * file.recordCount
    counts.dataFiles += sign
    counts.dataBytes += sign * file.fileSizeInBytes
  } else if (file.content === 'equality-deletes') {
    counts.equalityDeleteRecords += sign * file.recordCount
    counts.equalityDeleteFiles += sign
  } else {
    counts.positionDeleteRecords += sign * file.recordCount
    if (isDeletionVector(file)) counts.deletionVectors += sign
    else counts.positionDeleteFiles += sign
  }
}

/** Notes by which snapshot a partition was changed, if it is the latest. */
export function noteChange(counts: PartitionCounts, entry: ManifestEntry, snapshots: ReadonlyMap<bigint, Snapshot>): void {
  const snapshot = snapshots.get(entry.snapshotId)
  if (!snapshot || (counts.updatedAt !== undefined && counts.updatedAt >= snapshot['timestamp-ms'])) return
  counts.updatedAt = snapshot['timestamp-ms']
  counts.updatedBy = snapshot['snapshot-id']
}
