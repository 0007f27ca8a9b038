import {ExitCode, formatDuration, PhloError, refused} from '@phlo/core'
import {ancestorsOf, snapshotById} from '../../refs.js'
import type {SnapshotRef, TableMetadata} from '../../spec/table-metadata.js'
import type {ResolvedExpireOptions} from './options.js'

/** Which snapshots and refs go, and why each snapshot stays or goes. */
export interface Retention {
  readonly expiredSnapshots: readonly bigint[]
  readonly expiredRefs: readonly string[]
  readonly reasons: ReadonlyMap<bigint, string>
}

/**
 * Applies the spec's "Snapshot Retention Policy" (as Iceberg's RemoveSnapshots does): refs other than main that are over their
 * age go; the head of every ref that stays, stays; of each branch those stay that are among the last so many or young enough, up
 * to the first that is neither; a snapshot that no ref reaches stays only while it is young.
 *
 * @throws PhloError `SNAPSHOT_NOT_FOUND`, `SNAPSHOT_REFERENCED` for explicit ids that are unknown or the head of a ref
 */
export function decideRetention(metadata: TableMetadata, options: ResolvedExpireOptions, now: number): Retention {
  const refs = Object.entries(allRefs(metadata))
  const expiredRefs = options.snapshotIds
    ? []
    : refs.filter(([name, ref]) => isRefExpired(metadata, name, ref, options, now)).map(([name]) => name)
  const kept = refs.filter(([name]) => !expiredRefs.includes(name))
  const reasons = new Map<bigint, string>()
  const keep = new Set<bigint>()
  const retain = (id: bigint, reason: string) => {
    if (keep.has(id)) return
    keep.add(id)
    reasons.set(id, reason)
  }
  for (const [name, ref] of kept) retain(ref['snapshot-id'], `${ref.type} ${name} points at it`)
  if (options.snapshotIds) return explicit(metadata, options.snapshotIds, keep, reasons)
  for (const [name, ref] of kept) if (ref.type === 'branch') retainBranch(metadata, name, ref, options, now, retain)
  const reachable = new Set(
    kept.flatMap(([, ref]) => [...ancestorsOf(metadata, snapshotById(metadata, ref['snapshot-id']))].map((s) => s['snapshot-id'])),
  )
  const expiredSnapshots: bigint[] = []
  for (const {'snapshot-id': id, 'timestamp-ms': timestamp} of metadata.snapshots) {
    if (keep.has(id)) continue
    const age = now - timestamp
    if (!reachable.has(id) && age < options.olderThan) {
      retain(id, `no ref reaches it, and it is younger than ${formatDuration(options.olderThan)}`)
      continue
    }
    expiredSnapshots.push(id)
    reasons.set(id, `it is ${formatDuration(age)} old and not among the last snapshots to keep`)
  }
  return {expiredSnapshots, expiredRefs, reasons}
}

/** The refs, with `main` even where the metadata only has a current snapshot. */
function allRefs({refs, 'current-snapshot-id': current}: TableMetadata): Readonly<Record<string, SnapshotRef>> {
  return refs['main'] || current === undefined ? refs : {...refs, main: {type: 'branch', 'snapshot-id': current}}
}

function isRefExpired(metadata: TableMetadata, name: string, ref: SnapshotRef, {maxRefAge}: ResolvedExpireOptions, now: number): boolean {
  if (name === 'main') return false
  const snapshot = snapshotById(metadata, ref['snapshot-id'])
  // A ref to a snapshot that is gone protects nothing, and Iceberg's library drops it too.
  return snapshot === undefined || now - snapshot['timestamp-ms'] > (ref['max-ref-age-ms'] ?? maxRefAge)
}

function retainBranch(
  metadata: TableMetadata,
  name: string,
  ref: SnapshotRef,
  options: ResolvedExpireOptions,
  now: number,
  retain: (id: bigint, reason: string) => void,
): void {
  const least = ref['min-snapshots-to-keep'] ?? options.retainLast
  const age = ref['max-snapshot-age-ms'] ?? options.olderThan
  let count = 0
  for (const snapshot of ancestorsOf(metadata, snapshotById(metadata, ref['snapshot-id']))) {
    const young = now - snapshot['timestamp-ms'] <= age
    if (count >= least && !young) return
    count += 1
    retain(snapshot['snapshot-id'], young ? `it is younger than ${formatDuration(age)}` : `it is among the last ${least} of branch ${name}`)
  }
}

function explicit(metadata: TableMetadata, ids: readonly string[], heads: ReadonlySet<bigint>, reasons: Map<bigint, string>): Retention {
  const expiredSnapshots = ids.map((text) => {
    const id = BigInt(text)
    if (!snapshotById(metadata, id)) {
      throw new PhloError(`The table has no snapshot ${id}.`, {code: 'SNAPSHOT_NOT_FOUND', exit: ExitCode.usage})
    }
    if (heads.has(id)) throw refused('SNAPSHOT_REFERENCED', `Snapshot ${id} cannot be expired: ${reasons.get(id)}.`)
    return id
  })
  for (const {'snapshot-id': id} of metadata.snapshots) if (!heads.has(id)) reasons.set(id, 'it was not named')
  for (const id of expiredSnapshots) reasons.set(id, 'it was named')
  return {expiredSnapshots: [...new Set(expiredSnapshots)], expiredRefs: [], reasons}
}
