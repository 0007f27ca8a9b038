import {ENGINE} from '../engine.js'
import {partitionKey} from '../spec/file-partition.js'
import type {DataFile} from '../spec/manifest.js'
import type {SnapshotSummary} from '../spec/table-metadata.js'

interface Totals {
  dataFiles: number
  records: number
  size: number
  deleteFiles: number
  positionDeleteFiles: number
  deletionVectors: number
  equalityDeleteFiles: number
  positionDeletes: number
  equalityDeletes: number
}

/** The keys for what was added and for what was removed. */
const CHANGES: readonly (readonly [keyof Totals, string, string])[] = [
  ['dataFiles', 'added-data-files', 'deleted-data-files'],
  ['records', 'added-records', 'deleted-records'],
  ['size', 'added-files-size', 'removed-files-size'],
  ['deleteFiles', 'added-delete-files', 'removed-delete-files'],
  ['positionDeleteFiles', 'added-position-delete-files', 'removed-position-delete-files'],
  ['deletionVectors', 'added-dvs', 'removed-dvs'],
  ['equalityDeleteFiles', 'added-equality-delete-files', 'removed-equality-delete-files'],
  ['positionDeletes', 'added-position-deletes', 'removed-position-deletes'],
  ['equalityDeletes', 'added-equality-deletes', 'removed-equality-deletes'],
]

const TOTALS: readonly (readonly [keyof Totals, string])[] = [
  ['records', 'total-records'],
  ['size', 'total-files-size'],
  ['dataFiles', 'total-data-files'],
  ['deleteFiles', 'total-delete-files'],
  ['positionDeletes', 'total-position-deletes'],
  ['equalityDeletes', 'total-equality-deletes'],
]

/**
 * The summary of a snapshot (spec, "Optional Snapshot Summary Fields"): what changed, and the totals carried on from the parent.
 * A total that the parent does not state stays unstated: a guess would be carried on for ever.
 */
export function snapshotSummary(
  operation: 'append' | 'replace' | 'overwrite' | 'delete',
  change: {readonly added: readonly DataFile[]; readonly removed: readonly DataFile[]},
  parent: SnapshotSummary | undefined,
  extra: Readonly<Record<string, string>> = {},
): SnapshotSummary {
  const added = totals(change.added)
  const removed = totals(change.removed)
  const counts: Record<string, string> = {}
  for (const [total, addedKey, removedKey] of CHANGES) {
    if (added[total] > 0) counts[addedKey] = String(added[total])
    if (removed[total] > 0) counts[removedKey] = String(removed[total])
  }
  counts['changed-partition-count'] = String(new Set([...change.added, ...change.removed].map(partitionKey)).size)
  for (const [total, key] of TOTALS) {
    const before = parent === undefined ? 0 : Number(parent[key] ?? Number.NaN)
    if (Number.isFinite(before)) counts[key] = String(before + added[total] - removed[total])
  }
  return {operation, 'engine-name': ENGINE.name, 'engine-version': ENGINE.version, ...extra, ...counts}
}

function totals(files: readonly DataFile[]): Totals {
  const sums: Totals = {
    dataFiles: 0,
    records: 0,
    size: 0,
    deleteFiles: 0,
    positionDeleteFiles: 0,
    deletionVectors: 0,
    equalityDeleteFiles: 0,
    positionDeletes: 0,
    equalityDeletes: 0,
  }
  for (const file of files) {
    sums.size += bytesOf(file)
    if (file.content === 'data') {
      sums.dataFiles += 1
      sums.records += file.recordCount
      continue
    }
    sums.deleteFiles += 1
    if (file.content === 'equality-deletes') {
      sums.equalityDeleteFiles += 1
      sums.equalityDeletes += file.recordCount
    } else {
      sums.positionDeletes += file.recordCount
      if (file.fileFormat === 'PUFFIN') sums.deletionVectors += 1
      else sums.positionDeleteFiles += 1
    }
  }
  return sums
}

/** A deletion vector is only its part of the Puffin file. */
const bytesOf = (file: DataFile) => file.contentSizeInBytes ?? file.fileSizeInBytes
