import {type EntryBlock, liveRows} from '../avro/entry-block.js'
import {readManifests} from '../avro/manifest.js'
import {readManifestList} from '../avro/manifest-list.js'
import {headOf} from '../refs.js'
import {currentSchema, partitionSpecById} from '../spec/current.js'
import type {ManifestEntry, ManifestFile} from '../spec/manifest.js'
import {type BoundPartitionField, partitionFields, schemasCurrentFirst} from '../spec/partition-spec.js'
import type {Snapshot} from '../spec/table-metadata.js'
import type {IcebergTable} from '../table.js'
import {parsePredicate} from './parse-predicate.js'
import type {Predicate} from './predicate.js'
import {fileMayMatch, manifestMayMatch, partitionMayMatch} from './prune.js'

export interface ScanOptions {
  /** Default: the head of the table's ref. */
  readonly snapshot?: Snapshot
  /** The condition of a WHERE clause. */
  readonly where?: string
  readonly signal?: AbortSignal
}

/** A live data file that may hold matching rows. */
export interface ScanTask {
  readonly entry: ManifestEntry
  /** What its rows have still to be checked for; undefined when there is no condition. */
  readonly predicate?: Predicate
}

/**
 * The data files that a scan has to read, pruned by partition summaries, partitions and column bounds, as a stream in the order
 * of the manifests. Which of their rows are deleted is for `deletedRows`.
 *
 * @throws PhloError `INVALID_PREDICATE`, `COLUMN_NOT_FOUND` (exit 2)
 */
export async function* planScan(table: IcebergTable, options: ScanOptions = {}): AsyncIterable<ScanTask> {
  const {metadata, io} = table
  const predicate = options.where === undefined ? undefined : await parsePredicate(options.where, currentSchema(metadata))
  const snapshot = options.snapshot ?? headOf(table)
  if (!snapshot) return
  const manifests = await readManifestList(io, snapshot, metadata['format-version'])
  for await (const {block, rows} of scanBlocks(table, manifests, {predicate, signal: options.signal})) {
    for (const row of rows) yield {entry: block.entry(row), ...(predicate && {predicate})}
  }
}

/** Entries of a manifest, and which of them a scan has to read. */
export interface ScanBlock {
  readonly block: EntryBlock
  readonly rows: readonly number[]
}

/** As `planScan`, of some manifests, for those who need little of each file. @throws the signal's reason */
export async function* scanBlocks(
  table: IcebergTable,
  manifests: readonly ManifestFile[],
  {predicate, signal}: {readonly predicate?: Predicate | undefined; readonly signal?: AbortSignal | undefined} = {},
): AsyncIterable<ScanBlock> {
  const {metadata} = table
  const schemas = schemasCurrentFirst(metadata)
  const fieldsOfSpec = new Map<number, readonly BoundPartitionField[]>()
  const fieldsOf = ({partitionSpecId: id}: ManifestFile): readonly BoundPartitionField[] => {
    const fields = fieldsOfSpec.get(id) ?? partitionFields(partitionSpecById(metadata, id), schemas)
    fieldsOfSpec.set(id, fields)
    return fields
  }
  const wanted = manifests.filter(
    (manifest) => manifest.content === 'data' && (!predicate || manifestMayMatch(predicate, manifest, fieldsOf(manifest))),
  )
  for await (const block of readManifests(table, wanted, {signal})) {
    const fields = fieldsOf(block.manifest)
    const mayMatch = (row: number) =>
      !predicate ||
      // Most files of another partition are told apart without their metrics.
      (partitionMayMatch(predicate, block.partition(row).values, fields) && fileMayMatch(predicate, block.entry(row).dataFile, fields))
    yield {block, rows: [...liveRows(block).filter(mayMatch)]}
  }
}
