import {type FileIO, refused} from '@phlo/core'
import {stringifyJson} from '../spec/json.js'
import type {ManifestFile, NewManifestEntry} from '../spec/manifest.js'
import {type BoundPartitionField, partitionFields} from '../spec/partition-spec.js'
import type {PartitionSpec} from '../spec/table-metadata.js'
import type {Schema} from '../spec/types.js'
import type {WriteCodec} from './codecs.js'
import {type AvroWriter, createAvroFile} from './container-writer.js'
import {dataFileRecord} from './data-file.js'
import {ENTRY_BIGINTS, manifestEntrySchema} from './manifest-schema.js'
import {partitionSummaries} from './partition-summary.js'

/** The sequence number of a manifest that no manifest list has yet: the list gives it the commit's. */
export const UNASSIGNED = -1n

export interface ManifestWriterOptions {
  readonly formatVersion: number
  readonly spec: PartitionSpec
  readonly schema: Schema
  /** Where a source column is looked for that `schema` has no more: the table's other schemas. */
  readonly olderSchemas?: readonly Schema[]
  readonly content: 'data' | 'deletes'
  /** The snapshot that adds the manifest. */
  readonly snapshotId: bigint
  readonly codec?: WriteCodec
}

export interface ManifestWriter {
  /** Bytes so far, an estimate until it is closed. */
  readonly length: number
  add(entry: NewManifestEntry): Promise<void>
  /** The manifest as a manifest list describes it; its sequence number is `UNASSIGNED` until `writeManifestList`. */
  close(): Promise<ManifestFile>
  /** Leaves nothing behind. */
  abort(): Promise<void>
}

/**
 * Creates a manifest with the schema and metadata of the format version (spec, "Manifests"). Added entries without sequence
 * numbers inherit them; existing and deleted ones must bring theirs (from version 2 on).
 *
 * @throws PhloError `UNKNOWN_TRANSFORM` (refused) for a spec whose partition values cannot be known
 */
export async function createManifestWriter(io: FileIO, path: string, options: ManifestWriterOptions): Promise<ManifestWriter> {
  const {formatVersion, spec, schema, content, snapshotId} = options
  if (formatVersion === 1 && content === 'deletes') throw new RangeError('tables of format version 1 have no delete files')
  const partition = partitionFields(spec, [schema, ...(options.olderSchemas ?? [])])
  assertKnownTransforms(partition, path)
  const file = await createAvroFile(io, path, {
    schema: manifestEntrySchema(formatVersion, partition),
    bigintFields: ENTRY_BIGINTS,
    metadata: headerOf(options),
    ...(options.codec && {codec: options.codec}),
  })
  const counts = {added: 0, existing: 0, deleted: 0}
  const rows = {added: 0, existing: 0, deleted: 0}
  const summaries = partitionSummaries(partition)
  let minimum: bigint | undefined
  return {
    get length() {
      return file.length
    },
    async add(entry) {
      await appendEntry(file, entry, partition, options)
      counts[entry.status]++
      rows[entry.status] += entry.dataFile.recordCount
      summaries.add(entry.dataFile.partition)
      const sequenceNumber = entry.sequenceNumber
      if (entry.status !== 'deleted' && sequenceNumber !== undefined && (minimum === undefined || sequenceNumber < minimum)) {
        minimum = sequenceNumber
      }
    },
    async close() {
      const manifestLength = await file.close()
      return {
        manifestPath: path,
        manifestLength,
        partitionSpecId: spec['spec-id'],
        content,
        sequenceNumber: formatVersion === 1 ? 0n : UNASSIGNED,
        minSequenceNumber: formatVersion === 1 ? 0n : (minimum ?? UNASSIGNED),
        addedSnapshotId: snapshotId,
        addedFilesCount: counts.added,
        existingFilesCount: counts.existing,
        deletedFilesCount: counts.deleted,
        addedRowsCount: rows.added,
        existingRowsCount: rows.existing,
        deletedRowsCount: rows.deleted,
        partitions: summaries.result(),
      }
    },
    abort: () => file.abort(),
  }
}

const STATUS_CODES = {existing: 0, added: 1, deleted: 2}

async function appendEntry(
  file: AvroWriter,
  entry: NewManifestEntry,
  partition: readonly BoundPartitionField[],
  {formatVersion, snapshotId}: ManifestWriterOptions,
): Promise<void> {
  const {status, dataFile} = entry
  const inherits = status === 'added'
  if (formatVersion > 1 && !inherits && (entry.sequenceNumber === undefined || entry.fileSequenceNumber === undefined)) {
    await file.abort()
    throw new RangeError(`${status} entry of ${dataFile.filePath} has no sequence numbers`)
  }
  await file.append({
    f0: STATUS_CODES[status],
    f1: entry.snapshotId ?? snapshotId,
    f3: entry.sequenceNumber ?? null,
    // The file sequence number of what is added is the commit's (spec, "Sequence Number Inheritance").
    f4: inherits ? null : (entry.fileSequenceNumber ?? null),
    // The first row id of what is added is assigned at the commit, that of a delete file is always null.
    f2: dataFileRecord(dataFile, partition, inherits || dataFile.content !== 'data' ? undefined : dataFile.firstRowId),
  })
}

function assertKnownTransforms(partition: readonly BoundPartitionField[], path: string): void {
  const unknown = partition.find(({transform}) => transform.kind === 'unknown')
  if (unknown?.transform.kind !== 'unknown') return
  throw refused(
    'UNKNOWN_TRANSFORM',
    `Manifest ${path} cannot be written: partition field ${unknown.name} has the transform ${unknown.transform.text}, which is not known.`,
  )
}

function headerOf({formatVersion, spec, schema, content}: ManifestWriterOptions): ReadonlyMap<string, string> {
  return new Map([
    ['schema', stringifyJson(schema)],
    ['schema-id', String(schema['schema-id'] ?? 0)],
    ['partition-spec', stringifyJson(spec.fields)],
    ['partition-spec-id', String(spec['spec-id'])],
    ['format-version', String(formatVersion)],
    ...(formatVersion === 1 ? [] : [['content', content] as const]),
  ])
}
