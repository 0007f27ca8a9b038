import type {EntryBlock} from '../../avro/entry-block.js'
import {type DeleteIndex, readDeleteIndex} from '../../deletes/delete-index.js'
import {parsePredicate} from '../../scan/parse-predicate.js'
import {scanBlocks} from '../../scan/plan.js'
import {orderKey, type RowOrder, satisfiedOrders} from '../../sort/row-order.js'
import {currentSchema} from '../../spec/current.js'
import {partitionNames} from '../../spec/file-partition.js'
import type {ManifestEntry, ManifestFile} from '../../spec/manifest.js'
import {referencedDataFile} from '../../spec/referenced-data-file.js'
import type {TableMetadata} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {assertNotEncrypted} from '../plan-header.js'
import type {ResolvedOptimizeOptions} from './options.js'
import {type Candidate, type FileState, mindsDeletes} from './select.js'

/** The key of a snapshot's summary by which a later run recognises the files that optimize made, and for which target. */
export const TARGET_KEY = 'phlo.optimize.target-file-size-bytes'
/** The key by which it recognises those that were sorted, and by what. */
export const ORDER_KEY = 'phlo.optimize.order'

/** Live data files of one partition that the predicate may match. */
export interface PartitionFiles {
  readonly specId: number
  readonly partition: string
  readonly files: readonly Candidate[]
}

/** Refuses the tables that a rewrite cannot do justice to. */
export function assertOptimizable(table: IcebergTable): void {
  assertNotEncrypted(table, 'rewriting its files')
}

/**
 * Live data files of the table's ref, by partition, in the order of the manifests; with an order, whether they are in it.
 *
 * @param manifests of the table's head
 * @param isWanted of the others nothing is kept; default: all
 */
export async function filesByPartition(
  table: IcebergTable,
  manifests: readonly ManifestFile[],
  options: ResolvedOptimizeOptions,
  order: RowOrder | null,
  {signal, isWanted = () => true}: {readonly signal: AbortSignal; readonly isWanted?: (file: Candidate) => boolean},
): Promise<readonly PartitionFiles[]> {
  const stateOf = fileStates(table.metadata, options.targetFileSize, order)
  const nameOf = partitionNames(table.metadata)
  const deletes = mindsDeletes(options) ? await readDeleteIndex(table, {manifests, signal}) : undefined
  const predicate = options.where === null ? undefined : await parsePredicate(options.where, currentSchema(table.metadata))
  const partitions = new Map<string, {specId: number; partition: string; files: Candidate[]}>()
  for await (const {block, rows} of scanBlocks(table, manifests, {predicate, signal})) {
    for (const row of rows) {
      const candidate = {
        file: {path: block.filePath(row), size: block.fileSizeInBytes(row), rows: block.recordCount(row)},
        ...stateOf(block, row),
        ...(deletes && deletes.size > 0 && burdenOf(block.entry(row), deletes)),
      }
      if (!isWanted(candidate)) continue
      const {key, values} = block.partition(row)
      let group = partitions.get(key)
      if (!group) {
        const specId = block.manifest.partitionSpecId
        group = {specId, partition: nameOf({specId, partition: values}), files: []}
        partitions.set(key, group)
      }
      group.files.push(candidate)
    }
  }
  return [...partitions.values()]
}

/**
 * The deletes of a file, as the thresholds count them. Position deletes that were committed before the file was cannot be about
 * it: without that a file that optimize made would be rewritten for the deletes of its neighbours.
 */
function burdenOf(entry: ManifestEntry, deletes: DeleteIndex): {readonly deleteFiles: number; readonly deletedRows: number} {
  const own = deletes
    .deletesFor(entry)
    .filter(({dataFile, fileSequenceNumber}) => dataFile.content === 'equality-deletes' || fileSequenceNumber >= entry.fileSequenceNumber)
  const rows = own
    .filter(({dataFile}) => dataFile.content === 'position-deletes' && referencedDataFile(dataFile) !== undefined)
    .reduce((sum, {dataFile}) => sum + dataFile.recordCount, 0)
  return {deleteFiles: own.length, deletedRows: Math.min(rows, entry.dataFile.recordCount)}
}

/**
 * What is known of a file from the snapshot that added it, and from its sort order id: a file that anybody wrote in an order of the
 * table that begins with the one asked for need not be sorted again. Orders that are not the table's are known by the snapshot alone.
 */
function fileStates(metadata: TableMetadata, target: number, order: RowOrder | null): (block: EntryBlock, row: number) => FileState {
  const snapshotsWith = (key: string, value: string) =>
    new Set(metadata.snapshots.filter(({summary}) => summary?.[key] === value).map((snapshot) => snapshot['snapshot-id']))
  const settledBy = snapshotsWith(TARGET_KEY, String(target))
  if (!order) return (block, row) => ({settled: settledBy.size > 0 && settledBy.has(block.snapshotId(row))})
  const sortedBy = snapshotsWith(ORDER_KEY, orderKey(order))
  const orders = new Set(satisfiedOrders(order, metadata, 'at least'))
  return (block, row) => {
    const snapshotId = block.snapshotId(row)
    const sortOrderId = block.sortOrderId(row)
    const isSorted = sortedBy.has(snapshotId) || (sortOrderId !== undefined && orders.has(sortOrderId))
    return {settled: isSorted && settledBy.has(snapshotId), isSorted}
  }
}
