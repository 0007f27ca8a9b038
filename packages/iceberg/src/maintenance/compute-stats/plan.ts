import {formatBytes, formatCount, type OperationContext} from '@phlo/core'
import type {Leaf} from '../../parquet/leaves.js'
import {headOf, schemaOf} from '../../refs.js'
import {planScan} from '../../scan/plan.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {assertNotEncrypted, planHeader} from '../plan-header.js'
import {snapshotWithId} from '../refs/find-snapshot.js'
import {columnsToSketch} from './columns.js'
import type {ComputeStatsOptions, ComputeStatsPlan, PlannedColumn} from './plan-types.js'
import {sketchedFields, statisticsOf} from './statistics-of.js'

/**
 * Decides of which columns of a snapshot statistics are computed: those that it has none of. Reads manifests only.
 *
 * @throws PhloError `SNAPSHOT_NOT_FOUND`, `COLUMN_NOT_FOUND`, `COLUMN_WITHOUT_STATISTICS` (exit 2); `TABLE_ENCRYPTED` (exit 6)
 */
export async function planComputeStats(
  table: IcebergTable,
  options: ComputeStatsOptions,
  context: OperationContext,
): Promise<ComputeStatsPlan> {
  assertNotEncrypted(table, 'computing its statistics')
  const snapshot = chosenSnapshot(table, options.snapshotId)
  const wanted = columnsToSketch(schemaOf(table, snapshot), options.columns).map(planned)
  const file = snapshot && statisticsOf(table.metadata, snapshot)
  const isThere = file !== undefined && (await table.io.stat(file['statistics-path'])) !== undefined
  const sketched = sketchedFields(isThere && !options.force ? file : undefined)
  const columns = snapshot ? wanted.filter(({id}) => !sketched.has(id)) : []
  const known = wanted.filter(({id}) => sketched.has(id))
  const work = columns.length > 0 ? await filesToRead(table, snapshot, context) : {files: 0, bytes: 0, rows: 0}
  const id = snapshot ? String(snapshot['snapshot-id']) : null
  return {
    ...planHeader('compute-stats', table, {...options, ...(options.columns && {columns: [...options.columns]})}, context),
    operation: 'compute-stats',
    noop: columns.length === 0,
    summary: summaryOf(id, columns, known, work),
    snapshotId: id,
    columns,
    known,
    previous: file?.['statistics-path'] ?? null,
    previousIsThere: isThere,
    ...work,
  }
}

const planned = ({fieldId: id, name}: Leaf): PlannedColumn => ({id, name})

/** @throws PhloError `SNAPSHOT_NOT_FOUND` (exit 2) */
export function chosenSnapshot(table: IcebergTable, id: string | undefined): Snapshot | undefined {
  return id === undefined ? headOf(table) : snapshotWithId(table, id)
}

type Work = Pick<ComputeStatsPlan, 'files' | 'bytes' | 'rows'>

async function filesToRead(table: IcebergTable, snapshot: Snapshot | undefined, {progress}: OperationContext): Promise<Work> {
  let [files, bytes, rows] = [0, 0, 0]
  progress.start('reading manifests')
  for await (const {entry} of planScan(table, {...(snapshot && {snapshot})})) {
    files += 1
    bytes += entry.dataFile.fileSizeInBytes
    rows += entry.dataFile.recordCount
  }
  progress.done()
  return {files, bytes, rows}
}

function summaryOf(id: string | null, columns: readonly PlannedColumn[], known: readonly PlannedColumn[], {files, bytes}: Work): string {
  if (id === null) return 'nothing to do: the table has no snapshot'
  if (columns.length > 0) {
    const what = `${formatCount(columns.length)} ${columns.length === 1 ? 'column' : 'columns'} of snapshot ${id}`
    return `count the distinct values of ${what} in ${formatCount(files)} files (${formatBytes(bytes)})`
  }
  if (known.length === 0) return 'nothing to do: the table has no column of a primitive type'
  return `nothing to do: snapshot ${id} has statistics of ${known.length === 1 ? 'the column' : `the ${formatCount(known.length)} columns`} already`
}
