import type {OperationContext, PlannedFile} from '@phlo/core'
import {liveRows} from '../../avro/entry-block.js'
import {readManifests} from '../../avro/manifest.js'
import {manifestsOf} from '../../avro/manifests-of.js'
import type {IcebergTable} from '../../table.js'
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
  const reading = {signal: context.signal, onManifest: () => context.progress.advance()}
  for await (const block of readManifests(table, manifests.values(), reading)) {
    for (const row of liveRows(block)) add(block.filePath(row), block.fileSizeInBytes(row))
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
