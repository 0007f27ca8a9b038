import type {OperationContext, PlannedFile} from '@phlo/core'
import {readManifest} from '../../avro/manifest.js'
import type {IcebergTable} from '../../table.js'
import {manifestsOf} from '../manifests-of.js'
import {assertGcEnabled, assertNotEncrypted} from '../plan-header.js'

/**
 * Every file that a table's metadata refers to, metadata last: what `drop --purge` deletes after the catalog has forgotten the
 * table. Files that lie in its location and are not referred to are not among them.
 *
 * @throws PhloError `GC_DISABLED`; whatever cannot be read
 */
export async function filesToPurge(table: IcebergTable, context: OperationContext): Promise<readonly PlannedFile[]> {
  assertGcEnabled(table, 'purging')
  assertNotEncrypted(table, 'purging')
  const {metadata} = table
  context.progress.start('reading manifest lists', metadata.snapshots.length)
  const {manifests, lists} = await manifestsOf(table, metadata.snapshots, context)
  context.progress.done()
  const files = new Map<string, PlannedFile>()
  const add = (path: string, size: number) => files.set(path, {path, size})
  context.progress.start('reading manifests', manifests.size)
  for (const manifest of manifests.values()) {
    context.signal.throwIfAborted()
    for await (const {status, dataFile} of readManifest(table.io, manifest, {metadata})) {
      if (status !== 'deleted') add(dataFile.filePath, dataFile.fileSizeInBytes)
    }
    context.progress.advance()
  }
  context.progress.done()
  for (const file of [...(metadata.statistics ?? []), ...(metadata['partition-statistics'] ?? [])]) {
    add(file['statistics-path'], file['file-size-in-bytes'])
  }
  for (const {manifestPath, manifestLength} of manifests.values()) add(manifestPath, manifestLength)
  for (const list of lists) add(list, 0)
  for (const entry of metadata['metadata-log']) add(entry['metadata-file'], 0)
  add(table.metadataLocation, 0)
  return [...files.values()]
}
