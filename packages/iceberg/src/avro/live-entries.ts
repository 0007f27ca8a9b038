import type {FileIO} from '@phlo/core'
import type {ManifestEntry, ManifestFile} from '../spec/manifest.js'
import type {TableMetadata} from '../spec/table-metadata.js'
import {liveRows} from './entry-block.js'
import {readManifests} from './manifest.js'

/** The entries of some manifests that are not deleted, as a stream in the order of the manifests. */
export async function* liveEntries(
  table: {readonly io: FileIO; readonly metadata: TableMetadata},
  manifests: readonly ManifestFile[],
  signal?: AbortSignal,
): AsyncIterable<ManifestEntry> {
  for await (const block of readManifests(table, manifests, {signal})) for (const row of liveRows(block)) yield block.entry(row)
}
