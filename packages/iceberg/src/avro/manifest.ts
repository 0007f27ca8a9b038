import type {FileIO} from '@phlo/core'
import type {EntryStatus, ManifestEntry, ManifestFile} from '../spec/manifest.js'
import {type BoundPartitionField, partitionFields, schemasCurrentFirst} from '../spec/partition-spec.js'
import type {TableMetadata} from '../spec/table-metadata.js'
import {corruptManifest, openAvroFile} from './container-reader.js'
import {type AvroRecord, dataFileOf} from './data-file.js'
import {ENTRY_BIGINTS, ENTRY_IDS} from './manifest-schema.js'

const STATUSES: readonly EntryStatus[] = ['existing', 'added', 'deleted']

/**
 * The entries of a manifest, deleted ones too, with everything that they inherit filled in: snapshot id, sequence numbers (spec,
 * "Sequence Number Inheritance") and, in a data manifest that has one in its manifest list, first row ids ("First Row ID
 * Inheritance"). Read as a stream; memory does not grow with the manifest.
 *
 * @throws PhloError `FILE_NOT_FOUND`; `MANIFEST_CORRUPT` naming the manifest
 */
export async function* readManifest(
  io: FileIO,
  manifest: ManifestFile,
  context: {
    readonly metadata: Pick<TableMetadata, 'partition-specs' | 'schemas' | 'current-schema-id'>
    /** Told the manifest's own key-value metadata, before the first entry. */
    readonly onHeader?: (header: ReadonlyMap<string, string>) => void
  },
): AsyncIterable<ManifestEntry> {
  const path = manifest.manifestPath
  const size = manifest.manifestLength > 0 ? {size: manifest.manifestLength} : {}
  const toEntry = entryReader(manifest, partitionOf(manifest, context.metadata))
  const file = await openAvroFile(io, path, {bigintFields: ENTRY_BIGINTS, idsByName: ENTRY_IDS, ...size})
  context.onHeader?.(file.metadata)
  for await (const batch of file.batches()) {
    const entries: ManifestEntry[] = []
    try {
      for (const record of batch) entries.push(toEntry(record as AvroRecord))
    } catch (error) {
      throw corruptManifest(path, error)
    }
    yield* entries
  }
}

function partitionOf(
  manifest: ManifestFile,
  metadata: Pick<TableMetadata, 'partition-specs' | 'schemas' | 'current-schema-id'>,
): readonly BoundPartitionField[] {
  const spec = metadata['partition-specs'].find((candidate) => candidate['spec-id'] === manifest.partitionSpecId)
  if (!spec)
    throw corruptManifest(
      manifest.manifestPath,
      new RangeError(`its partition spec ${manifest.partitionSpecId} is not in the table's metadata`),
    )
  return partitionFields(spec, schemasCurrentFirst(metadata))
}

/** Turns decoded records into entries, in the order of the file: first row ids depend on it. */
function entryReader(manifest: ManifestFile, partition: readonly BoundPartitionField[]): (record: AvroRecord) => ManifestEntry {
  let nextRowId = manifest.content === 'data' ? manifest.firstRowId : undefined
  return (record) => {
    const status = STATUSES[record['f0'] as number]
    if (!status) throw new RangeError(`status ${record['f0']} is not of the specification`)
    const stored = dataFileOf(record['f2'] as AvroRecord, manifest.partitionSpecId, partition)
    const {firstRowId: ownRowId, ...rest} = stored
    let firstRowId: bigint | undefined
    // The manifest list decides whether there are row ids at all; deleted files take none.
    if (nextRowId !== undefined && status !== 'deleted') {
      firstRowId = ownRowId ?? nextRowId
      if (ownRowId === undefined) nextRowId += BigInt(stored.recordCount)
    } else if (nextRowId !== undefined) firstRowId = ownRowId
    return {
      status,
      snapshotId: (record['f1'] as bigint | null | undefined) ?? manifest.addedSnapshotId,
      sequenceNumber: inherit(record['f3'], manifest, status),
      fileSequenceNumber: inherit(record['f4'], manifest, status),
      dataFile: firstRowId === undefined ? rest : {...rest, firstRowId},
    }
  }
}

function inherit(stored: unknown, manifest: ManifestFile, status: EntryStatus): bigint {
  if (typeof stored === 'bigint') return stored
  // A manifest of version 1 has no such column: its files have the number 0.
  if (stored === undefined) return 0n
  if (status === 'existing' && manifest.sequenceNumber !== 0n) throw new RangeError('an existing file has no sequence number')
  return manifest.sequenceNumber
}
