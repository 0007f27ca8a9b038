import type {OperationContext, PlannedFile} from '@phlo/core'
import {readManifest} from '../../avro/manifest.js'
import type {ManifestFile} from '../../spec/manifest.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {manifestsOf} from '../manifests-of.js'
import type {ExpiredFiles} from './plan-types.js'

const SIZES_AT_A_TIME = 8

/** What only the expired snapshots reach: before minus after, never a guess from what one commit deleted. */
export async function filesOnlyReachableFrom(
  table: IcebergTable,
  expired: readonly Snapshot[],
  retained: readonly Snapshot[],
  context: OperationContext,
): Promise<{readonly files: ExpiredFiles; readonly specIds: ReadonlySet<number>}> {
  context.progress.start('reading manifest lists', expired.length + retained.length)
  const before = await manifestsOf(table, expired, context)
  const after = await manifestsOf(table, retained, context)
  context.progress.done()
  const unreferenced = [...before.manifests.values()].filter(({manifestPath}) => !after.manifests.has(manifestPath))
  context.progress.start('reading manifests', unreferenced.length + (unreferenced.length > 0 ? after.manifests.size : 0))
  const found = {
    data: new Map<string, PlannedFile>(),
    'position-deletes': new Map<string, PlannedFile>(),
    'equality-deletes': new Map<string, PlannedFile>(),
  }
  for (const manifest of unreferenced) {
    for await (const {status, dataFile} of readManifest(table.io, manifest, {metadata: table.metadata})) {
      if (status !== 'deleted') found[dataFile.content].set(dataFile.filePath, {path: dataFile.filePath, size: dataFile.fileSizeInBytes})
    }
    context.progress.advance()
  }
  const all = Object.values(found)
  if (all.some(({size}) => size > 0)) {
    for (const manifest of after.manifests.values()) {
      context.signal.throwIfAborted()
      await forgetLive(table, manifest, all)
      context.progress.advance()
    }
  }
  context.progress.done()
  const lists = [...before.lists.difference(after.lists)]
  return {
    files: {
      dataFiles: [...found.data.values()],
      positionDeleteFiles: [...found['position-deletes'].values()],
      equalityDeleteFiles: [...found['equality-deletes'].values()],
      manifests: unreferenced.map(({manifestPath, manifestLength}) => ({path: manifestPath, size: manifestLength})),
      manifestLists: await withSizes(table, lists),
      statisticsFiles: statisticsOf(table, expired),
    },
    specIds: after.specIds,
  }
}

async function forgetLive(table: IcebergTable, manifest: ManifestFile, found: readonly Map<string, PlannedFile>[]): Promise<void> {
  for await (const {status, dataFile} of readManifest(table.io, manifest, {metadata: table.metadata})) {
    if (status !== 'deleted') for (const files of found) files.delete(dataFile.filePath)
  }
}

async function withSizes(table: IcebergTable, paths: readonly string[]): Promise<readonly PlannedFile[]> {
  const {default: pMap} = await import('p-map')
  return pMap(paths, async (path) => ({path, size: (await table.io.stat(path))?.size ?? 0}), {concurrency: SIZES_AT_A_TIME})
}

/** Statistics of expired snapshots, unless one that stays has the same file. */
function statisticsOf({metadata}: IcebergTable, expired: readonly Snapshot[]): readonly PlannedFile[] {
  const gone = new Set(expired.map((snapshot) => snapshot['snapshot-id']))
  const all = [...(metadata.statistics ?? []), ...(metadata['partition-statistics'] ?? [])]
  const stay = new Set(all.filter((file) => !gone.has(file['snapshot-id'])).map((file) => file['statistics-path']))
  const files = new Map<string, PlannedFile>()
  for (const file of all) {
    const path = file['statistics-path']
    if (gone.has(file['snapshot-id']) && !stay.has(path)) files.set(path, {path, size: file['file-size-in-bytes']})
  }
  return [...files.values()]
}

/**
 * Those of these paths that snapshots committed after the plan refer to. Only manifests that the plan did not see can do so:
 * new ones, and ones that are themselves among the paths.
 */
export async function referencedSince(
  table: IcebergTable,
  known: ReadonlySet<string>,
  paths: ReadonlySet<string>,
  context: OperationContext,
): Promise<ReadonlySet<string>> {
  const fresh = table.metadata.snapshots.filter((snapshot) => !known.has(String(snapshot['snapshot-id'])))
  if (fresh.length === 0) return new Set()
  const freshIds = new Set(fresh.map((snapshot) => snapshot['snapshot-id']))
  const {manifests, lists} = await manifestsOf(table, fresh, context)
  const referenced = new Set([...lists].filter((path) => paths.has(path)))
  for (const manifest of manifests.values()) {
    const unseen = freshIds.has(manifest.addedSnapshotId) || paths.has(manifest.manifestPath)
    if (!unseen) continue
    if (paths.has(manifest.manifestPath)) referenced.add(manifest.manifestPath)
    for await (const {status, dataFile} of readManifest(table.io, manifest, {metadata: table.metadata})) {
      if (status !== 'deleted' && paths.has(dataFile.filePath)) referenced.add(dataFile.filePath)
    }
  }
  return referenced
}
