import {type PhloError, refused} from '@phlo/core'
import {readManifest} from '../../avro/manifest.js'
import {partitionSummaries} from '../../avro/partition-summary.js'
import type {KnownFields} from '../../inspect/check/fields.js'
import type {Finding} from '../../inspect/check/finding.js'
import {checkManifest} from '../../inspect/check/manifest.js'
import type {ManifestEntry, ManifestFile} from '../../spec/manifest.js'
import type {IcebergTable} from '../../table.js'

/** What a manifest list may wrongly say of a manifest, and the manifest itself can tell. */
const MENDABLE = ['MANIFEST_LENGTH', 'MANIFEST_COUNTS', 'MIN_SEQUENCE_NUMBER', 'PARTITION_SUMMARY']
/** Without the manifest it is not known which files the table has. */
const FATAL = ['MANIFEST_MISSING', 'MANIFEST_UNREADABLE', 'NOT_CHECKED']

/** A manifest that was read, as its manifest list should describe it. */
export interface ExaminedManifest {
  /** The list's own object when it is right. */
  readonly manifest: ManifestFile
  /** What the list says wrongly, a sentence each. */
  readonly problems: readonly string[]
  /** What is wrong with the manifest and is not mended. */
  readonly left: readonly Finding[]
}

/**
 * Reads a manifest and compares it with what its list says; tells of each live entry on the way. Memory does not grow with it.
 *
 * @throws PhloError `MANIFEST_LOST` (exit 6) for a manifest that is gone, damaged, encrypted or of an unknown partition spec
 */
export async function examineManifest(
  table: IcebergTable,
  manifest: ManifestFile,
  known: KnownFields,
  onEntry: (entry: ManifestEntry) => Promise<void> | void,
): Promise<ExaminedManifest> {
  const problems: string[] = []
  const left: Finding[] = []
  const {manifestPath, partitionSpecId: specId} = manifest
  if (known.partition(specId) === undefined)
    throw lost(`The manifest ${manifestPath} is of partition spec ${specId}, which the metadata does not have.`)
  for await (const read of checkManifest(table, manifest, known)) {
    if ('entry' in read) {
      await onEntry(read.entry)
      continue
    }
    const {code, message} = read.finding
    if (FATAL.includes(code)) throw lost(message)
    if (MENDABLE.includes(code)) problems.push(message)
    else left.push(read.finding)
  }
  return {manifest: problems.length === 0 ? manifest : await describeAnew(table, manifest, known), problems, left}
}

function lost(why: string): PhloError {
  return refused('MANIFEST_LOST', `${why} Which files it names is not known, so that nothing can be repaired around it.`, [
    'bring the file back, or go back to a snapshot before it: phlo snapshot rollback',
  ])
}

/** The manifest's length, counts, lowest sequence number and partition summaries, from itself; the rest is as the list says. */
async function describeAnew({io, metadata}: IcebergTable, listed: ManifestFile, known: KnownFields): Promise<ManifestFile> {
  const manifest = {...listed, manifestLength: (await io.stat(listed.manifestPath))?.size ?? listed.manifestLength}
  const summaries = partitionSummaries(known.partition(manifest.partitionSpecId) ?? [])
  const files = {added: 0, existing: 0, deleted: 0}
  const rows = {added: 0, existing: 0, deleted: 0}
  let lowest: bigint | undefined
  for await (const {status, sequenceNumber, dataFile} of readManifest(io, manifest, {metadata})) {
    files[status] += 1
    rows[status] += dataFile.recordCount
    summaries.add(dataFile.partition)
    if (status !== 'deleted' && (lowest === undefined || sequenceNumber < lowest)) lowest = sequenceNumber
  }
  return {
    ...manifest,
    minSequenceNumber: lowest ?? manifest.minSequenceNumber,
    addedFilesCount: files.added,
    existingFilesCount: files.existing,
    deletedFilesCount: files.deleted,
    addedRowsCount: rows.added,
    existingRowsCount: rows.existing,
    deletedRowsCount: rows.deleted,
    ...(manifest.partitions && {partitions: summaries.result()}),
  }
}
