import type {FileIO} from '@phlo/core'
import type {ManifestFile, PartitionFieldSummary} from '../spec/manifest.js'
import type {Snapshot} from '../spec/table-metadata.js'
import {corruptManifest, openAvroFile} from './container-reader.js'
import {createAvroFile} from './container-writer.js'
import type {AvroRecord} from './data-file.js'
import {describeManifest} from './describe-manifest.js'
import {LIST_BIGINTS, LIST_IDS, manifestListSchema} from './manifest-list-schema.js'
import {UNASSIGNED} from './manifest-writer.js'
import {asBuffer} from './partition-value.js'

/**
 * The manifests of a snapshot, from its manifest list, or, in old tables of version 1, from the paths in its metadata.
 *
 * @throws PhloError `FILE_NOT_FOUND`; `MANIFEST_CORRUPT` naming the list or the manifest
 */
export async function readManifestList(
  io: FileIO,
  snapshot: Pick<Snapshot, 'snapshot-id' | 'manifest-list' | 'manifests'>,
  formatVersion: number,
): Promise<readonly ManifestFile[]> {
  const path = snapshot['manifest-list']
  const found: ManifestFile[] = []
  if (path === undefined) {
    for (const manifest of snapshot.manifests ?? [])
      found.push(await describeManifest(io, {path: manifest, snapshotId: snapshot['snapshot-id']}))
    return found
  }
  const file = await openAvroFile(io, path, {bigintFields: LIST_BIGINTS, idsByName: LIST_IDS})
  for await (const batch of file.batches()) {
    for (const record of batch as readonly AvroRecord[]) found.push(await manifestFileOf(io, record, path, formatVersion))
  }
  return found
}

async function manifestFileOf(io: FileIO, record: AvroRecord, list: string, formatVersion: number): Promise<ManifestFile> {
  const path = record['f500'] as string
  const counted = [record['f504'], record['f505'], record['f506'], record['f512'], record['f513'], record['f514']]
  if (counted.some((count) => count === null || count === undefined)) {
    // Version 1 may leave counts out, which says nothing about what they are: the manifest knows.
    return describeManifest(io, {
      path,
      snapshotId: record['f503'] as bigint,
      specId: record['f502'] as number,
      length: record['f501'] as number,
      partitions: summariesOf(record['f507']),
    })
  }
  const content = record['f517'] ?? 0
  if (content !== 0 && content !== 1) throw corruptManifest(list, new RangeError(`content ${content} is not of the specification`))
  const partitions = summariesOf(record['f507'])
  const firstRowId = record['f520'] as bigint | null | undefined
  const keyMetadata = record['f519'] as Uint8Array | null | undefined
  return {
    manifestPath: path,
    manifestLength: record['f501'] as number,
    partitionSpecId: record['f502'] as number,
    content: content === 0 ? 'data' : 'deletes',
    sequenceNumber: formatVersion === 1 ? 0n : ((record['f515'] as bigint | undefined) ?? 0n),
    minSequenceNumber: formatVersion === 1 ? 0n : ((record['f516'] as bigint | undefined) ?? 0n),
    addedSnapshotId: record['f503'] as bigint,
    addedFilesCount: record['f504'] as number,
    existingFilesCount: record['f505'] as number,
    deletedFilesCount: record['f506'] as number,
    addedRowsCount: record['f512'] as number,
    existingRowsCount: record['f513'] as number,
    deletedRowsCount: record['f514'] as number,
    ...(partitions && {partitions}),
    ...(keyMetadata && {keyMetadata}),
    ...(typeof firstRowId === 'bigint' && {firstRowId}),
  }
}

function summariesOf(value: unknown): readonly PartitionFieldSummary[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.map((record: AvroRecord) => {
    const [containsNan, lowerBound, upperBound] = [record['f518'], record['f510'], record['f511']]
    return {
      containsNull: record['f509'] as boolean,
      ...(typeof containsNan === 'boolean' && {containsNan}),
      ...(lowerBound instanceof Uint8Array && {lowerBound}),
      ...(upperBound instanceof Uint8Array && {upperBound}),
    }
  })
}

export interface ManifestListHeader {
  readonly formatVersion: number
  readonly snapshotId: bigint
  readonly parentSnapshotId?: bigint
  /** 0 in version 1. */
  readonly sequenceNumber: bigint
  /** Version 3: the snapshot's `first-row-id`, i.e. the table's `next-row-id`. */
  readonly firstRowId?: bigint
}

/**
 * Writes the manifest list of a snapshot. Manifests that are new get the snapshot's sequence number, and in version 3 data
 * manifests without a first row id get one each (spec, "First Row ID Assignment"); the others keep theirs.
 *
 * @returns the length in bytes and, in version 3, the first row id that is free after this snapshot
 */
export async function writeManifestList(
  io: FileIO,
  path: string,
  header: ManifestListHeader,
  manifests: readonly ManifestFile[],
): Promise<{readonly length: number; readonly nextRowId?: bigint}> {
  const {formatVersion, snapshotId, sequenceNumber} = header
  if (formatVersion >= 3 && header.firstRowId === undefined) throw new RangeError('a manifest list of version 3 needs a first row id')
  const file = await createAvroFile(io, path, {
    schema: manifestListSchema(formatVersion),
    bigintFields: LIST_BIGINTS,
    metadata: new Map([
      ['snapshot-id', String(snapshotId)],
      ['parent-snapshot-id', String(header.parentSnapshotId ?? null)],
      ...(formatVersion === 1 ? [] : [['sequence-number', String(sequenceNumber)] as const]),
      ...(formatVersion >= 3 ? [['first-row-id', String(header.firstRowId)] as const] : []),
      ['format-version', String(formatVersion)],
    ]),
  })
  let nextRowId = header.firstRowId ?? 0n
  for (const manifest of manifests) {
    if (manifest.sequenceNumber === UNASSIGNED && manifest.addedSnapshotId !== snapshotId) {
      await file.abort()
      throw new RangeError(`manifest ${manifest.manifestPath} was written for snapshot ${manifest.addedSnapshotId}, not ${snapshotId}`)
    }
    let firstRowId = manifest.content === 'data' ? manifest.firstRowId : undefined
    if (formatVersion >= 3 && manifest.content === 'data' && firstRowId === undefined) {
      firstRowId = nextRowId
      nextRowId += BigInt(manifest.addedRowsCount) + BigInt(manifest.existingRowsCount)
    }
    await file.append(recordOf(manifest, sequenceNumber, firstRowId))
  }
  const length = await file.close()
  return formatVersion >= 3 ? {length, nextRowId} : {length}
}

function recordOf(manifest: ManifestFile, sequenceNumber: bigint, firstRowId: bigint | undefined): AvroRecord {
  const assigned = (number: bigint) => (number === UNASSIGNED ? sequenceNumber : number)
  return {
    f500: manifest.manifestPath,
    f501: manifest.manifestLength,
    f502: manifest.partitionSpecId,
    f517: manifest.content === 'data' ? 0 : 1,
    f515: assigned(manifest.sequenceNumber),
    f516: assigned(manifest.minSequenceNumber),
    f503: manifest.addedSnapshotId,
    f504: manifest.addedFilesCount,
    f505: manifest.existingFilesCount,
    f506: manifest.deletedFilesCount,
    f512: manifest.addedRowsCount,
    f513: manifest.existingRowsCount,
    f514: manifest.deletedRowsCount,
    f507:
      manifest.partitions?.map((field) => ({
        f509: field.containsNull,
        f518: field.containsNan ?? null,
        f510: field.lowerBound ? asBuffer(field.lowerBound) : null,
        f511: field.upperBound ? asBuffer(field.upperBound) : null,
      })) ?? null,
    f519: manifest.keyMetadata ? asBuffer(manifest.keyMetadata) : null,
    f520: firstRowId ?? null,
  }
}
