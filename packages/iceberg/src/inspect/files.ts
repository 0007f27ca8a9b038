import {type EntryBlock, liveRows} from '../avro/entry-block.js'
import type {Partition} from '../avro/entry-columns.js'
import {readManifests} from '../avro/manifest.js'
import {readManifestList} from '../avro/manifest-list.js'
import {headOf, snapshotById} from '../refs.js'
import {partitionNames} from '../spec/file-partition.js'
import type {FileContent} from '../spec/manifest.js'
import type {Snapshot, TableMetadata} from '../spec/table-metadata.js'
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
  const manifests = await readManifestList(io, snapshot, metadata['format-version'])
  const nameOf = partitionNamer(metadata)
  for await (const block of readManifests(table, manifests)) for (const row of liveRows(block)) yield fileRow(block, row, nameOf)
}

function fileRow(block: EntryBlock, row: number, nameOf: (block: EntryBlock, row: number) => string): FileRow {
  return {
    content: block.content(row),
    path: block.filePath(row),
    format: block.fileFormat(row),
    partition: nameOf(block, row),
    specId: block.manifest.partitionSpecId,
    records: block.recordCount(row),
    size: block.fileSizeInBytes(row),
    sequenceNumber: String(block.sequenceNumber(row)),
    snapshotId: String(block.snapshotId(row)),
    sortOrderId: block.sortOrderId(row) ?? null,
  }
}

/** Names the partition of an entry; that of a partition that was met just now is known. */
function partitionNamer(metadata: TableMetadata): (block: EntryBlock, row: number) => string {
  const nameOf = partitionNames(metadata)
  const names = new WeakMap<Partition, string>()
  return ({manifest: {partitionSpecId: specId}, partition}, row) => {
    const own = partition(row)
    const name = names.get(own) ?? nameOf({specId, partition: own.values})
    names.set(own, name)
    return name
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
