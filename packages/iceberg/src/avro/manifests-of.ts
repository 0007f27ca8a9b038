import type {FileIO, OperationContext} from '@phlo/core'
import type {ManifestFile} from '../spec/manifest.js'
import type {Snapshot, TableMetadata} from '../spec/table-metadata.js'
import {manifestCollector} from './manifest-collector.js'

const MANIFEST_LISTS_AT_A_TIME = 8

/** Everything that some snapshots reach by their manifest lists. */
interface Reach {
  readonly manifests: ReadonlyMap<string, ManifestFile>
  readonly lists: ReadonlySet<string>
  /** Bytes of each of them. */
  readonly listLengths: ReadonlyMap<string, number>
  readonly specIds: ReadonlySet<number>
}

/** What of a table manifest lists are read with. */
interface ListedTable {
  readonly io: FileIO
  readonly metadata: Pick<TableMetadata, 'format-version'>
}

/** The manifests of some snapshots, each once. A list that cannot be read is an error: what it holds must not be taken for unreferenced. */
export async function manifestsOf(table: ListedTable, snapshots: readonly Snapshot[], context: OperationContext): Promise<Reach> {
  const {default: pMap} = await import('p-map')
  const collector = manifestCollector(table.io, table.metadata['format-version'])
  const listLengths = new Map<string, number>()
  const each = [...new Map(snapshots.map((snapshot) => [snapshot['manifest-list'] ?? snapshot, snapshot])).values()]
  await pMap(
    each,
    async (snapshot) => {
      const length = await collector.add(snapshot)
      if (snapshot['manifest-list'] !== undefined) listLengths.set(snapshot['manifest-list'], length)
      context.progress.advance()
    },
    {concurrency: MANIFEST_LISTS_AT_A_TIME, signal: context.signal},
  )
  const manifests = await collector.result()
  return {
    manifests,
    lists: new Set(listLengths.keys()),
    listLengths,
    specIds: new Set([...manifests.values()].map(({partitionSpecId}) => partitionSpecId)),
  }
}
