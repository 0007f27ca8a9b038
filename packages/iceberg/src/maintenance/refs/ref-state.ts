import type {SnapshotRef} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'

/** How long a ref and what it keeps alive are kept (spec, "Snapshot Retention Policy"); what is absent is as the table's properties say. */
export interface RefRetention {
  /** Milliseconds. */
  readonly maxRefAge?: number
  /** Milliseconds; branches only. */
  readonly maxSnapshotAge?: number
  /** Branches only. */
  readonly minSnapshotsToKeep?: number
}

/** A branch or tag as plans name it. */
export interface RefState extends RefRetention {
  readonly type: 'branch' | 'tag'
  /** A decimal id. */
  readonly snapshotId: string
}

/** A branch or tag of the table as it is; null when it has none of this name. */
export function refState({metadata}: Pick<IcebergTable, 'metadata'>, name: string): RefState | null {
  const ref = Object.hasOwn(metadata.refs, name) ? metadata.refs[name] : undefined
  return ref ? {type: ref.type, snapshotId: String(ref['snapshot-id']), ...retentionOf(ref)} : null
}

function retentionOf(ref: SnapshotRef): RefRetention {
  const {'max-ref-age-ms': maxRefAge, 'max-snapshot-age-ms': maxSnapshotAge, 'min-snapshots-to-keep': minSnapshotsToKeep} = ref
  return {
    ...(maxRefAge !== undefined && {maxRefAge}),
    ...(maxSnapshotAge !== undefined && {maxSnapshotAge}),
    ...(minSnapshotsToKeep !== undefined && {minSnapshotsToKeep}),
  }
}

/** True when both are the same branch or tag, at the same snapshot, with the same retention. */
export function sameRef(left: RefState | null, right: RefState | null): boolean {
  if (left === null || right === null) return left === right
  return left.type === right.type && left.snapshotId === right.snapshotId && sameRetention(left, right)
}

export function sameRetention(left: RefRetention, right: RefRetention): boolean {
  return (
    left.maxRefAge === right.maxRefAge &&
    left.maxSnapshotAge === right.maxSnapshotAge &&
    left.minSnapshotsToKeep === right.minSnapshotsToKeep
  )
}

/** The ref as table metadata has it; what else the present one says is kept. */
export function metadataRef(state: RefState, present: SnapshotRef | undefined): SnapshotRef {
  const {'max-ref-age-ms': _, 'max-snapshot-age-ms': __, 'min-snapshots-to-keep': ___, ...others} = present ?? {}
  const {type, snapshotId, maxRefAge, maxSnapshotAge, minSnapshotsToKeep} = state
  return {
    ...others,
    type,
    'snapshot-id': BigInt(snapshotId),
    ...(maxRefAge !== undefined && {'max-ref-age-ms': maxRefAge}),
    ...(maxSnapshotAge !== undefined && {'max-snapshot-age-ms': maxSnapshotAge}),
    ...(minSnapshotsToKeep !== undefined && {'min-snapshots-to-keep': minSnapshotsToKeep}),
  }
}

/** What becomes of a branch or tag; null: there is none. */
export interface RefChange {
  readonly ref: string
  readonly before: RefState | null
  readonly after: RefState | null
}
