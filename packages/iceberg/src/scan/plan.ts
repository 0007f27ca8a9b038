import {readManifest} from '../avro/manifest.js'
import {readManifestList} from '../avro/manifest-list.js'
import {headOf} from '../refs.js'
import {currentSchema, partitionSpecById} from '../spec/current.js'
import type {ManifestEntry} from '../spec/manifest.js'
import {type BoundPartitionField, partitionFields, schemasCurrentFirst} from '../spec/partition-spec.js'
import type {Snapshot} from '../spec/table-metadata.js'
import type {IcebergTable} from '../table.js'
import {parsePredicate} from './parse-predicate.js'
import type {Predicate} from './predicate.js'
import {fileMayMatch, manifestMayMatch} from './prune.js'

export interface ScanOptions {
  /** Default: the head of the table's ref. */
  readonly snapshot?: Snapshot
  /** The condition of a WHERE clause. */
  readonly where?: string
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
  const schemas = schemasCurrentFirst(metadata)
  const fieldsOfSpec = new Map<number, readonly BoundPartitionField[]>()
  for (const manifest of manifests.filter(({content}) => content === 'data')) {
    const id = manifest.partitionSpecId
    const fields = fieldsOfSpec.get(id) ?? partitionFields(partitionSpecById(metadata, id), schemas)
    fieldsOfSpec.set(id, fields)
    if (predicate && !manifestMayMatch(predicate, manifest, fields)) continue
    for await (const entry of readManifest(io, manifest, {metadata})) {
      if (entry.status === 'deleted' || (predicate && !fileMayMatch(predicate, entry.dataFile, fields))) continue
      yield {entry, ...(predicate && {predicate})}
    }
  }
}
