import type {FileIO} from '@phlo/core'
import type {ManifestFile, PartitionFieldSummary} from '../spec/manifest.js'
import type {AvroSchema} from './avro-schema.js'
import {corruptManifest, openAvroBlocks, placedRecords} from './container-reader.js'
import {entryColumns} from './entry-columns.js'

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
  const file = await openAvroBlocks(io, known.path)
  const counts = [0, 0, 0]
  const rows = [0, 0, 0]
  try {
    const {walk, status, recordCount} = entryColumns(JSON.parse(file.schema) as AvroSchema, 0, [])
    for await (const placed of placedRecords(known.path, file, walk)) {
      for (let row = 0; row < placed.count; row++) {
        const code = status(placed, row) ?? 0
        counts[code] = (counts[code] ?? 0) + 1
        rows[code] = (rows[code] ?? 0) + (recordCount(placed, row) ?? 0)
      }
    }
  } catch (error) {
    throw corruptManifest(known.path, error)
  } finally {
    await file.close()
  }
  return {
    manifestPath: known.path,
    manifestLength: known.length ?? file.size,
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
