import type {TableMetadata} from '../spec/table-metadata.js'
import {NEWEST_FORMAT_VERSION} from '../spec/table-metadata-json.js'
import {addSchema, addSortOrder, addSpec, lastOr, removeSchemas, removeSpecs} from './apply-schema-updates.js'
import {addSnapshot, removeRef, removeSnapshots, setRef, trimSnapshotLog} from './apply-snapshot-updates.js'
import {type CommitProgress, invalidUpdate} from './commit-progress.js'
import {mendedLog, withPreviousFile} from './metadata-log.js'
import type {TableUpdate} from './updates.js'

export interface ApplyOptions {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The file of `metadata`; it goes to the metadata log. */
  readonly previousLocation?: string
}

/**
 * The metadata after the updates, in their order, with the rules of Iceberg's Java library: ids are reused for schemas, specs and
 * orders that are there already, the snapshot log loses what comes before a removed entry, statistics and refs go with their
 * snapshot, `last-updated-ms` never goes back, the metadata log keeps `write.metadata.previous-versions-max` files.
 *
 * @returns the very same object when nothing changes
 * @throws PhloError `INVALID_UPDATE` (refused); `COMMIT_CONFLICT` for a snapshot that somebody else's commit made stale
 */
export function applyUpdates(metadata: TableMetadata, updates: readonly TableUpdate[], options: ApplyOptions): TableMetadata {
  const progress: CommitProgress = {now: options.now, addedSnapshots: new Set(), removedSnapshots: false, intermediate: new Set()}
  let result = metadata
  for (const update of updates) result = applyUpdate(result, update, progress)
  if (result === metadata) return metadata
  result = trimSnapshotLog(result, progress)
  const newest = result.snapshots
    .filter(({'snapshot-id': id}) => progress.addedSnapshots.has(id))
    .map((snapshot) => snapshot['timestamp-ms'])
  const updatedAt = Math.max(options.now, metadata['last-updated-ms'], ...newest)
  return {
    ...result,
    'last-updated-ms': updatedAt,
    ...(options.previousLocation !== undefined && {
      'metadata-log': withPreviousFile(result, result.properties, options.previousLocation),
    }),
  }
}

function applyUpdate(metadata: TableMetadata, update: TableUpdate, progress: CommitProgress): TableMetadata {
  switch (update.action) {
    case 'assign-uuid':
      return update.uuid === metadata['table-uuid'] ? metadata : {...metadata, 'table-uuid': update.uuid}
    case 'upgrade-format-version':
      return upgrade(metadata, update['format-version'])
    case 'add-schema':
      return addSchema(metadata, update.schema, progress)
    case 'set-current-schema':
      return setId(
        metadata,
        'current-schema-id',
        lastOr(update['schema-id'], progress.lastSchemaId, 'schema'),
        idsOf(metadata.schemas, 'schema-id'),
      )
    case 'add-spec':
      return addSpec(metadata, update.spec, progress)
    case 'set-default-spec':
      return setId(
        metadata,
        'default-spec-id',
        lastOr(update['spec-id'], progress.lastSpecId, 'partition spec'),
        idsOf(metadata['partition-specs'], 'spec-id'),
      )
    case 'add-sort-order':
      return addSortOrder(metadata, update['sort-order'], progress)
    case 'set-default-sort-order': {
      const id = lastOr(update['sort-order-id'], progress.lastOrderId, 'sort order')
      return setId(metadata, 'default-sort-order-id', id, idsOf(metadata['sort-orders'], 'order-id'))
    }
    case 'add-snapshot':
      return addSnapshot(metadata, update.snapshot, progress)
    case 'set-snapshot-ref': {
      const {action: _, 'ref-name': name, ...ref} = update
      return setRef(metadata, name, ref, progress)
    }
    case 'remove-snapshots':
      return removeSnapshots(metadata, update['snapshot-ids'], progress)
    case 'remove-snapshot-ref':
      return removeRef(metadata, update['ref-name'])
    case 'set-location':
      return update.location === metadata.location ? metadata : {...metadata, location: update.location}
    case 'set-properties':
      return Object.keys(update.updates).length === 0 ? metadata : {...metadata, properties: {...metadata.properties, ...update.updates}}
    case 'remove-properties':
      return removeProperties(metadata, update.removals)
    case 'set-statistics':
      return setFile(metadata, 'statistics', update.statistics)
    case 'set-partition-statistics':
      return setFile(metadata, 'partition-statistics', update['partition-statistics'])
    case 'remove-statistics':
      return removeFile(metadata, 'statistics', update['snapshot-id'])
    case 'remove-partition-statistics':
      return removeFile(metadata, 'partition-statistics', update['snapshot-id'])
    case 'remove-partition-specs':
      return removeSpecs(metadata, update['spec-ids'])
    case 'remove-schemas':
      return removeSchemas(metadata, update['schema-ids'])
    case 'mend-metadata-log':
      return {...metadata, 'metadata-log': mendedLog(metadata['metadata-log'], update['missing-files'])}
    default:
      throw invalidUpdate(`the update ${JSON.stringify((update as {action: unknown}).action)} is not known`)
  }
}

function upgrade(metadata: TableMetadata, version: number): TableMetadata {
  const current = metadata['format-version']
  if (version === current) return metadata
  if (version < current) throw invalidUpdate(`a table of format version ${current} cannot go back to ${version}`)
  if (version > NEWEST_FORMAT_VERSION) throw invalidUpdate(`format version ${version} is not supported`)
  if (metadata.snapshots.some((snapshot) => snapshot['manifest-list'] === undefined)) {
    throw invalidUpdate('it has snapshots without a manifest list, which only format version 1 allows: expire them first')
  }
  return {...metadata, 'format-version': version, ...(version >= 3 && {'next-row-id': metadata['next-row-id'] ?? 0n})}
}

type IdKey = 'current-schema-id' | 'default-spec-id' | 'default-sort-order-id'

function setId(metadata: TableMetadata, key: IdKey, id: number, known: readonly unknown[]): TableMetadata {
  if (!known.includes(id)) throw invalidUpdate(`${key} cannot be ${id}, which does not exist`)
  return metadata[key] === id ? metadata : {...metadata, [key]: id}
}

function idsOf<T extends object>(items: readonly T[], key: keyof T): readonly unknown[] {
  return items.map((item) => item[key])
}

function removeProperties(metadata: TableMetadata, removals: readonly string[]): TableMetadata {
  const kept = Object.entries(metadata.properties).filter(([key]) => !removals.includes(key))
  return kept.length === Object.keys(metadata.properties).length ? metadata : {...metadata, properties: Object.fromEntries(kept)}
}

type FileKey = 'statistics' | 'partition-statistics'

function setFile<K extends FileKey>(metadata: TableMetadata, key: K, file: NonNullable<TableMetadata[K]>[number]): TableMetadata {
  const others = (metadata[key] ?? []).filter((other) => other['snapshot-id'] !== file['snapshot-id'])
  return {...metadata, [key]: [...others, file]}
}

function removeFile(metadata: TableMetadata, key: FileKey, snapshotId: bigint): TableMetadata {
  const files = metadata[key]
  return files?.some((file) => file['snapshot-id'] === snapshotId)
    ? {...metadata, [key]: files.filter((file) => file['snapshot-id'] !== snapshotId)}
    : metadata
}
