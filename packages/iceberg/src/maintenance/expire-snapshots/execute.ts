import {formatBytes, formatCount, type OperationContext} from '@phlo/core'
import type {TableRequirement, TableUpdate} from '../../catalog/updates.js'
import {commitTable, type Proposal} from '../../commit/commit-table.js'
import type {IcebergTable} from '../../table.js'
import {assertGcEnabledOrKnown, assertNotEncrypted, assertWritable, planOutdated} from '../plan-header.js'
import {type Removed, removeFiles} from '../removal.js'
import {allFiles, filesInOrder, LEFT_TO_VACUUM} from './plan.js'
import type {ExpiredFiles, ExpirePlan, ExpireResult} from './plan-types.js'
import {referencedSince} from './reachability.js'

/**
 * Forgets exactly the plan's snapshots, then removes the files that only they reached. The files go only after the commit was
 * read back, and after what was committed since the plan has been found not to need them.
 */
export async function executeExpire(table: IcebergTable, plan: ExpirePlan, context: OperationContext): Promise<ExpireResult> {
  if (plan.noop) return result(plan, 0, plan.files, {removed: 0, bytes: 0, failed: [], quarantine: null})
  assertWritable(table)
  assertGcEnabledOrKnown(table, 'expiring snapshots')
  assertNotEncrypted(table, 'expiring snapshots')
  const {table: committed} = await commitTable(table, async (base) => proposeExpiry(base, plan), context)
  const fresh = await committed.refresh()
  const paths = new Set(allFiles(plan.files).map(({path}) => path))
  const needed = await referencedSince(fresh, new Set(plan.retained), paths, context)
  if (needed.size > 0) context.log.warn(`${needed.size} files stay, because snapshots that were committed meanwhile refer to them`)
  const files = withoutPaths(plan.files, needed)
  const removed = await removeFiles(fresh, filesInOrder(files), plan.options['quarantine'] === true ? 'quarantine' : 'delete', context)
  const done = result(plan, plan.snapshots.length, files, removed)
  return table.source.history ? {...done, summary: `expired ${formatCount(plan.snapshots.length)} snapshots${LEFT_TO_VACUUM}`} : done
}

/** The commit, if every snapshot and ref of the plan is still as the plan found it. */
function proposeExpiry(base: IcebergTable, plan: ExpirePlan): Proposal<null> {
  const {metadata} = base
  const gone = new Set(plan.snapshots.map(({id}) => BigInt(id)))
  const present = new Set(metadata.snapshots.map((snapshot) => snapshot['snapshot-id']))
  for (const id of gone) if (!present.has(id)) throw planOutdated(plan, `snapshot ${id} is already gone.`)
  const requirements: TableRequirement[] = [{type: 'assert-table-uuid', uuid: metadata['table-uuid']}]
  for (const [name, ref] of Object.entries(metadata.refs)) {
    requirements.push({type: 'assert-ref-snapshot-id', ref: name, 'snapshot-id': ref['snapshot-id']})
    if (gone.has(ref['snapshot-id']) && !plan.refs.includes(name)) {
      throw planOutdated(plan, `${ref.type} ${name} now points at snapshot ${ref['snapshot-id']}, which was to expire.`)
    }
  }
  const updates: TableUpdate[] = plan.refs.map((name) => {
    if (!metadata.refs[name]) throw planOutdated(plan, `ref ${name} is already gone.`)
    return {action: 'remove-snapshot-ref', 'ref-name': name}
  })
  if (gone.size > 0) updates.push({action: 'remove-snapshots', 'snapshot-ids': [...gone]})
  if (plan.partitionSpecs.length > 0) {
    requirements.push({type: 'assert-default-spec-id', 'default-spec-id': metadata['default-spec-id']})
    updates.push({action: 'remove-partition-specs', 'spec-ids': plan.partitionSpecs})
  }
  if (plan.schemas.length > 0) {
    requirements.push({type: 'assert-current-schema-id', 'current-schema-id': metadata['current-schema-id']})
    updates.push({action: 'remove-schemas', 'schema-ids': plan.schemas})
  }
  return {
    requirements,
    updates,
    staged: [],
    landed: (fresh) =>
      fresh.snapshots.every((snapshot) => !gone.has(snapshot['snapshot-id'])) && plan.refs.every((name) => !fresh.refs[name]),
    result: null,
  }
}

function withoutPaths(files: ExpiredFiles, needed: ReadonlySet<string>): ExpiredFiles {
  if (needed.size === 0) return files
  const rest = (list: ExpiredFiles['dataFiles']) => list.filter(({path}) => !needed.has(path))
  return {
    dataFiles: rest(files.dataFiles),
    positionDeleteFiles: rest(files.positionDeleteFiles),
    equalityDeleteFiles: rest(files.equalityDeleteFiles),
    manifests: rest(files.manifests),
    manifestLists: rest(files.manifestLists),
    statisticsFiles: rest(files.statisticsFiles),
  }
}

function result(plan: ExpirePlan, snapshots: number, files: ExpiredFiles, removed: Removed): ExpireResult {
  const failed = new Set(removed.failed.map(({path}) => path))
  const count = (list: ExpiredFiles['dataFiles']) => list.filter(({path}) => !failed.has(path)).length
  const verb = removed.quarantine === null ? 'deleted' : 'quarantined'
  const summary = plan.noop
    ? plan.summary
    : `expired ${formatCount(snapshots)} snapshots, ${verb} ${formatCount(removed.removed)} files (${formatBytes(removed.bytes)})`
  return {
    summary,
    snapshotId: null,
    ...(removed.quarantine !== null && {undo: `phlo table restore-files ${plan.table.name} ${removed.quarantine}`}),
    expiredSnapshots: snapshots,
    deletedDataFiles: count(files.dataFiles),
    deletedPositionDeleteFiles: count(files.positionDeleteFiles),
    deletedEqualityDeleteFiles: count(files.equalityDeleteFiles),
    deletedManifestFiles: count(files.manifests),
    deletedManifestLists: count(files.manifestLists),
    deletedStatisticsFiles: count(files.statisticsFiles),
    deletedBytes: removed.bytes,
    failedDeletes: removed.failed,
    quarantine: removed.quarantine,
  }
}
