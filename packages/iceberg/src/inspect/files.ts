import {readManifest} from '../avro/manifest.js'
import {readManifestList} from '../avro/manifest-list.js'
import {headOf, snapshotById} from '../refs.js'
import {partitionNames} from '../spec/file-partition.js'
import type {FileContent} from '../spec/manifest.js'
import type {Snapshot} from '../spec/table-metadata.js'
import type {IcebergTable} from '../table.js'

/** A live file of a table, in the words of Iceberg's `files` metadata table. */
export interface FileRow {
  readonly content: FileContent
  readonly path: string
  readonly format: string
  /** `month=2001-03`; empty for an unpartitioned table. */
  readonly partition: string
  readonly specId: number
  /** Rows. */
  readonly records: number
  /** Bytes. */
  readonly size: number
  /** Decimal string: the data sequence number. */
  readonly sequenceNumber: string
  /** Decimal string: the snapshot that added it. */
  readonly snapshotId: string
  readonly sortOrderId: number | null
}

/** The live files of the table's ref, or of one of its snapshots, as a stream in the order of the manifests. */
export async function* liveFiles(table: IcebergTable, options: {readonly snapshotId?: bigint} = {}): AsyncIterable<FileRow> {
  const {metadata, io} = table
  const snapshot = options.snapshotId === undefined ? headOf(table) : snapshotById(metadata, options.snapshotId)
  if (!snapshot) return
  const partitionOf = partitionNames(metadata)
  for (const manifest of await readManifestList(io, snapshot, metadata['format-version'])) {
    for await (const {status, dataFile, sequenceNumber, snapshotId} of readManifest(io, manifest, {metadata})) {
      if (status === 'deleted') continue
      yield {
        content: dataFile.content,
        path: dataFile.filePath,
        format: dataFile.fileFormat,
        partition: partitionOf(dataFile),
        specId: dataFile.specId,
        records: dataFile.recordCount,
        size: dataFile.fileSizeInBytes,
        sequenceNumber: String(sequenceNumber),
        snapshotId: String(snapshotId),
        sortOrderId: dataFile.sortOrderId ?? null,
      }
    }
  }
}

/** A snapshot as `snapshot list` shows it. */
export interface SnapshotRow {
  readonly id: string
  readonly parentId: string | null
  readonly sequenceNumber: string
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  readonly operation: string
  readonly schemaId: number | null
  readonly summary: Readonly<Record<string, string>>
  /** Branches and tags that point at it. */
  readonly refs: readonly string[]
  readonly manifestList: string | null
}

/** The snapshots of a table, oldest first. */
export function snapshotRows({metadata}: IcebergTable): readonly SnapshotRow[] {
  const refs = Map.groupBy(Object.entries(metadata.refs), ([, ref]) => ref['snapshot-id'])
  const row = (snapshot: Snapshot): SnapshotRow => ({
    id: String(snapshot['snapshot-id']),
    parentId: snapshot['parent-snapshot-id'] === undefined ? null : String(snapshot['parent-snapshot-id']),
    sequenceNumber: String(snapshot['sequence-number']),
    timestamp: snapshot['timestamp-ms'],
    operation: snapshot.summary?.operation ?? '',
    schemaId: snapshot['schema-id'] ?? null,
    summary: snapshot.summary ?? {},
    refs: (refs.get(snapshot['snapshot-id']) ?? []).map(([name]) => name),
    manifestList: snapshot['manifest-list'] ?? null,
  })
  return metadata.snapshots.map(row).sort((a, b) => a.timestamp - b.timestamp)
}
