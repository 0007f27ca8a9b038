import type {OperationContext} from '@phlo/core'
import {readManifestList} from '../avro/manifest-list.js'
import type {ManifestFile} from '../spec/manifest.js'
import type {Snapshot} from '../spec/table-metadata.js'
import type {IcebergTable} from '../table.js'

const MANIFEST_LISTS_AT_A_TIME = 8

/** Everything that some snapshots reach by their manifest lists. */
interface Reach {
  readonly manifests: ReadonlyMap<string, ManifestFile>
  readonly lists: ReadonlySet<string>
  readonly specIds: ReadonlySet<number>
}

/** The manifests of some snapshots, each once. A list that cannot be read is an error: what it holds must not be taken for unreferenced. */
export async function manifestsOf(table: IcebergTable, snapshots: readonly Snapshot[], context: OperationContext): Promise<Reach> {
  const {default: pMap} = await import('p-map')
  const manifests = new Map<string, ManifestFile>()
  const lists = new Set<string>()
  await pMap(
    snapshots,
    async (snapshot) => {
      if (snapshot['manifest-list'] !== undefined) lists.add(snapshot['manifest-list'])
      for (const manifest of await readManifestList(table.io, snapshot, table.metadata['format-version'])) {
        manifests.set(manifest.manifestPath, manifest)
      }
      context.progress.advance()
    },
    {concurrency: MANIFEST_LISTS_AT_A_TIME, signal: context.signal},
  )
  return {manifests, lists, specIds: new Set([...manifests.values()].map(({partitionSpecId}) => partitionSpecId))}
}
