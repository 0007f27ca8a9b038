import {randomUUID} from 'node:crypto'
import {formatCount, type OperationContext} from '@phlo/core'
import {commitTable, type Proposal} from '../../commit/commit-table.js'
import {discardStaged} from '../../commit/discard-staged.js'
import {metadataFolder} from '../../commit/manifests.js'
import type {NewPuffinBlob} from '../../puffin/write.js'
import {schemaOf, snapshotById} from '../../refs.js'
import {serializeTheta} from '../../sketch/compact-theta.js'
import {estimateOf} from '../../sketch/theta-sketch.js'
import type {Snapshot, StatisticsFile} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {assertWritable, planOutdated} from '../plan-header.js'
import {columnsToSketch} from './columns.js'
import type {ColumnNdv, ComputeStatsPlan, ComputeStatsResult} from './plan-types.js'
import {sketchColumns} from './sketch-columns.js'
import {blobsToKeep, writeStatisticsFile} from './statistics-file.js'
import {statisticsOf, THETA} from './statistics-of.js'

/**
 * Reads the planned columns, writes a statistics file and lets the metadata name it. No snapshot is made; commits that land
 * meanwhile do not disturb it. The statistics file that it takes the place of is left to `vacuum`.
 *
 * @throws PhloError `PLAN_OUTDATED` (exit 5) when the snapshot is gone, or has other statistics now
 */
export async function executeComputeStats(
  table: IcebergTable,
  plan: ComputeStatsPlan,
  context: OperationContext,
): Promise<ComputeStatsResult> {
  if (plan.noop) return {summary: plan.summary, snapshotId: null, statisticsFile: null, columns: []}
  assertWritable(table)
  const snapshot = plannedSnapshot(table, plan)
  const {blobs, columns} = await newBlobs(table, plan, snapshot, context)
  const path = `${metadataFolder(table)}/${plan.snapshotId}-${randomUUID()}.stats`
  try {
    const file = await writeStatisticsFile(table.io, path, snapshot, blobs)
    // No requirement of a commit is about statistics: those that came while this read are seen only by looking.
    await commitTable(await table.refresh(), async (base) => propose(base, plan, file), context)
  } catch (error) {
    await discardStaged(table.io, [path], error)
    throw error
  }
  return {
    summary: `counted the distinct values of ${formatCount(columns.length)} columns of snapshot ${plan.snapshotId}`,
    snapshotId: null,
    statisticsFile: path,
    columns,
  }
}

/** The snapshot, with the statistics that it had when it was planned. */
function plannedSnapshot({metadata}: IcebergTable, plan: ComputeStatsPlan): Snapshot {
  const snapshot = snapshotById(metadata, BigInt(plan.snapshotId ?? 0))
  if (!snapshot) throw planOutdated(plan, `snapshot ${plan.snapshotId} is gone.`)
  const previous = statisticsOf(metadata, snapshot)?.['statistics-path'] ?? null
  if (previous !== plan.previous) throw planOutdated(plan, `snapshot ${plan.snapshotId} has other statistics now.`)
  return snapshot
}

async function newBlobs(
  table: IcebergTable,
  plan: ComputeStatsPlan,
  snapshot: Snapshot,
  context: OperationContext,
): Promise<{readonly blobs: readonly NewPuffinBlob[]; readonly columns: readonly ColumnNdv[]}> {
  const schema = schemaOf(table, snapshot)
  const leaves = columnsToSketch(
    schema,
    plan.columns.map(({name}) => name),
  )
  const changed = plan.columns.find(({id}, index) => leaves[index]?.fieldId !== id)
  if (changed) throw planOutdated(plan, `its column ${changed.name} is another one now.`)
  const replaced = new Set(plan.columns.map(({id}) => id))
  const kept = plan.previous !== null && plan.previousIsThere ? await blobsToKeep(table.io, plan.previous, replaced) : []
  context.progress.start('reading files', plan.files)
  const sketches = await sketchColumns(table, {snapshot, schema, leaves}, context)
  context.progress.done()
  const computed = plan.columns.flatMap((column) => {
    const sketch = sketches.get(column.id)?.sketch
    return sketch ? [{column: {...column, ndv: Math.trunc(estimateOf(sketch))}, data: serializeTheta(sketch)}] : []
  })
  const blobs = computed.map(
    ({column, data}): NewPuffinBlob => ({
      type: THETA,
      fields: [column.id],
      'snapshot-id': snapshot['snapshot-id'],
      'sequence-number': snapshot['sequence-number'],
      properties: {ndv: String(column.ndv)},
      data,
    }),
  )
  return {blobs: [...kept, ...blobs], columns: computed.map(({column}) => column)}
}

function propose(base: IcebergTable, plan: ComputeStatsPlan, file: StatisticsFile): Proposal<null> {
  plannedSnapshot(base, plan)
  return {
    requirements: [{type: 'assert-table-uuid', uuid: plan.table.uuid}],
    updates: [{action: 'set-statistics', statistics: file}],
    staged: [],
    landed: (fresh) => fresh.statistics?.some((other) => other['statistics-path'] === file['statistics-path']) === true,
    result: null,
  }
}
