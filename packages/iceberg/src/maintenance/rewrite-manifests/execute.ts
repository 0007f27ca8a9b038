import {formatCount, type OperationContext, refused} from '@phlo/core'
import {liveEntries} from '../../avro/live-entries.js'
import {readManifestList} from '../../avro/manifest-list.js'
import {type CommitContext, commitTable, type Proposal} from '../../commit/commit-table.js'
import {discardStaged} from '../../commit/discard-staged.js'
import {type ManifestStage, manifestStage, openManifest} from '../../commit/manifests.js'
import {newSnapshotId, proposeManifests} from '../../commit/propose-snapshot.js'
import {snapshotSummary} from '../../commit/summary.js'
import {headOf} from '../../refs.js'
import {partitionSpecById} from '../../spec/current.js'
import type {ManifestEntry, ManifestFile} from '../../spec/manifest.js'
import {partitionFields, schemasCurrentFirst} from '../../spec/partition-spec.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {assertWritable, planOutdated} from '../plan-header.js'
import {undoCommit} from '../undo-commit.js'
import {type Assign, clusterByPartition} from './clusters.js'
import type {PlannedManifests, RewriteManifestsPlan, RewriteManifestsResult} from './plan-types.js'

/** Manifests that are open at a time: with more to write, the old ones are read once for each so many. */
const OPEN_MANIFESTS = 32

/**
 * Writes the live entries of the planned manifests anew, ordered by partition, with the sequence numbers and first row ids that
 * they had, and puts the new manifests in the place of the old ones. What others commit meanwhile stays.
 *
 * @throws PhloError `PLAN_OUTDATED` (exit 5) when a planned manifest is no longer one of the table's; `VERIFICATION_FAILED` (exit 6)
 */
export async function executeRewriteManifests(
  table: IcebergTable,
  plan: RewriteManifestsPlan,
  context: OperationContext,
): Promise<RewriteManifestsResult> {
  if (plan.noop) return {summary: plan.summary, snapshotId: null, rewrittenManifests: 0, addedManifests: 0, entries: 0}
  assertWritable(table)
  const snapshotId = newSnapshotId()
  const stage = manifestStage(table, snapshotId)
  const replaced = new Set(plan.rewrites.flatMap(({inputs}) => inputs.map(({path}) => path)))
  context.progress.start(
    'writing manifests',
    sumOf(plan.rewrites, ({inputs}) => sumOf(inputs, ({entries}) => entries)),
  )
  try {
    const current = await plannedManifests(table, plan, replaced)
    const added: ManifestFile[] = []
    for (const rewrite of plan.rewrites) added.push(...(await rewriteManifests(table, plan, rewrite, current, stage, context)))
    context.progress.done()
    const {result} = await commitTable(table, (base) => propose(base, plan, {replaced, added, snapshotId}, context), context)
    return resultOf(plan, result, replaced.size, added)
  } catch (error) {
    await discardStaged(table.io, stage.written, error)
    throw error
  }
}

const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number) => items.reduce((sum, item) => sum + of(item), 0)

/** The manifests of the table's head by path, all planned ones among them. */
async function plannedManifests(
  table: IcebergTable,
  plan: RewriteManifestsPlan,
  replaced: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ManifestFile>> {
  const head = headOf(table)
  const manifests = head ? await readManifestList(table.io, head, table.metadata['format-version']) : []
  const byPath = new Map(manifests.map((manifest) => [manifest.manifestPath, manifest]))
  for (const path of replaced) if (!byPath.has(path)) throw planOutdated(plan, `${path} is no longer one of its manifests.`)
  return byPath
}

async function rewriteManifests(
  table: IcebergTable,
  plan: RewriteManifestsPlan,
  {content, inputs, outputs}: PlannedManifests,
  current: ReadonlyMap<string, ManifestFile>,
  stage: ManifestStage,
  context: OperationContext,
): Promise<readonly ManifestFile[]> {
  const manifests = inputs.flatMap(({path}) => current.get(path) ?? [])
  const fields = partitionFields(partitionSpecById(table.metadata, plan.specId), schemasCurrentFirst(table.metadata))
  const clusters = clusterByPartition(fields, plan.sortBy)
  for await (const {dataFile} of liveEntries(table, manifests, context.signal)) clusters.add(dataFile)
  const added: ManifestFile[] = []
  for (let from = 0; from < outputs; from += OPEN_MANIFESTS) {
    const range = {from, to: Math.min(outputs, from + OPEN_MANIFESTS)}
    added.push(
      ...(await writeRange(
        table,
        liveEntries(table, manifests, context.signal),
        clusters.divide(outputs),
        range,
        {plan, content, stage},
        context,
      )),
    )
  }
  verify(plan, manifests, added)
  return added
}

/** Writes those of the new manifests whose numbers are in the range. */
async function writeRange(
  table: IcebergTable,
  entries: AsyncIterable<ManifestEntry>,
  assign: Assign,
  range: {readonly from: number; readonly to: number},
  {plan, content, stage}: {readonly plan: RewriteManifestsPlan; readonly content: 'data' | 'deletes'; readonly stage: ManifestStage},
  context: OperationContext,
): Promise<readonly ManifestFile[]> {
  const writers = await Promise.all(Array.from({length: range.to - range.from}, () => openManifest(table, stage, plan.specId, content)))
  try {
    for await (const entry of entries) {
      const writer = writers[assign(entry.dataFile) - range.from]
      if (!writer) continue
      await writer.add({...entry, status: 'existing'})
      context.progress.advance()
    }
    const written: ManifestFile[] = []
    for (const writer of writers) written.push(await writer.close())
    return written
  } catch (error) {
    for (const writer of writers) await writer.abort()
    throw error
  }
}

const filesIn = ({addedFilesCount, existingFilesCount}: ManifestFile) => addedFilesCount + existingFilesCount
const rowsIn = ({addedRowsCount, existingRowsCount}: ManifestFile) => addedRowsCount + existingRowsCount

function verify({table}: RewriteManifestsPlan, before: readonly ManifestFile[], after: readonly ManifestFile[]): void {
  for (const [what, of] of [
    ['files', filesIn],
    ['rows', rowsIn],
  ] as const) {
    const [expected, found] = [sumOf(before, of), sumOf(after, of)]
    if (expected === found) continue
    throw refused(
      'VERIFICATION_FAILED',
      `The new manifests of ${table.name} tell of ${formatCount(found)} ${what} instead of ${formatCount(expected)}; nothing was committed.`,
    )
  }
}

async function propose(
  base: IcebergTable,
  plan: RewriteManifestsPlan,
  {replaced, added, snapshotId}: {replaced: ReadonlySet<string>; added: readonly ManifestFile[]; snapshotId: bigint},
  context: CommitContext,
): Promise<Proposal<Snapshot>> {
  const current = [...(await plannedManifests(base, plan, replaced)).values()]
  const kept = current.filter(({manifestPath}) => !replaced.has(manifestPath))
  const summary = snapshotSummary('replace', {added: [], removed: []}, headOf(base)?.summary ?? {}, {
    'manifests-created': String(added.length),
    'manifests-kept': String(kept.length),
    'manifests-replaced': String(replaced.size),
    'entries-processed': String(sumOf(added, filesIn)),
  })
  return proposeManifests(base, {snapshotId, manifests: [...added, ...kept], summary, staged: []}, context)
}

function resultOf(
  {table}: RewriteManifestsPlan,
  snapshot: Snapshot,
  rewrittenManifests: number,
  added: readonly ManifestFile[],
): RewriteManifestsResult {
  return {
    summary: `wrote ${formatCount(rewrittenManifests)} manifests anew as ${formatCount(added.length)}`,
    snapshotId: String(snapshot['snapshot-id']),
    ...undoCommit(table, snapshot['parent-snapshot-id']),
    rewrittenManifests,
    addedManifests: added.length,
    entries: sumOf(added, filesIn),
  }
}
