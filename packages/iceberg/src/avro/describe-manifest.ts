import type {FileIO} from '@phlo/core'
import type {ManifestFile, PartitionFieldSummary} from '../spec/manifest.js'
import {openAvroFile} from './container-reader.js'
import type {AvroRecord} from './data-file.js'
import {ENTRY_BIGINTS, ENTRY_IDS} from './manifest-schema.js'

/**
 * Describes a manifest of version 1 by reading it: for snapshots that name their manifests in the metadata, and for manifest
 * lists without counts (spec: "when null this is assumed to be non-zero", which would keep dead manifests for ever).
 */
export async function describeManifest(
  io: FileIO,
  known: {
    readonly path: string
    readonly snapshotId: bigint
    readonly specId?: number
    readonly length?: number
    readonly partitions?: readonly PartitionFieldSummary[] | undefined
  },
): Promise<ManifestFile> {
  const file = await openAvroFile(io, known.path, {bigintFields: ENTRY_BIGINTS, idsByName: ENTRY_IDS})
  const counts = [0, 0, 0]
  const rows = [0, 0, 0]
  for await (const batch of file.batches()) {
    for (const record of batch as readonly AvroRecord[]) {
      const status = record['f0'] as number
      counts[status] = (counts[status] ?? 0) + 1
      rows[status] = (rows[status] ?? 0) + ((record['f2'] as AvroRecord)['f103'] as number)
    }
  }
  return {
    manifestPath: known.path,
    manifestLength: known.length ?? (await io.stat(known.path))?.size ?? 0,
    partitionSpecId: known.specId ?? Number(file.metadata.get('partition-spec-id') ?? 0),
    content: 'data',
    sequenceNumber: 0n,
    minSequenceNumber: 0n,
    addedSnapshotId: known.snapshotId,
    addedFilesCount: counts[1] ?? 0,
    existingFilesCount: counts[0] ?? 0,
    deletedFilesCount: counts[2] ?? 0,
    addedRowsCount: rows[1] ?? 0,
    existingRowsCount: rows[0] ?? 0,
    deletedRowsCount: rows[2] ?? 0,
    ...(known.partitions && {partitions: known.partitions}),
  }
}
