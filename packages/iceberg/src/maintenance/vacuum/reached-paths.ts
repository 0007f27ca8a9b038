import {hasCode, messageOf, type OperationContext, refused} from '@phlo/core'
import {liveRows} from '../../avro/entry-block.js'
import {readManifests} from '../../avro/manifest.js'
import {manifestsOf} from '../../avro/manifests-of.js'
import type {LoadedTable} from '../../catalog/catalog.js'
import type {Reached, ReachedTable} from '../../catalog/history.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import {ownPaths} from './references.js'

/** Metadata files that are read at the same time. */
const AT_A_TIME = 16

/**
 * Every path that any of a table's metadata files which are told refers to, some of them more than once; those in their logs are needed only
 * where they are told too, since what they refer to is not kept either. A metadata file of an old commit that is gone is passed over: it
 * went when the commit did not count. One of a head never goes so, and somebody may bring it back. Anything else that cannot be read is an
 * error, as an incomplete answer would delete live files.
 *
 * @throws PhloError `METADATA_GONE` (exit 6) when that of a head is gone and nobody said that it is lost, or when none of them is there,
 * which may be for want of the place that they are in
 */
export async function* reachedPaths(
  reached: Reached,
  {name, metadataFiles}: ReachedTable,
  context: OperationContext,
): AsyncIterable<readonly string[]> {
  const {default: pMap} = await import('p-map')
  const snapshots = new Map<string | Snapshot, Snapshot>()
  let io: LoadedTable['io'] | undefined
  let told = 0
  context.progress.start(`reading metadata of ${name}`)
  for await (const locations of metadataFiles()) {
    const loaded = await pMap(locations, (location) => loadUnlessGone(reached, name, location, context), {
      concurrency: AT_A_TIME,
      signal: context.signal,
    })
    for (const table of loaded) {
      if (!table) continue
      io ??= table.io
      yield ownPaths(table)
      // Metadata files of one table have most of their snapshots in common.
      for (const snapshot of table.metadata.snapshots) snapshots.set(snapshot['manifest-list'] ?? snapshot, snapshot)
    }
    told += locations.filter((location) => !reached.lost.has(location)).length
    context.progress.advance(locations.length)
  }
  context.progress.done()
  if (!io && told > 0) throw metadataGone(name, told)
  if (io) yield* pathsOfSnapshots(io, [...snapshots.values()], context)
}

const metadataGone = (name: string, count: number) =>
  refused(
    'METADATA_GONE',
    `Commits that count have ${count} metadata files of ${name}, and none of them is there any more; nothing was deleted, since its data files may still be there.`,
    ["--cutoff '<branch>=P7D'   (so that commits whose files were cleaned up do not count)"],
  )

const headGone = (name: string, reference: string, location: string) =>
  refused(
    'METADATA_GONE',
    `${name} has at the head of ${reference} the metadata file ${location}, which is gone; nothing was deleted, since what only it refers to would be lost when it is brought back.`,
    [`--lost-metadata ${location}   (when it is gone for good)`],
  )

async function loadUnlessGone(reached: Reached, name: string, location: string, {log}: OperationContext): Promise<LoadedTable | undefined> {
  try {
    return await reached.load(location)
  } catch (error) {
    if (!hasCode(error, 'FILE_NOT_FOUND')) throw error
    const reference = reached.lost.has(location) ? undefined : await reached.headWith(location)
    if (reference !== undefined) throw headGone(name, reference, location)
    log.warn(`A commit has metadata that is gone, so that what only it refers to is not kept: ${messageOf(error)}`)
    return undefined
  }
}

/** Partition specs of the same id may differ from branch to branch. A path needs none: tuples are passed over. */
async function* pathsOfSnapshots(
  io: LoadedTable['io'],
  snapshots: readonly Snapshot[],
  context: OperationContext,
): AsyncIterable<readonly string[]> {
  context.progress.start('reading manifest lists', snapshots.length)
  const {manifests, lists, specIds} = await manifestsOf({io, metadata: {'format-version': 2}}, snapshots, context)
  context.progress.done()
  yield [...lists]
  yield [...manifests.keys()]
  const specs = {
    'partition-specs': [...specIds].map((id) => ({'spec-id': id, fields: []})),
    schemas: [],
    'current-schema-id': 0,
  }
  const reading = {signal: context.signal, onManifest: () => context.progress.advance()}
  context.progress.start('reading manifests', manifests.size)
  for await (const block of readManifests({io, metadata: specs}, manifests.values(), reading)) {
    yield Array.from(liveRows(block), block.filePath)
  }
  context.progress.done()
}
