import type {OperationContext} from '@phlo/core'
import {liveRows} from '../../avro/entry-block.js'
import {readManifests} from '../../avro/manifest.js'
import {manifestsOf} from '../../avro/manifests-of.js'
import type {LoadedTable} from '../../catalog/catalog.js'
import type {IcebergTable} from '../../table.js'

/** The paths that a metadata file names, itself among them, but for its log, manifest lists, and what these lead to. */
export function ownPaths({metadata, metadataLocation}: Pick<LoadedTable, 'metadata' | 'metadataLocation'>): readonly string[] {
  const statistics = [...(metadata.statistics ?? []), ...(metadata['partition-statistics'] ?? [])]
  return [
    metadataLocation,
    `${metadata.location.replace(/\/+$/, '')}/metadata/version-hint.text`,
    ...statistics.map((file) => file['statistics-path']),
  ]
}

/**
 * Every path that the table refers to, some of them more than once: its metadata file and the logged ones, the manifest lists, manifests and
 * live files of all its snapshots, and statistics. Anything that cannot be read is an error: an incomplete answer would delete live
 * files.
 */
export async function* referencedPaths(table: IcebergTable, context: OperationContext): AsyncIterable<readonly string[]> {
  const {metadata} = table
  yield ownPaths(table)
  yield metadata['metadata-log'].map((entry) => entry['metadata-file'])
  context.progress.start('reading manifest lists', metadata.snapshots.length)
  const {manifests, lists} = await manifestsOf(table, metadata.snapshots, context)
  context.progress.done()
  yield [...lists]
  yield [...manifests.keys()]
  context.progress.start('reading manifests', manifests.size)
  const reading = {signal: context.signal, onManifest: () => context.progress.advance()}
  for await (const block of readManifests(table, manifests.values(), reading)) yield Array.from(liveRows(block), block.filePath)
  context.progress.done()
}
