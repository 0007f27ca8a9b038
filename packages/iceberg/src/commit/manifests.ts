import {randomUUID} from 'node:crypto'
import {type EntryBlock, liveRows} from '../avro/entry-block.js'
import {readManifests} from '../avro/manifest.js'
import {createManifestWriter, type ManifestWriter} from '../avro/manifest-writer.js'
import {currentSchema, partitionSpecById} from '../spec/current.js'
import {type DataFile, fileIdentity, type ManifestFile, type NewManifestEntry} from '../spec/manifest.js'
import {schemasCurrentFirst} from '../spec/partition-spec.js'
import {numberProperty} from '../spec/table-properties.js'
import type {IcebergTable} from '../table.js'

/** Where the metadata of a table goes: `write.metadata.path`, else `metadata` below its location. */
export function metadataFolder(table: IcebergTable): string {
  return (table.properties['write.metadata.path'] ?? `${table.location}/metadata`).replace(/\/+$/, '')
}

/** Manifests of one commit attempt, written below the table's metadata folder and remembered so that they can be removed. */
export interface ManifestStage {
  readonly snapshotId: bigint
  /** Paths written so far. */
  readonly written: string[]
  nextPath(): string
}

export function manifestStage(table: IcebergTable, snapshotId: bigint): ManifestStage {
  const written: string[] = []
  const commit = randomUUID()
  return {
    snapshotId,
    written,
    nextPath() {
      const path = `${metadataFolder(table)}/${commit}-m${written.length}.avro`
      written.push(path)
      return path
    },
  }
}

/** Writes entries into manifests of the table's target size. A manifest holds one spec, and either data files or delete files. */
export async function writeManifests(
  table: IcebergTable,
  stage: ManifestStage,
  entries: Iterable<NewManifestEntry> | AsyncIterable<NewManifestEntry>,
): Promise<readonly ManifestFile[]> {
  const target = numberProperty(table.properties, 'commit.manifest.target-size-bytes', 8 * 1024 * 1024, 1)
  const open = new Map<string, ManifestWriter>()
  const done: ManifestFile[] = []
  try {
    for await (const entry of entries) {
      const {specId, content} = entry.dataFile
      const kind = content === 'data' ? 'data' : 'deletes'
      const key = `${kind} ${specId}`
      let writer = open.get(key)
      if (writer && writer.length >= target) {
        open.delete(key)
        done.push(await writer.close())
        writer = undefined
      }
      if (!writer) {
        writer = await openManifest(table, stage, specId, kind)
        open.set(key, writer)
      }
      await writer.add(entry)
    }
    for (const [key, writer] of open) {
      open.delete(key)
      done.push(await writer.close())
    }
    return done
  } catch (error) {
    for (const writer of open.values()) await writer.abort()
    throw error
  }
}

/** Begins a manifest of one spec, for data files or for delete files. */
export function openManifest(
  {io, metadata}: IcebergTable,
  stage: ManifestStage,
  specId: number,
  content: ManifestFile['content'],
): Promise<ManifestWriter> {
  const [schema = currentSchema(metadata), ...olderSchemas] = schemasCurrentFirst(metadata)
  return createManifestWriter(io, stage.nextPath(), {
    formatVersion: metadata['format-version'],
    spec: partitionSpecById(metadata, specId),
    schema,
    olderSchemas,
    content,
    snapshotId: stage.snapshotId,
  })
}

/** Files to be taken out of a snapshot, by `fileIdentity`. */
export interface FilesToRemove {
  readonly data: ReadonlySet<string>
  readonly deletes: ReadonlySet<string>
}

export const NO_FILES: FilesToRemove = {data: new Set(), deletes: new Set()}

/**
 * The manifests of a snapshot without some of their files: a manifest that holds none of them is taken as it is; those that do
 * are written anew, together, their other live entries as EXISTING and the removed ones as DELETED, both with the sequence
 * numbers that they had (spec, "Manifest Entry Fields"). A manifest that only tells of deletions of earlier snapshots is left out.
 *
 * `removed` holds what was found live and is gone now; the caller decides what a missing one means.
 *
 * @throws the signal's reason
 */
export async function withoutFiles(
  table: IcebergTable,
  stage: ManifestStage,
  manifests: readonly ManifestFile[],
  files: FilesToRemove,
  signal?: AbortSignal,
): Promise<{readonly manifests: readonly ManifestFile[]; readonly removed: readonly DataFile[]}> {
  const live = manifests.filter((manifest) => !isSpent(manifest))
  const searched = live.filter(({content}) => files[content].size > 0)
  const affected = new Set<ManifestFile>()
  const removed: DataFile[] = []
  for await (const block of readManifests(table, searched, {signal})) {
    for (const row of liveRows(block)) {
      if (!isAmong(files, block, row)) continue
      affected.add(block.manifest)
      removed.push(block.entry(row).dataFile)
    }
  }
  const rewritten = await writeManifests(table, stage, remaining(table, affected, files, {snapshotId: stage.snapshotId, signal}))
  return {manifests: [...live.filter((manifest) => !affected.has(manifest)), ...rewritten], removed}
}

const isSpent = (manifest: ManifestFile) => manifest.deletedFilesCount > 0 && manifest.addedFilesCount + manifest.existingFilesCount === 0

/** A data file is known by its path, which is read without everything else that an entry has. */
function isAmong(files: FilesToRemove, block: EntryBlock, row: number): boolean {
  const {content} = block.manifest
  return files[content].has(content === 'data' ? block.filePath(row) : fileIdentity(block.entry(row).dataFile))
}

async function* remaining(
  table: IcebergTable,
  manifests: Iterable<ManifestFile>,
  files: FilesToRemove,
  {snapshotId, signal}: {readonly snapshotId: bigint; readonly signal: AbortSignal | undefined},
): AsyncIterable<NewManifestEntry> {
  for await (const block of readManifests(table, manifests, {signal})) {
    for (const row of liveRows(block)) {
      const entry = block.entry(row)
      yield isAmong(files, block, row) ? {...entry, status: 'deleted', snapshotId} : {...entry, status: 'existing'}
    }
  }
}
