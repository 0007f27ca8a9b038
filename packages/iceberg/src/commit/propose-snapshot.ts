import {randomBytes, randomUUID} from 'node:crypto'
import {readManifestList, writeManifestList} from '../avro/manifest-list.js'
import {assertBranch, headOf} from '../refs.js'
import type {DataFile, ManifestFile} from '../spec/manifest.js'
import type {Snapshot, SnapshotRef, SnapshotSummary} from '../spec/table-metadata.js'
import type {IcebergTable} from '../table.js'
import type {CommitContext, Proposal} from './commit-table.js'
import {type FilesToRemove, manifestStage, metadataFolder, withoutFiles, writeManifests} from './manifests.js'
import {snapshotSummary} from './summary.js'

/** A data or delete file to add; with a sequence number of its own when it stands for older files (spec, "Sequence Number Inheritance"). */
export interface AddedFile {
  readonly dataFile: DataFile
  readonly sequenceNumber?: bigint
}

export interface SnapshotChange {
  readonly operation: 'append' | 'replace' | 'overwrite' | 'delete'
  readonly added: readonly AddedFile[]
  /** Live files to take out. */
  readonly removed: FilesToRemove
  /** Further keys of the summary. */
  readonly summary?: Readonly<Record<string, string>>
  /** Throws when the base does not allow the change; `manifests` are those of the base's head. */
  readonly validate?: (base: IcebergTable, manifests: readonly ManifestFile[]) => Promise<void>
  /** Throws when what was found live is not all that should be removed. */
  readonly checkRemoved?: (removed: readonly DataFile[]) => void
}

/** Random, positive, 63 bits (spec: `snapshot-id` is a long). */
export function newSnapshotId(): bigint {
  return randomBytes(8).readBigUInt64BE() >> 1n || 1n
}

/**
 * A snapshot on the head of the table's ref with some files more and some less, its manifests and its manifest list written. They
 * are built from this base alone: a list of an older head would drop what landed since.
 */
export async function proposeSnapshot(base: IcebergTable, change: SnapshotChange, context: CommitContext): Promise<Proposal<Snapshot>> {
  const {metadata, io} = base
  const head = headOf(base)
  const version = metadata['format-version']
  const existing = head ? await readManifestList(io, head, version) : []
  await change.validate?.(base, existing)
  const snapshotId = newSnapshotId()
  const stage = manifestStage(base, snapshotId)
  try {
    const {manifests: kept, removed} = await withoutFiles(base, stage, existing, change.removed, context.signal)
    change.checkRemoved?.(removed)
    const added = await writeManifests(
      base,
      stage,
      change.added.map(({dataFile, sequenceNumber}) => ({
        status: 'added' as const,
        snapshotId,
        dataFile,
        ...(sequenceNumber !== undefined && version > 1 && {sequenceNumber}),
      })),
    )
    const summary = snapshotSummary(
      change.operation,
      {added: change.added.map(({dataFile}) => dataFile), removed},
      head?.summary ?? (head ? {} : undefined),
      change.summary,
    )
    return await proposeManifests(base, {snapshotId, manifests: [...added, ...kept], summary, staged: stage.written}, context)
  } catch (error) {
    await io.delete(stage.written)
    throw error
  }
}

/** A snapshot to be, whose manifests are written. */
export interface ManifestChange {
  readonly snapshotId: bigint
  /** All of them, in the order of the list; new ones were written for this snapshot. */
  readonly manifests: readonly ManifestFile[]
  readonly summary: SnapshotSummary
  /** What was written for this attempt so far. */
  readonly staged: readonly string[]
}

/** Writes the manifest list of a snapshot on the head of the table's ref. What was staged before is the caller's when this fails. */
export async function proposeManifests(
  base: IcebergTable,
  {snapshotId, manifests, summary, staged}: ManifestChange,
  context: CommitContext,
): Promise<Proposal<Snapshot>> {
  assertBranch(base)
  const {metadata, io} = base
  const head = headOf(base)
  const version = metadata['format-version']
  const list = `${metadataFolder(base)}/snap-${snapshotId}-1-${randomUUID()}.avro`
  const sequenceNumber = version > 1 ? metadata['last-sequence-number'] + 1n : 0n
  const firstRowId = version > 2 ? (metadata['next-row-id'] ?? 0n) : undefined
  const header = {
    formatVersion: version,
    snapshotId,
    ...(head && {parentSnapshotId: head['snapshot-id']}),
    sequenceNumber,
    ...(firstRowId !== undefined && {firstRowId}),
  }
  try {
    const {nextRowId} = await writeManifestList(io, list, header, manifests)
    const snapshot: Snapshot = {
      'snapshot-id': snapshotId,
      ...(head && {'parent-snapshot-id': head['snapshot-id']}),
      'sequence-number': sequenceNumber,
      // A clock that was set back must not make a child older than its parent: the snapshot log has to be in order.
      'timestamp-ms': Math.max(context.clock.now(), metadata['last-updated-ms']),
      'manifest-list': list,
      summary,
      'schema-id': metadata['current-schema-id'],
      ...(firstRowId !== undefined && {'first-row-id': firstRowId, 'added-rows': (nextRowId ?? firstRowId) - firstRowId}),
    }
    return {
      requirements: [
        {type: 'assert-table-uuid', uuid: metadata['table-uuid']},
        {type: 'assert-ref-snapshot-id', ref: base.ref, 'snapshot-id': head?.['snapshot-id'] ?? null},
      ],
      updates: [
        {action: 'add-snapshot', snapshot},
        {action: 'set-snapshot-ref', 'ref-name': base.ref, ...branchAt(metadata.refs[base.ref], snapshotId)},
      ],
      staged: [...staged, list],
      landed: (fresh) => fresh.snapshots.some((candidate) => candidate['snapshot-id'] === snapshotId),
      result: snapshot,
    }
  } catch (error) {
    await io.delete([list])
    throw error
  }
}

/** The branch at its new head, with the retention that it had. */
function branchAt(ref: SnapshotRef | undefined, snapshotId: bigint): SnapshotRef {
  return {...ref, type: 'branch', 'snapshot-id': snapshotId}
}
