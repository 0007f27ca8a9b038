import {ENGINE} from '../engine.js'
import {partitionKey} from '../spec/file-partition.js'
import type {DataFile} from '../spec/manifest.js'
import type {SnapshotSummary} from '../spec/table-metadata.js'

interface Totals {
  readonly files: number
  readonly records: number
  readonly size: number
  readonly partitions: ReadonlySet<string>
}

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
  const state = (key: string, value: number) => {
    if (value > 0) counts[key] = String(value)
  }
  state('added-data-files', added.files)
  state('added-records', added.records)
  state('added-files-size', added.size)
  state('deleted-data-files', removed.files)
  state('deleted-records', removed.records)
  state('removed-files-size', removed.size)
  counts['changed-partition-count'] = String(added.partitions.union(removed.partitions).size)
  const total = (key: string, by: number) => {
    const before = parent === undefined ? 0 : Number(parent[key] ?? Number.NaN)
    if (Number.isFinite(before)) counts[key] = String(before + by)
  }
  total('total-records', added.records - removed.records)
  total('total-files-size', added.size - removed.size)
  total('total-data-files', added.files - removed.files)
  total('total-delete-files', 0)
  total('total-position-deletes', 0)
  total('total-equality-deletes', 0)
  return {operation, 'engine-name': ENGINE.name, 'engine-version': ENGINE.version, ...extra, ...counts}
}

function totals(files: readonly DataFile[]): Totals {
  let records = 0
  let size = 0
  const partitions = new Set<string>()
  for (const file of files) {
    records += file.recordCount
    size += file.fileSizeInBytes
    partitions.add(partitionKey(file))
  }
  return {files: files.length, records, size, partitions}
}
