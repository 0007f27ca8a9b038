import {isPhloError, type OperationContext} from '@phlo/core'
import {readManifest} from '../../avro/manifest.js'
import {readManifestList} from '../../avro/manifest-list.js'
import {ancestorsOf} from '../../refs.js'
import type {ManifestFile} from '../../spec/manifest.js'
import type {PartitionStatisticsFile, Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {type CountsByPartition, count, countsOf, noteChange} from './partition-counts.js'
import {readPartitionStatistics} from './statistics-file.js'
import type {UnifiedPartition} from './unified-partition.js'

/** Statistics of an ancestor that can be counted on from, and the snapshots since, the youngest first. */
export interface Base {
  readonly file: PartitionStatisticsFile
  readonly since: readonly Snapshot[]
}

/** The statistics of the nearest ancestor that has a file that this reads; undefined when there is none. */
export function baseOf({metadata}: IcebergTable, snapshot: Snapshot): Base | undefined {
  const since: Snapshot[] = []
  for (const ancestor of ancestorsOf(metadata, snapshot)) {
    const file = metadata['partition-statistics']?.find((other) => other['snapshot-id'] === ancestor['snapshot-id'])
    if (file && ancestor !== snapshot) return file['statistics-path'].endsWith('.parquet') ? {file, since} : undefined
    since.push(ancestor)
  }
  return undefined
}

/** Counts every live file of a snapshot. Memory grows with the number of partitions. */
export async function collectAll(
  table: IcebergTable,
  snapshot: Snapshot,
  unified: UnifiedPartition,
  context: OperationContext,
): Promise<CountsByPartition> {
  const counts: CountsByPartition = new Map()
  const manifests = await readManifestList(table.io, snapshot, table.metadata['format-version'])
  const snapshots = byId(table)
  for await (const entry of entriesOf(table, manifests, context)) {
    const own = countsOf(counts, unified, entry.dataFile)
    if (entry.status !== 'deleted') count(own, entry.dataFile, 1)
    noteChange(own, entry, snapshots)
  }
  return counts
}

/**
 * Counts on from the statistics of an ancestor: what each snapshot since has added and deleted, by the manifests that it has
 * written. Undefined when the file cannot be read, or when this does not come to what the manifest list says: somebody has taken
 * files out without saying so.
 */
export async function collectSince(
  table: IcebergTable,
  snapshot: Snapshot,
  {file, since}: Base,
  unified: UnifiedPartition,
  context: OperationContext,
): Promise<CountsByPartition | undefined> {
  const {io, metadata} = table
  const version = metadata['format-version']
  const counts = await readBase(table, file, unified, context)
  if (!counts) return undefined
  const snapshots = byId(table)
  for (const changed of since) {
    const own = (await readManifestList(io, changed, version)).filter(({addedSnapshotId}) => addedSnapshotId === changed['snapshot-id'])
    for await (const entry of entriesOf(table, own, context)) {
      if (entry.status === 'existing') continue
      const partition = countsOf(counts, unified, entry.dataFile)
      count(partition, entry.dataFile, entry.status === 'added' ? 1 : -1)
      noteChange(partition, entry, snapshots)
    }
  }
  return isWhatIsListed(counts, await readManifestList(io, snapshot, version)) ? counts : undefined
}

async function readBase(
  {io, metadata}: IcebergTable,
  file: PartitionStatisticsFile,
  unified: UnifiedPartition,
  {log}: OperationContext,
): Promise<CountsByPartition | undefined> {
  const {'statistics-path': path, 'file-size-in-bytes': size} = file
  try {
    return await readPartitionStatistics(io, {path, size}, unified, metadata['format-version'])
  } catch (error) {
    if (!isPhloError(error) || error.code.startsWith('STORAGE_')) throw error
    log.warn(`${path} cannot be counted on from, so that everything is counted anew: ${error.message}`)
    return undefined
  }
}

/** The manifest list counts live files and rows too. */
function isWhatIsListed(counts: CountsByPartition, manifests: readonly ManifestFile[]): boolean {
  const live = (content: ManifestFile['content'], of: (manifest: ManifestFile) => number) =>
    manifests.filter((manifest) => manifest.content === content).reduce((sum, manifest) => sum + of(manifest), 0)
  const files = ({addedFilesCount, existingFilesCount}: ManifestFile) => addedFilesCount + existingFilesCount
  const rows = ({addedRowsCount, existingRowsCount}: ManifestFile) => addedRowsCount + existingRowsCount
  const rowsOf = [...counts.values()]
  const sum = (of: (row: (typeof rowsOf)[number]) => number) => rowsOf.reduce((total, row) => total + of(row), 0)
  return (
    sum(({dataFiles}) => dataFiles) === live('data', files) &&
    sum(({dataRecords}) => dataRecords) === live('data', rows) &&
    sum((row) => row.positionDeleteFiles + row.equalityDeleteFiles + row.deletionVectors) === live('deletes', files) &&
    sum((row) => row.positionDeleteRecords + row.equalityDeleteRecords) === live('deletes', rows)
  )
}

async function* entriesOf({io, metadata}: IcebergTable, manifests: readonly ManifestFile[], {signal, progress}: OperationContext) {
  for (const manifest of manifests) {
    signal.throwIfAborted()
    yield* readManifest(io, manifest, {metadata})
    progress.advance()
  }
}

const byId = ({metadata}: IcebergTable) => new Map(metadata.snapshots.map((snapshot) => [snapshot['snapshot-id'], snapshot]))
