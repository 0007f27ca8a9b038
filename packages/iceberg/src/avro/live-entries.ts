import type {FileIO} from '@phlo/core'
import type {ManifestEntry, ManifestFile} from '../spec/manifest.js'
import type {TableMetadata} from '../spec/table-metadata.js'
import {readManifest} from './manifest.js'

/** The entries of some manifests that are not deleted, as a stream in the order of the manifests. */
export async function* liveEntries(
  {io, metadata}: {readonly io: FileIO; readonly metadata: TableMetadata},
  manifests: readonly ManifestFile[],
  signal?: AbortSignal,
): AsyncIterable<ManifestEntry> {
  for (const manifest of manifests) {
    signal?.throwIfAborted()
    for await (const entry of readManifest(io, manifest, {metadata})) if (entry.status !== 'deleted') yield entry
  }
}
