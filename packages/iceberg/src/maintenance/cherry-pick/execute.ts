import {ExitCode, isPhloError, type OperationContext} from '@phlo/core'
import {type CommitContext, commitTable, type Proposal} from '../../commit/commit-table.js'
import {proposeSnapshot} from '../../commit/propose-snapshot.js'
import {headOf, snapshotById} from '../../refs.js'
import {fileIdentity} from '../../spec/manifest.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {assertWritable, planOutdated} from '../plan-header.js'
import {undoCommit} from '../undo-commit.js'
import {assertPickable, kindOf} from './assert-pickable.js'
import {filesOfSnapshot, type SnapshotFiles} from './changes.js'
import type {PickPlan, PickResult} from './plan-types.js'

interface Picked {
  readonly current: bigint
  readonly previous: bigint | undefined
  readonly fastForward: boolean
}

/**
 * Makes the changes of the planned snapshot on the head of the branch as it is, and again on a fresh head when somebody else was first.
 *
 * @throws PhloError `PLAN_OUTDATED` (exit 5) when the head no longer allows it, or the snapshot has expired
 */
export async function executePick(table: IcebergTable, plan: PickPlan, context: OperationContext): Promise<PickResult> {
  assertWritable(table)
  // The catalog does not ask whether the picked snapshot is still there: it may have expired while somebody thought about it.
  const {result} = await commitTable(await table.refresh(), (base) => propose(base, plan, context), context)
  const {table: about, sourceSnapshotId} = plan
  return {
    summary: result.fastForward
      ? `fast-forwarded ${about.ref} of ${about.name} to snapshot ${sourceSnapshotId}`
      : `made the changes of snapshot ${sourceSnapshotId} on ${about.ref} of ${about.name}`,
    snapshotId: result.fastForward ? null : String(result.current),
    ...undoCommit(about, result.previous),
    sourceSnapshotId,
    currentSnapshotId: String(result.current),
    fastForward: result.fastForward,
    addedFiles: plan.added.length,
    removedFiles: plan.removed.length,
  }
}

async function propose(base: IcebergTable, plan: PickPlan, context: CommitContext): Promise<Proposal<Picked>> {
  const look = `phlo snapshot list ${plan.table.name}`
  const source = snapshotById(base.metadata, BigInt(plan.sourceSnapshotId))
  if (!source) throw planOutdated(plan, `snapshot ${plan.sourceSnapshotId} has expired.`, look)
  const files = await filesOfSnapshot(base, source)
  const fastForward = await assertPickable(base, source, files).catch((error: unknown) => {
    // It was allowed when it was planned, so that the head must have changed.
    throw isPhloError(error) && error.exit === ExitCode.refused ? planOutdated(plan, error.message, look) : error
  })
  return fastForward ? proposeMove(base, source) : proposeAgain(base, source, files, context)
}

function proposeMove(base: IcebergTable, source: Snapshot): Proposal<Picked> {
  const {metadata, ref} = base
  const [current, previous] = [source['snapshot-id'], source['parent-snapshot-id']]
  return {
    requirements: [
      {type: 'assert-table-uuid', uuid: metadata['table-uuid']},
      {type: 'assert-ref-snapshot-id', ref, 'snapshot-id': previous ?? null},
    ],
    updates: [{action: 'set-snapshot-ref', 'ref-name': ref, ...metadata.refs[ref], type: 'branch', 'snapshot-id': current}],
    staged: [],
    landed: (fresh) => fresh.refs[ref]?.['snapshot-id'] === current,
    result: {current, previous, fastForward: true},
  }
}

async function proposeAgain(base: IcebergTable, source: Snapshot, files: SnapshotFiles, context: CommitContext): Promise<Proposal<Picked>> {
  const wapId = source.summary?.['wap.id'] || undefined
  const identities = (isData: boolean) => new Set(files.removed.filter(({content}) => (content === 'data') === isData).map(fileIdentity))
  const proposal = await proposeSnapshot(
    base,
    {
      operation: kindOf(source, files) ?? 'append',
      added: files.added.map((dataFile) => ({dataFile})),
      removed: {data: identities(true), deletes: identities(false)},
      summary: {'source-snapshot-id': String(source['snapshot-id']), ...(wapId !== undefined && {'published-wap-id': wapId})},
    },
    context,
  )
  return {
    ...proposal,
    result: {current: proposal.result['snapshot-id'], previous: headOf(base)?.['snapshot-id'], fastForward: false},
  }
}
