import type {TableUpdate} from '../../catalog/updates.js'
import {TOLERATED_SKEW} from '../../inspect/check/metadata.js'
import type {MetadataLogEntry, TableMetadata} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import type {RepairPlan} from './plan-types.js'

const FILES_AT_A_TIME = 16

type Problems = Pick<RepairPlan, 'metadataLog' | 'logIsUnordered' | 'statistics'>

/** Files that the metadata refers to and that are not there: of its log, and statistics, whose length has to be right too. */
export async function metadataProblems({io, metadata}: IcebergTable): Promise<Problems> {
  const {default: pMap} = await import('p-map')
  const log = metadata['metadata-log']
  const sizeOf = async (path: string) => (await io.stat(path))?.size
  const logged = await pMap(log, (entry) => sizeOf(entry['metadata-file']), {concurrency: FILES_AT_A_TIME})
  const snapshots = new Set(metadata.snapshots.map((snapshot) => snapshot['snapshot-id']))
  const files = (['statistics', 'partition-statistics'] as const).flatMap((kind) => (metadata[kind] ?? []).map((file) => ({kind, file})))
  const sizes = await pMap(files, ({file}) => sizeOf(file['statistics-path']), {concurrency: FILES_AT_A_TIME})
  return {
    metadataLog: log.map((entry) => entry['metadata-file']).filter((_, index) => logged[index] === undefined),
    logIsUnordered: !isOrdered(log),
    statistics: files
      .filter(({file}, index) => sizes[index] !== file['file-size-in-bytes'] || !snapshots.has(file['snapshot-id']))
      .map(({kind, file}) => ({path: file['statistics-path'], snapshotId: String(file['snapshot-id']), kind})),
  }
}

const isOrdered = (log: readonly MetadataLogEntry[]) =>
  log.every((entry, index) => (log[index - 1]?.['timestamp-ms'] ?? 0) - entry['timestamp-ms'] <= TOLERATED_SKEW)

/** What mends them, on whatever base; statistics that were computed anew meanwhile stay. */
export function metadataUpdates({metadata}: IcebergTable, problems: Problems): readonly TableUpdate[] {
  const updates: TableUpdate[] = []
  for (const {kind, path, snapshotId} of problems.statistics) {
    const id = BigInt(snapshotId)
    const isThere = metadata[kind]?.some((file) => file['snapshot-id'] === id && file['statistics-path'] === path)
    if (isThere) updates.push({action: kind === 'statistics' ? 'remove-statistics' : 'remove-partition-statistics', 'snapshot-id': id})
  }
  if (problems.logIsUnordered || problems.metadataLog.length > 0) {
    updates.push({action: 'mend-metadata-log', 'missing-files': problems.metadataLog})
  }
  return updates
}

/** Whether metadata has none of the problems any more. */
export function isMended(metadata: TableMetadata, problems: Problems): boolean {
  const log = metadata['metadata-log']
  const refersTo = (path: string) =>
    (['statistics', 'partition-statistics'] as const).some((kind) => metadata[kind]?.some((file) => file['statistics-path'] === path))
  return (
    isOrdered(log) &&
    !log.some((entry) => problems.metadataLog.includes(entry['metadata-file'])) &&
    !problems.statistics.some(({path}) => refersTo(path))
  )
}
