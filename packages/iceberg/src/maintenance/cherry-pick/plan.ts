import {ExitCode, formatCount, formatTableName, type OperationContext, PhloError, refused} from '@phlo/core'
import {assertBranch} from '../../refs.js'
import type {DataFile} from '../../spec/manifest.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {planHeader} from '../plan-header.js'
import {findSnapshot} from '../refs/find-snapshot.js'
import {assertPickable} from './assert-pickable.js'
import {filesOfSnapshot} from './changes.js'
import type {CherryPickOptions, PickPlan, PublishOptions} from './plan-types.js'

/** @throws PhloError `SNAPSHOT_NOT_FOUND`, `REF_NOT_FOUND` (exit 2), and as `assertPickable` (exit 6) */
export function planCherryPick(table: IcebergTable, options: CherryPickOptions, context: OperationContext): Promise<PickPlan> {
  return planPick('cherry-pick', table, findSnapshot(table, options.snapshot), {...options}, context)
}

/** @throws PhloError `WAP_ID_NOT_FOUND` (exit 2); `WAP_ID_AMBIGUOUS`, and as `assertPickable` (exit 6) */
export function planPublish(table: IcebergTable, options: PublishOptions, context: OperationContext): Promise<PickPlan> {
  return planPick('publish', table, stagedAs(table, options.wapId), {...options}, context)
}

function stagedAs({name, metadata}: IcebergTable, wapId: string): Snapshot {
  const tableName = formatTableName(name)
  const staged = metadata.snapshots.filter(({summary}) => summary?.['wap.id'] === wapId)
  const [found] = staged
  if (!found) {
    const known = [...new Set(metadata.snapshots.flatMap(({summary}) => summary?.['wap.id'] ?? []))]
    throw new PhloError(`${tableName} has no snapshot that was staged as wap.id ${JSON.stringify(wapId)}.`, {
      code: 'WAP_ID_NOT_FOUND',
      exit: ExitCode.usage,
      suggestions: [...(known.length > 0 ? [`it has ${known.join(', ')}`] : []), `phlo snapshot list ${tableName}`],
    })
  }
  if (staged.length === 1) return found
  const ids = staged.map((snapshot) => snapshot['snapshot-id'])
  throw refused(
    'WAP_ID_AMBIGUOUS',
    `${tableName} has ${staged.length} snapshots that were staged as wap.id ${JSON.stringify(wapId)}: ${ids.join(', ')}.`,
    ids.map((id) => `phlo snapshot cherry-pick ${tableName} ${id}`),
  )
}

async function planPick(
  operation: 'cherry-pick' | 'publish',
  table: IcebergTable,
  source: Snapshot,
  options: Readonly<Record<string, string>>,
  context: OperationContext,
): Promise<PickPlan> {
  assertBranch(table)
  const files = await filesOfSnapshot(table, source)
  const fastForward = await assertPickable(table, source, files)
  const id = String(source['snapshot-id'])
  const what = `${formatCount(files.added.length)} files more and ${formatCount(files.removed.length)} less`
  return {
    ...planHeader(operation, table, options, context),
    noop: false,
    summary: fastForward
      ? `fast-forward ${table.ref} of ${formatTableName(table.name)} to snapshot ${id}, with ${what}`
      : `make the changes of snapshot ${id} on ${table.ref} of ${formatTableName(table.name)}: ${what}`,
    sourceSnapshotId: id,
    fastForward,
    added: files.added.map(planned),
    removed: files.removed.map(planned),
  }
}

const planned = ({filePath, fileSizeInBytes}: DataFile) => ({path: filePath, size: fileSizeInBytes})
