import {refused} from '@phlo/core'
import {readManifest} from '../../avro/manifest.js'
import {type ManifestStage, openManifest} from '../../commit/manifests.js'
import {type DataFile, fileIdentity, type ManifestEntry, type ManifestFile, type NewManifestEntry} from '../../spec/manifest.js'
import type {IcebergTable} from '../../table.js'

/** What becomes of a live file: an entry that says something else, or none. Undefined: it stays as it is. */
export type Fate = (identity: string) => DataFile | 'dropped' | undefined

/**
 * Writes the live entries of a manifest anew, in their order, with the sequence numbers and first row ids that they had; those of
 * dropped files as DELETED (spec, "Manifest Entry Fields"). What was written is read back before this resolves.
 *
 * @throws PhloError `VERIFICATION_FAILED` (exit 6)
 */
export async function rewriteManifest(
  table: IcebergTable,
  stage: ManifestStage,
  manifest: ManifestFile,
  fate: Fate,
): Promise<ManifestFile> {
  const writer = await openManifest(table, stage, manifest.partitionSpecId, manifest.content)
  try {
    for await (const entry of newEntries(table, stage, manifest, fate)) await writer.add(entry)
  } catch (error) {
    await writer.abort()
    throw error
  }
  const written = await writer.close()
  await verify(table, stage, {manifest, written}, fate)
  return written
}

async function* newEntries(
  {io, metadata}: IcebergTable,
  {snapshotId}: ManifestStage,
  manifest: ManifestFile,
  fate: Fate,
): AsyncIterable<ManifestEntry> {
  for await (const entry of readManifest(io, manifest, {metadata})) {
    if (entry.status === 'deleted') continue
    const change = fate(fileIdentity(entry.dataFile))
    if (change === 'dropped') yield {...entry, status: 'deleted', snapshotId}
    else yield {...entry, status: 'existing', dataFile: change ?? entry.dataFile}
  }
}

/** Reads both manifests side by side. */
async function verify(
  table: IcebergTable,
  stage: ManifestStage,
  {manifest, written}: {readonly manifest: ManifestFile; readonly written: ManifestFile},
  fate: Fate,
): Promise<void> {
  // A first row id that was lost would read as 0, and be seen.
  const readable = {...written, ...(manifest.firstRowId !== undefined && {firstRowId: 0n})}
  const found = readManifest(table.io, readable, {metadata: table.metadata})[Symbol.asyncIterator]()
  for await (const expected of newEntries(table, stage, manifest, fate)) {
    const {value, done} = await found.next()
    if (!done && entryText(value) === entryText(expected)) continue
    await found.return?.()
    const what = `${written.manifestPath} does not tell of ${expected.dataFile.filePath} as it should`
    throw refused('VERIFICATION_FAILED', `What was written is not what was planned, and is not committed: ${what}.`)
  }
  if (!(await found.next()).done) throw refused('VERIFICATION_FAILED', `${written.manifestPath} tells of more files than it should.`)
}

/** Two descriptions of a file are equal when this text is. */
export function fileText(file: DataFile): string {
  return JSON.stringify(
    Object.entries(file).sort(([a], [b]) => (a < b ? -1 : 1)),
    (_, value: unknown) => {
      if (typeof value === 'bigint') return `${value}n`
      if (value instanceof Map) return Array.from(value, ([key, item]) => [key, item instanceof Uint8Array ? hex(item) : item])
      return value
    },
  )
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

const entryText = ({status, snapshotId, sequenceNumber, fileSequenceNumber, dataFile}: NewManifestEntry) =>
  [status, snapshotId, sequenceNumber, fileSequenceNumber, fileText(dataFile)].join(' ')
