import type {OperationContext, PlannedFile} from '@phlo/core'
import {liveRows} from '../../avro/entry-block.js'
import {readManifests} from '../../avro/manifest.js'
import {manifestsOf} from '../../avro/manifests-of.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import type {ExpiredFiles} from './plan-types.js'

/** What only the expired snapshots reach: before minus after, never a guess from what one commit deleted. Every file is read once. */
export async function filesOnlyReachableFrom(
  table: IcebergTable,
  expired: readonly Snapshot[],
  retained: readonly Snapshot[],
  context: OperationContext,
): Promise<{readonly files: ExpiredFiles; readonly specIds: ReadonlySet<number>}> {
  context.progress.start('reading manifest lists', expired.length + retained.length)
  const after = await manifestsOf(table, retained, context)
  const goneLists = expired.filter(({'manifest-list': list}) => list === undefined || !after.lists.has(list))
  const before = await manifestsOf(table, goneLists, context)
  context.progress.done()
  const unreferenced = [...before.manifests.values()].filter(({manifestPath}) => !after.manifests.has(manifestPath))
  const reading = {signal: context.signal, onManifest: () => context.progress.advance()}
  context.progress.start('reading manifests', unreferenced.length + (unreferenced.length > 0 ? after.manifests.size : 0))
  const found = {
    data: new Map<string, number>(),
    'position-deletes': new Map<string, number>(),
    'equality-deletes': new Map<string, number>(),
  }
  for await (const block of readManifests(table, unreferenced, reading)) {
    for (const row of liveRows(block)) found[block.content(row)].set(block.filePath(row), block.fileSizeInBytes(row))
  }
  const all = Object.values(found)
  if (all.some(({size}) => size > 0)) {
    for await (const block of readManifests(table, after.manifests.values(), reading)) {
      for (const row of liveRows(block)) {
        const path = block.filePath(row)
        for (const files of all) files.delete(path)
      }
    }
  }
  context.progress.done()
  return {
    files: {
      dataFiles: plannedFiles(found.data),
      positionDeleteFiles: plannedFiles(found['position-deletes']),
      equalityDeleteFiles: plannedFiles(found['equality-deletes']),
      manifests: unreferenced.map(({manifestPath, manifestLength}) => ({path: manifestPath, size: manifestLength})),
      manifestLists: plannedFiles(before.listLengths),
      statisticsFiles: statisticsOf(table, expired),
    },
    specIds: after.specIds,
  }
}

const plannedFiles = (sizes: ReadonlyMap<string, number>): readonly PlannedFile[] => Array.from(sizes, ([path, size]) => ({path, size}))

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
  const unseen = [...manifests.values()].filter(
    ({addedSnapshotId, manifestPath}) => freshIds.has(addedSnapshotId) || paths.has(manifestPath),
  )
  for (const {manifestPath} of unseen) if (paths.has(manifestPath)) referenced.add(manifestPath)
  for await (const block of readManifests(table, unseen, {signal: context.signal})) {
    for (const row of liveRows(block)) {
      const path = block.filePath(row)
      if (paths.has(path)) referenced.add(path)
    }
  }
  return referenced
}
