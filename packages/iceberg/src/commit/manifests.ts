import {randomUUID} from 'node:crypto'
import {readManifest} from '../avro/manifest.js'
import {createManifestWriter, type ManifestWriter} from '../avro/manifest-writer.js'
import {currentSchema, partitionSpecById} from '../spec/current.js'
import type {DataFile, ManifestFile, NewManifestEntry} from '../spec/manifest.js'
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

/** Writes entries into manifests of the table's target size, a new one for each spec. A manifest holds one spec only. */
export async function writeManifests(
  table: IcebergTable,
  stage: ManifestStage,
  entries: Iterable<NewManifestEntry> | AsyncIterable<NewManifestEntry>,
): Promise<readonly ManifestFile[]> {
  const target = numberProperty(table.properties, 'commit.manifest.target-size-bytes', 8 * 1024 * 1024, 1)
  const open = new Map<number, ManifestWriter>()
  const done: ManifestFile[] = []
  try {
    for await (const entry of entries) {
      const {specId} = entry.dataFile
      let writer = open.get(specId)
      if (writer && writer.length >= target) {
        open.delete(specId)
        done.push(await writer.close())
        writer = undefined
      }
      if (!writer) {
        writer = await openManifest(table, stage, specId)
        open.set(specId, writer)
      }
      await writer.add(entry)
    }
    for (const [specId, writer] of open) {
      open.delete(specId)
      done.push(await writer.close())
    }
    return done
  } catch (error) {
    for (const writer of open.values()) await writer.abort()
    throw error
  }
}

function openManifest({io, metadata}: IcebergTable, stage: ManifestStage, specId: number): Promise<ManifestWriter> {
  return createManifestWriter(io, stage.nextPath(), {
    formatVersion: metadata['format-version'],
    spec: partitionSpecById(metadata, specId),
    schema: currentSchema(metadata),
    content: 'data',
    snapshotId: stage.snapshotId,
  })
}

/**
 * The manifests of a snapshot without some of their data files: a manifest that holds none of them is taken as it is; those that
 * do are written anew, together, their other live entries as EXISTING and the removed ones as DELETED, both with the sequence
 * numbers that they had (spec, "Manifest Entry Fields"). A manifest that only tells of deletions of earlier snapshots is left out.
 *
 * `removed` holds what was found live and is gone now; the caller decides what a missing one means.
 */
export async function withoutFiles(
  table: IcebergTable,
  stage: ManifestStage,
  manifests: readonly ManifestFile[],
  paths: ReadonlySet<string>,
): Promise<{readonly manifests: readonly ManifestFile[]; readonly removed: readonly DataFile[]}> {
  const kept: ManifestFile[] = []
  const affected: ManifestFile[] = []
  const removed: DataFile[] = []
  for (const manifest of manifests) {
    if (manifest.content === 'data' && isSpent(manifest)) continue
    const found = manifest.content === 'data' && paths.size > 0 ? await liveFilesAmong(table, manifest, paths) : []
    removed.push(...found)
    if (found.length > 0) affected.push(manifest)
    else kept.push(manifest)
  }
  const rewritten = await writeManifests(table, stage, remaining(table, affected, paths, stage.snapshotId))
  return {manifests: [...kept, ...rewritten], removed}
}

const isSpent = (manifest: ManifestFile) => manifest.deletedFilesCount > 0 && manifest.addedFilesCount + manifest.existingFilesCount === 0

async function liveFilesAmong(table: IcebergTable, manifest: ManifestFile, paths: ReadonlySet<string>): Promise<readonly DataFile[]> {
  const found: DataFile[] = []
  for await (const {status, dataFile} of readManifest(table.io, manifest, {metadata: table.metadata})) {
    if (status !== 'deleted' && paths.has(dataFile.filePath)) found.push(dataFile)
  }
  return found
}

async function* remaining(
  table: IcebergTable,
  manifests: readonly ManifestFile[],
  paths: ReadonlySet<string>,
  snapshotId: bigint,
): AsyncIterable<NewManifestEntry> {
  for (const manifest of manifests) {
    for await (const entry of readManifest(table.io, manifest, {metadata: table.metadata})) {
      if (entry.status === 'deleted') continue
      yield paths.has(entry.dataFile.filePath) ? {...entry, status: 'deleted', snapshotId} : {...entry, status: 'existing'}
    }
  }
}
