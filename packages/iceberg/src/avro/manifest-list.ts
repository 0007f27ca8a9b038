import type {FileIO} from '@phlo/core'
import type {ManifestFile} from '../spec/manifest.js'
import {createAvroFile} from './container-writer.js'
import type {AvroRecord} from './data-file.js'
import {knownListColumns, type Listing, openManifestList} from './listed-manifests.js'
import {LIST_BIGINTS, manifestListSchema} from './manifest-list-schema.js'
import {UNASSIGNED} from './manifest-writer.js'
import {asBuffer} from './partition-value.js'

/**
 * The manifests of a snapshot, from its manifest list, or, in old tables of version 1, from the paths in its metadata.
 *
 * @throws PhloError `FILE_NOT_FOUND`; `MANIFEST_CORRUPT` naming the list or the manifest
 */
export async function readManifestList(io: FileIO, snapshot: Listing, formatVersion: number): Promise<readonly ManifestFile[]> {
  const found: ManifestFile[] = []
  const {manifests} = await openManifestList(io, snapshot, formatVersion, knownListColumns())
  for await (const {describe} of manifests()) found.push(await describe())
  return found
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
