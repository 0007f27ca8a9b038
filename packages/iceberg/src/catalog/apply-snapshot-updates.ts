import {isDeepStrictEqual} from 'node:util'
import {commitConflict} from '@phlo/core'
import type {Snapshot, SnapshotLogEntry, SnapshotRef, TableMetadata} from '../spec/table-metadata.js'
import {type CommitProgress, invalidUpdate} from './commit-progress.js'

/** Adds a snapshot; in version 3 its rows are taken from the table's row ids (spec, "Snapshot Row IDs"). */
export function addSnapshot(metadata: TableMetadata, snapshot: Snapshot, progress: CommitProgress): TableMetadata {
  const id = snapshot['snapshot-id']
  if (metadata.snapshots.some((other) => other['snapshot-id'] === id)) throw invalidUpdate(`snapshot ${id} exists already`)
  const version = metadata['format-version']
  const [number, last] = [snapshot['sequence-number'], metadata['last-sequence-number']]
  if (version > 1 && number <= last && snapshot['parent-snapshot-id'] !== undefined) {
    throw commitConflict(`Snapshot ${id} has sequence number ${number}, but the table is at ${last} already.`)
  }
  if (version > 1 && snapshot['manifest-list'] === undefined) throw invalidUpdate(`snapshot ${id} has no manifest list`)
  progress.addedSnapshots.add(id)
  return {
    ...metadata,
    snapshots: [...metadata.snapshots, snapshot],
    // biome-ignore lint/complexity/useMathMinMax: Math.max knows no bigints
    'last-sequence-number': number > last ? number : last,
    ...(version >= 3 && {'next-row-id': nextRowId(metadata, snapshot)}),
  }
}

function nextRowId(metadata: TableMetadata, snapshot: Snapshot): bigint {
  const {'first-row-id': first, 'added-rows': added, 'snapshot-id': id} = snapshot
  if (first === undefined || added === undefined) throw invalidUpdate(`snapshot ${id} has no first-row-id or added-rows`)
  const next = metadata['next-row-id'] ?? 0n
  if (first < next) throw commitConflict(`Snapshot ${id} begins at row id ${first}, but the table is at ${next} already.`)
  return first + added
}

/** Points a branch or tag at a snapshot; the branch `main` is the table's current snapshot and has a log. */
export function setRef(metadata: TableMetadata, name: string, ref: SnapshotRef, progress: CommitProgress): TableMetadata {
  if (isDeepStrictEqual(metadata.refs[name], ref)) return metadata
  const id = ref['snapshot-id']
  const snapshot = metadata.snapshots.find((candidate) => candidate['snapshot-id'] === id)
  if (!snapshot) throw invalidUpdate(`${name} cannot be set to snapshot ${id}, which does not exist`)
  const refs = {...metadata.refs, [name]: ref}
  if (name !== 'main') return {...metadata, refs}
  if (ref.type !== 'branch') throw invalidUpdate('main must be a branch')
  const before = metadata['current-snapshot-id']
  if (before === id) return {...metadata, refs}
  if (before !== undefined && progress.addedSnapshots.has(before)) progress.intermediate.add(before)
  progress.intermediate.delete(id)
  const at = progress.addedSnapshots.has(id) ? snapshot['timestamp-ms'] : Math.max(progress.now, metadata['last-updated-ms'])
  const log = [...metadata['snapshot-log'], {'snapshot-id': id, 'timestamp-ms': at}]
  return {...metadata, refs, 'current-snapshot-id': id, 'snapshot-log': log}
}

export function removeRef(metadata: TableMetadata, name: string): TableMetadata {
  if (metadata.refs[name] === undefined) return metadata
  const {[name]: _, ...refs} = metadata.refs
  if (name !== 'main') return {...metadata, refs}
  const {'current-snapshot-id': __, ...rest} = metadata
  return {...rest, refs}
}

/** Removes snapshots with their statistics and the refs that point at them. */
export function removeSnapshots(metadata: TableMetadata, ids: readonly bigint[], progress: CommitProgress): TableMetadata {
  const gone = new Set(ids)
  const stays = (item: {readonly 'snapshot-id': bigint}) => !gone.has(item['snapshot-id'])
  const snapshots = metadata.snapshots.filter(stays)
  if (snapshots.length === metadata.snapshots.length) return metadata
  progress.removedSnapshots = true
  const {statistics, 'partition-statistics': partitionStatistics} = metadata
  const without: TableMetadata = {
    ...metadata,
    snapshots,
    ...(statistics && {statistics: statistics.filter(stays)}),
    ...(partitionStatistics && {'partition-statistics': partitionStatistics.filter(stays)}),
  }
  const dangling = Object.entries(metadata.refs).filter(([, ref]) => !stays(ref))
  return dangling.reduce((result, [name]) => removeRef(result, name), without)
}

/**
 * The snapshot log without entries of snapshots that are gone, and without all that comes before such an entry: a gap would
 * make its predecessor look current for longer than it was (spec, "Table Metadata Fields", `snapshot-log`).
 */
export function trimSnapshotLog(metadata: TableMetadata, progress: CommitProgress): TableMetadata {
  if (!progress.removedSnapshots && progress.intermediate.size === 0) return metadata
  const known = new Set(metadata.snapshots.map((snapshot) => snapshot['snapshot-id']))
  let log: SnapshotLogEntry[] = []
  for (const entry of metadata['snapshot-log']) {
    if (!known.has(entry['snapshot-id'])) {
      if (progress.removedSnapshots) log = []
    } else if (!progress.intermediate.has(entry['snapshot-id'])) log.push(entry)
  }
  return {...metadata, 'snapshot-log': log}
}
