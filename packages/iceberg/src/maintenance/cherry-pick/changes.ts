import {readManifest} from '../../avro/manifest.js'
import {readManifestList} from '../../avro/manifest-list.js'
import type {DataFile} from '../../spec/manifest.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'

/** What one snapshot did to the files of its parent. */
export interface SnapshotFiles {
  readonly added: readonly DataFile[]
  readonly removed: readonly DataFile[]
}

/** Reads what a snapshot added and removed, data and delete files, from the manifests that were written for it. */
export async function filesOfSnapshot({io, metadata}: IcebergTable, snapshot: Snapshot): Promise<SnapshotFiles> {
  const id = snapshot['snapshot-id']
  const added: DataFile[] = []
  const removed: DataFile[] = []
  for (const manifest of await readManifestList(io, snapshot, metadata['format-version'])) {
    if (manifest.addedSnapshotId !== id) continue
    for await (const {status, snapshotId, dataFile} of readManifest(io, manifest, {metadata})) {
      if (snapshotId !== id) continue
      if (status === 'added') added.push(dataFile)
      if (status === 'deleted') removed.push(dataFile)
    }
  }
  return {added, removed}
}
