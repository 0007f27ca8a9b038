import type {OperationContext} from '@phlo/core'
import {readManifestList} from '../../avro/manifest-list.js'
import type {TableUpdate} from '../../catalog/updates.js'
import type {Proposal} from '../../commit/commit-table.js'
import {manifestStage} from '../../commit/manifests.js'
import {newSnapshotId, proposeManifests} from '../../commit/propose-snapshot.js'
import {snapshotSummary} from '../../commit/summary.js'
import {deadDeletes} from '../../deletes/dead-deletes.js'
import {type KnownFields, knownFields} from '../../inspect/check/fields.js'
import {headOf} from '../../refs.js'
import {type DataFile, fileIdentity, type ManifestEntry, type ManifestFile} from '../../spec/manifest.js'
import type {Snapshot, SnapshotSummary} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {planOutdated} from '../plan-header.js'
import {examineManifest} from './examine-manifest.js'
import {isMended, metadataUpdates} from './metadata-problems.js'
import {identityOf} from './plan.js'
import type {RepairPlan} from './plan-types.js'
import {type Fate, fileText, rewriteManifest} from './rewrite-manifest.js'
import type {Survey} from './survey.js'

/** What a repair does to files, by file identity. */
interface Changes {
  readonly survey: Survey
  readonly dropped: ReadonlySet<string>
}

/** A manifest of the base, and whether it tells of a file that is mended or dropped. */
interface Part {
  readonly listed: ManifestFile
  readonly described: ManifestFile
  readonly isTouched: boolean
}

/**
 * The repair on a base, which need not be the one that was surveyed: what others have committed since stays as they left it.
 *
 * @throws PhloError `PLAN_OUTDATED` (exit 5) when a planned file or manifest is no longer what it was
 */
export async function proposeRepair(
  base: IcebergTable,
  plan: RepairPlan,
  survey: Survey,
  context: OperationContext,
): Promise<Proposal<Snapshot | undefined>> {
  const updates = metadataUpdates(base, plan)
  const isAboutFiles = [plan.files, plan.manifests, plan.dropped, plan.dangling, plan.totals].some(({length}) => length > 0)
  if (!isAboutFiles) {
    return {
      requirements: [{type: 'assert-table-uuid', uuid: plan.table.uuid}],
      updates,
      staged: [],
      landed: (fresh) => isMended(fresh, plan),
      result: undefined,
    }
  }
  const proposal = await proposeFiles(base, plan, survey, context)
  return {...proposal, updates: [...updates, ...withoutWrongCounts(base, survey), ...proposal.updates]}
}

/** Partition statistics count rows and bytes, so that they were wrong too; and nobody can count on from them. */
function withoutWrongCounts({metadata}: IcebergTable, {wrong}: Survey): readonly TableUpdate[] {
  const areCounted = [...wrong.values()].some(
    ({entry: {dataFile}, mended}) => dataFile.recordCount !== mended.recordCount || dataFile.fileSizeInBytes !== mended.fileSizeInBytes,
  )
  if (!areCounted) return []
  const files = metadata['partition-statistics'] ?? []
  return files.map((file) => ({action: 'remove-partition-statistics', 'snapshot-id': file['snapshot-id']}))
}

async function proposeFiles(base: IcebergTable, plan: RepairPlan, survey: Survey, context: OperationContext): Promise<Proposal<Snapshot>> {
  const changes = {survey, dropped: new Set([...plan.dropped, ...plan.dangling].map(identityOf))}
  const {parts, removed, totals} = await partsOf(base, plan, changes)
  await assertStillDead(base, plan, parts)
  const planned = new Set(plan.manifests.map(({path}) => path))
  const fate: Fate = (identity) => (changes.dropped.has(identity) ? 'dropped' : survey.wrong.get(identity)?.mended)
  const snapshotId = newSnapshotId()
  const stage = manifestStage(base, snapshotId)
  try {
    const manifests: ManifestFile[] = []
    for (const {listed, described, isTouched} of parts) {
      context.signal.throwIfAborted()
      if (isTouched) manifests.push(await rewriteManifest(base, stage, described, fate))
      else manifests.push(planned.has(listed.manifestPath) ? described : listed)
    }
    const operation = plan.dropped.length === 0 ? 'replace' : plan.dropped.some(({content}) => content !== 'data') ? 'overwrite' : 'delete'
    const summary = snapshotSummary(operation, {added: [], removed}, totals)
    return await proposeManifests(base, {snapshotId, manifests, summary, staged: stage.written}, context)
  } catch (error) {
    await base.io.delete(stage.written)
    throw error
  }
}

/** Reads the manifests of the base, and makes sure that everything that was planned for is there as it was. */
async function partsOf(
  base: IcebergTable,
  plan: RepairPlan,
  changes: Changes,
): Promise<{readonly parts: readonly Part[]; readonly removed: readonly DataFile[]; readonly totals: SnapshotSummary}> {
  const head = headOf(base)
  const listed = head ? await readManifestList(base.io, head, base.metadata['format-version']) : []
  const known: KnownFields = knownFields(base.metadata)
  const seen = new Set<string>()
  const removed: DataFile[] = []
  const parts: Part[] = []
  let totals = snapshotSummary('replace', {added: [], removed: []}, undefined)
  for (const manifest of listed) {
    const said: DataFile[] = []
    let isTouched = false
    const onEntry = ({dataFile}: ManifestEntry) => {
      const identity = fileIdentity(dataFile)
      const wrong = changes.survey.wrong.get(identity)
      if (wrong && fileText(wrong.entry.dataFile) !== fileText(dataFile))
        throw planOutdated(plan, `${identity} is described otherwise by another commit.`)
      const is = wrong?.mended ?? dataFile
      if (changes.dropped.has(identity)) removed.push(is)
      if (wrong || changes.dropped.has(identity)) {
        seen.add(identity)
        isTouched = true
      }
      said.push(is)
    }
    const {manifest: described} = await examineManifest(base, manifest, known, onEntry)
    totals = snapshotSummary('replace', {added: said, removed: []}, totals)
    parts.push({listed: manifest, described, isTouched})
  }
  const [gone] = new Set([...plan.files.map(identityOf), ...changes.dropped]).difference(seen)
  if (gone !== undefined) throw planOutdated(plan, `${gone} was removed by another commit.`)
  const paths = new Set(listed.map(({manifestPath}) => manifestPath))
  const lost = plan.manifests.find(({path}) => !paths.has(path))
  if (lost) throw planOutdated(plan, `${lost.path} is no longer one of its manifests.`)
  return {parts, removed, totals}
}

/** Delete files that dangled when it was planned may be about files that were added since. */
async function assertStillDead(base: IcebergTable, plan: RepairPlan, parts: readonly Part[]): Promise<void> {
  if (plan.dangling.length === 0) return
  const replaced = new Set(plan.dropped.filter(({content}) => content === 'data').map(({path}) => path))
  const dead = await deadDeletes(base, replaced, {known: parts.map(({described}) => described)})
  const [alive] = new Set(plan.dangling.map(identityOf)).difference(new Set(dead.map(fileIdentity)))
  if (alive !== undefined) throw planOutdated(plan, `${alive} deletes rows again.`)
}
