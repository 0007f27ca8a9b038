import {formatBytes, formatCount, formatTableName, type OperationContext} from '@phlo/core'
import {commitTable} from '../../commit/commit-table.js'
import {discardStaged} from '../../commit/discard-staged.js'
import {proposeSnapshot} from '../../commit/propose-snapshot.js'
import {assertNoNewPositionDeletes} from '../../commit/validate-deletes.js'
import {type DeleteIndex, deleteIndex} from '../../deletes/delete-index.js'
import {cardinality} from '../../deletes/roaring.js'
import {partitionKey} from '../../spec/file-partition.js'
import {type DataFile, fileIdentity, type ManifestEntry, type ManifestFile} from '../../spec/manifest.js'
import type {IcebergTable} from '../../table.js'
import {assertWritable, planOutdated} from '../plan-header.js'
import {undoCommit} from '../undo-commit.js'
import {compactPositionDeletes} from './compact.js'
import {convertDeletes} from './convert.js'
import {type LiveFiles, liveFilesOf} from './live-files.js'
import type {RewriteDeletesPlan, RewriteDeletesResult} from './plan-types.js'
import type {Replaced, Rewriting} from './replacement.js'
import {verifyDeletes} from './verify.js'

/**
 * Writes the new delete files, reads them back, and puts them in the place of the planned ones in one `replace` snapshot.
 *
 * @throws PhloError `PLAN_OUTDATED`, `NEW_DELETES` (exit 5): nothing was changed, plan again; `VERIFICATION_FAILED` (exit 6)
 */
export async function executeRewriteDeletes(
  table: IcebergTable,
  plan: RewriteDeletesPlan,
  context: OperationContext,
): Promise<RewriteDeletesResult> {
  const nothing = {rewrittenDeleteFiles: 0, addedDeleteFiles: 0, rewrittenBytes: 0, addedBytes: 0, deletedRows: 0}
  if (plan.noop) return {...nothing, summary: plan.summary, snapshotId: null}
  assertWritable(table)
  const staged: string[] = []
  context.progress.start('rewriting deletes', plan.inputFiles)
  try {
    const live = await liveFilesOf(table)
    const planned = plannedDeletes(plan, live)
    const rewriting = {table, targetFileSize: targetOf(plan, table), onStaged: (path: string) => void staged.push(path), context}
    const replaced = await rewriteAll(plan, planned, live, rewriting)
    for (const part of replaced) await verifyDeletes(table, part, context.signal)
    context.progress.done()
    return await commit(table, plan, {planned, live, replaced}, context)
  } catch (error) {
    await discardStaged(table.io, staged, error)
    throw error
  }
}

const targetOf = ({options}: RewriteDeletesPlan, {properties}: IcebergTable) =>
  Number(options['targetFileSize'] ?? properties['write.delete.target-file-size-bytes'] ?? 64 * 1024 ** 2)

/** The planned delete files as the table has them now. */
function plannedDeletes(plan: RewriteDeletesPlan, {deletes}: LiveFiles): readonly ManifestEntry[] {
  return plan.groups.flatMap(({inputs}) =>
    inputs.map(({path}) => {
      const entry = deletes.get(path)
      if (!entry) throw planOutdated(plan, `${path} is no longer one of its delete files.`)
      return entry
    }),
  )
}

async function rewriteAll(
  plan: RewriteDeletesPlan,
  planned: readonly ManifestEntry[],
  {data, deletes}: LiveFiles,
  rewriting: Rewriting,
): Promise<readonly Replaced[]> {
  const replaced: Replaced[] = []
  if (plan.target === 'position-deletes' && plan.options['equality'] !== true) {
    for (const [key, inputs] of Map.groupBy(planned, ({dataFile}) => partitionKey(dataFile))) {
      replaced.push(await compactPositionDeletes(inputs, data.get(key) ?? [], rewriting))
    }
    return replaced
  }
  const {metadata, name} = rewriting.table
  // A vector stands for all deletes of its file by position; new position deletes stand beside those that are there.
  const isWanted = ({dataFile}: ManifestEntry) =>
    plan.options['equality'] === true
      ? plan.target === 'deletion-vectors' || dataFile.content === 'equality-deletes'
      : dataFile.content === 'position-deletes'
  const index = await deleteIndex([...deletes.values()].filter(isWanted), metadata, formatTableName(name))
  const identities = new Set(planned.map(({dataFile}) => fileIdentity(dataFile)))
  for (const dataFiles of data.values()) {
    const affected = dataFiles.filter((entry) => isAffected(index, entry, identities))
    replaced.push(await convertDeletes(affected, index, rewriting))
    rewriting.context.progress.advance(affected.length)
  }
  return [...replaced, {added: [], removed: planned.map(({dataFile}) => dataFile), deletes: new Map()}]
}

const isAffected = (index: DeleteIndex, entry: ManifestEntry, planned: ReadonlySet<string>) =>
  index.deletesFor(entry).some(({dataFile}) => planned.has(fileIdentity(dataFile)))

interface Rewritten {
  readonly planned: readonly ManifestEntry[]
  readonly live: LiveFiles
  readonly replaced: readonly Replaced[]
}

async function commit(
  table: IcebergTable,
  plan: RewriteDeletesPlan,
  rewritten: Rewritten,
  context: OperationContext,
): Promise<RewriteDeletesResult> {
  const {replaced} = rewritten
  const added = replaced.flatMap((part) => part.added)
  const removed = replaced.flatMap((part) => part.removed)
  const identities = new Set(removed.map(fileIdentity))
  const change = {
    operation: 'replace' as const,
    added,
    removed: {data: new Set<string>(), deletes: identities},
    validate: (base: IcebergTable, manifests: readonly ManifestFile[]) => validate(base, manifests, table, plan, rewritten),
    checkRemoved: (found: readonly DataFile[]) => {
      const [gone] = identities.difference(new Set(found.map(fileIdentity)))
      if (gone !== undefined) throw planOutdated(plan, `${gone} was removed by another commit.`)
    },
  }
  const {result: snapshot} = await commitTable(table, (base) => proposeSnapshot(base, change, context), context)
  const bytes = (files: readonly DataFile[]) => files.reduce((sum, file) => sum + (file.contentSizeInBytes ?? file.fileSizeInBytes), 0)
  const [before, after] = [bytes(removed), bytes(added.map(({dataFile}) => dataFile))]
  const deletedRows = replaced.flatMap(({deletes}) => [...deletes.values()]).reduce((sum, bitmap) => sum + cardinality(bitmap), 0)
  return {
    summary: `rewrote ${formatCount(removed.length)} delete files (${formatBytes(before)}) as ${formatCount(added.length)} (${formatBytes(after)})`,
    snapshotId: String(snapshot['snapshot-id']),
    ...undoCommit(plan.table, snapshot['parent-snapshot-id']),
    rewrittenDeleteFiles: removed.length,
    addedDeleteFiles: added.length,
    rewrittenBytes: before,
    addedBytes: after,
    deletedRows,
  }
}

/**
 * What landed since may neither delete more rows of the files whose vectors are replaced, nor bring in rows that are old enough for
 * the equality deletes that go. Position deletes of files that are gone delete nothing.
 */
async function validate(
  base: IcebergTable,
  manifests: readonly ManifestFile[],
  table: IcebergTable,
  plan: RewriteDeletesPlan,
  {planned, live, replaced}: Rewritten,
): Promise<void> {
  const isCompaction = plan.target === 'position-deletes' && plan.options['equality'] !== true
  if (isCompaction || base.metadataLocation === table.metadataLocation) return
  const known = new Map([...live.data.values()].flat().map((entry) => [entry.dataFile.filePath, entry]))
  const touched = new Set(plan.target === 'deletion-vectors' ? replaced.flatMap(({deletes}) => [...deletes.keys()]) : [])
  const files = [...touched].flatMap((path) => known.get(path)?.dataFile ?? [])
  await assertNoNewPositionDeletes(base, manifests, files, BigInt(plan.startingSequenceNumber ?? 0))
  const isForRowsOf = (older: bigint) =>
    planned.some(({dataFile, sequenceNumber}) => dataFile.content === 'equality-deletes' && older < sequenceNumber)
  for (const {dataFile, sequenceNumber} of [...(await liveFilesOf(base)).data.values()].flat()) {
    touched.delete(dataFile.filePath)
    if (!known.has(dataFile.filePath) && isForRowsOf(sequenceNumber)) {
      throw planOutdated(plan, `${dataFile.filePath} came with rows that the equality deletes are about.`)
    }
  }
  const [gone] = touched
  if (gone !== undefined) throw planOutdated(plan, `${gone} is no longer one of its data files.`)
}
