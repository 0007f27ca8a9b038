import {formatTableName, type PhloError, refused} from '@phlo/core'
import {liveEntries} from '../../avro/live-entries.js'
import {readManifestList} from '../../avro/manifest-list.js'
import {ancestorsOf, headOf} from '../../refs.js'
import {partitionSpecById} from '../../spec/current.js'
import {partitionKey} from '../../spec/file-partition.js'
import {fileIdentity, type ManifestEntry, type ManifestFile} from '../../spec/manifest.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import type {SnapshotFiles} from './changes.js'

/**
 * Makes sure that the changes of a snapshot can be made on the head of the table's branch, by the rules of Iceberg's Java library:
 * an append always; a dynamic overwrite when what it was made from is in the branch's history and nothing landed in its partitions
 * since, delete files included; anything else only when the branch is at its parent.
 *
 * @returns true when the branch can simply move to the snapshot
 * @throws PhloError `ALREADY_AN_ANCESTOR`, `ALREADY_PICKED`, `WAP_ID_PUBLISHED`, `NOT_PICKABLE`, `NOT_BASED_ON_ANCESTOR`, `PARTITIONS_CHANGED` (all exit 6)
 */
export async function assertPickable(table: IcebergTable, source: Snapshot, files: SnapshotFiles): Promise<boolean> {
  const head = headOf(table)
  const ancestors = [...ancestorsOf(table.metadata, head)]
  assertNew(table, source, ancestors)
  if (source['parent-snapshot-id'] === head?.['snapshot-id']) return true
  const kind = kindOf(source, files)
  const name = formatTableName(table.name)
  const id = source['snapshot-id']
  if (kind === undefined) {
    throw refused(
      'NOT_PICKABLE',
      `Snapshot ${id} of ${name} (${source.summary?.operation ?? 'of no named operation'}) was not made on the head of ${table.ref}; there only an append or a dynamic overwrite can be picked.`,
      [`phlo snapshot set-current ${name} --to ${id} --dry-run`],
    )
  }
  if (kind === 'overwrite') await assertPartitionsUnchanged(table, source, files, ancestors)
  else await assertNotLive(table, files, ancestors)
  return false
}

/** What can be made again on another head; undefined for anything else. */
export function kindOf({summary}: Snapshot, {added, removed}: SnapshotFiles): 'append' | 'overwrite' | undefined {
  if (added.some(({content}) => content !== 'data')) return undefined
  if (summary?.operation === 'append' && removed.length === 0) return 'append'
  return summary?.operation === 'overwrite' && summary['replace-partitions'] === 'true' ? 'overwrite' : undefined
}

function assertNew(table: IcebergTable, source: Snapshot, ancestors: readonly Snapshot[]): void {
  const name = formatTableName(table.name)
  const id = source['snapshot-id']
  const wapId = source.summary?.['wap.id'] || undefined
  const look = [`phlo snapshot list ${name} --ancestors`]
  for (const {'snapshot-id': ancestor, summary} of ancestors) {
    if (ancestor === id) throw refused('ALREADY_AN_ANCESTOR', `Snapshot ${id} is in the history of ${table.ref} of ${name} already.`, look)
    if (summary?.['source-snapshot-id'] === String(id)) {
      throw refused('ALREADY_PICKED', `Snapshot ${id} was picked to ${table.ref} of ${name} already, as snapshot ${ancestor}.`, look)
    }
    if (wapId !== undefined && (summary?.['wap.id'] === wapId || summary?.['published-wap-id'] === wapId)) {
      throw refused('WAP_ID_PUBLISHED', `wap.id ${wapId} was published to ${table.ref} of ${name} already, as snapshot ${ancestor}.`, look)
    }
  }
}

/** Where ancestors have expired nobody can tell whether the snapshot was one of them; its files can. */
async function assertNotLive(table: IcebergTable, {added}: SnapshotFiles, ancestors: readonly Snapshot[]): Promise<void> {
  if (ancestors.at(-1)?.['parent-snapshot-id'] === undefined) return
  const paths = new Set(added.map(fileIdentity))
  for await (const {dataFile} of liveEntries(table, await manifestsOfHead(table))) {
    if (!paths.has(fileIdentity(dataFile))) continue
    const name = formatTableName(table.name)
    throw refused('ALREADY_PICKED', `${table.ref} of ${name} has ${dataFile.filePath} of that snapshot already.`, [
      `phlo table files ${name}`,
    ])
  }
}

async function assertPartitionsUnchanged(
  table: IcebergTable,
  source: Snapshot,
  {added, removed}: SnapshotFiles,
  ancestors: readonly Snapshot[],
): Promise<void> {
  const {metadata, ref} = table
  const name = formatTableName(table.name)
  const id = source['snapshot-id']
  const parent = source['parent-snapshot-id']
  const at = parent === undefined ? ancestors.length : ancestors.findIndex((ancestor) => ancestor['snapshot-id'] === parent)
  if (at === -1) {
    throw refused(
      'NOT_BASED_ON_ANCESTOR',
      `Snapshot ${id} overwrites partitions as they were in snapshot ${parent}, which is not in the history of ${ref} of ${name}.`,
      [`phlo snapshot diff ${name} ${ref} ${id}`],
    )
  }
  const since = new Set(ancestors.slice(0, at).map((snapshot) => snapshot['snapshot-id']))
  const isNew = parent === undefined ? () => true : (entry: ManifestEntry) => since.has(entry.snapshotId)
  const partitions = new Set([...added, ...removed].map(partitionKey))
  const everywhere = new Set(metadata['partition-specs'].map((spec) => spec['spec-id']).filter((spec) => isUnpartitioned(table, spec)))
  const gone = new Set(removed.filter(({content}) => content === 'data').map(fileIdentity))
  for await (const entry of liveEntries(table, await manifestsOfHead(table))) {
    const {dataFile} = entry
    if (dataFile.content === 'data') gone.delete(fileIdentity(dataFile))
    // Delete files of an unpartitioned spec apply to every partition (spec, "Scan Planning").
    const isGlobal = dataFile.content !== 'data' && everywhere.has(dataFile.specId)
    if (isNew(entry) && (isGlobal || partitions.has(partitionKey(dataFile)))) throw changed(table, source, `${dataFile.filePath} was added`)
  }
  const [first] = gone
  if (first !== undefined) throw changed(table, source, `${first} was removed`)
}

function changed({ref, name}: IcebergTable, {'snapshot-id': id}: Snapshot, what: string): PhloError {
  const table = formatTableName(name)
  return refused(
    'PARTITIONS_CHANGED',
    `Snapshot ${id} overwrites partitions of ${table} that changed on ${ref} since it was made: ${what}.`,
    [`phlo snapshot diff ${table} ${id} ${ref} --files`],
  )
}

const isUnpartitioned = ({metadata}: IcebergTable, specId: number) =>
  partitionSpecById(metadata, specId).fields.every(({transform}) => transform === 'void')

async function manifestsOfHead(table: IcebergTable): Promise<readonly ManifestFile[]> {
  const head = headOf(table)
  return head ? readManifestList(table.io, head, table.metadata['format-version']) : []
}
