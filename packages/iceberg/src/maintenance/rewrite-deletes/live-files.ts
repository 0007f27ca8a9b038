import {readManifest} from '../../avro/manifest.js'
import {readManifestList} from '../../avro/manifest-list.js'
import {headOf} from '../../refs.js'
import {partitionKey} from '../../spec/file-partition.js'
import {fileIdentity, type ManifestEntry} from '../../spec/manifest.js'
import type {IcebergTable} from '../../table.js'

/** The live files of a table's head. */
export interface LiveFiles {
  /** Data files by partition key. */
  readonly data: ReadonlyMap<string, readonly ManifestEntry[]>
  /** Delete files by identity. */
  readonly deletes: ReadonlyMap<string, ManifestEntry>
}

/** Reads every manifest; memory grows with the number of files. */
export async function liveFilesOf(table: IcebergTable): Promise<LiveFiles> {
  const {io, metadata} = table
  const head = headOf(table)
  const data = new Map<string, ManifestEntry[]>()
  const deletes = new Map<string, ManifestEntry>()
  for (const manifest of head ? await readManifestList(io, head, metadata['format-version']) : []) {
    for await (const entry of readManifest(io, manifest, {metadata})) {
      if (entry.status === 'deleted') continue
      if (manifest.content === 'deletes') deletes.set(fileIdentity(entry.dataFile), entry)
      else {
        const key = partitionKey(entry.dataFile)
        const partition = data.get(key)
        if (partition) partition.push(entry)
        else data.set(key, [entry])
      }
    }
  }
  return {data, deletes}
}
