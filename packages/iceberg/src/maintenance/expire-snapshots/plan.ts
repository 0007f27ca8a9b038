import {formatBytes, formatCount, type OperationContext, type PlannedFile} from '@phlo/core'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {assertGcEnabledOrKnown, assertNotEncrypted, planHeader} from '../plan-header.js'
import {type ExpireOptions, type ResolvedExpireOptions, resolveExpireOptions} from './options.js'
import type {ExpiredFiles, ExpirePlan} from './plan-types.js'
import {filesOnlyReachableFrom} from './reachability.js'
import {decideRetention} from './retention.js'

const NO_FILES: ExpiredFiles = {
  dataFiles: [],
  positionDeleteFiles: [],
  equalityDeleteFiles: [],
  manifests: [],
  manifestLists: [],
  statisticsFiles: [],
}

/** Which of them a branch, a tag or an old commit of the catalog needs is for one to tell who looks at all of them. */
export const LEFT_TO_VACUUM = '; their files stay until vacuum finds that no branch or tag of the catalog needs them'

/** Decides which snapshots go and finds every file that only they reach. */
export async function planExpire(table: IcebergTable, given: ExpireOptions, context: OperationContext): Promise<ExpirePlan> {
  assertGcEnabledOrKnown(table, 'expiring snapshots')
  assertNotEncrypted(table, 'expiring snapshots')
  const hasHistory = table.source.history !== undefined
  const options = resolveExpireOptions(hasHistory ? {...given, metadataOnly: true, quarantine: false} : given, table.properties)
  const {metadata} = table
  const {expiredSnapshots, expiredRefs, reasons} = decideRetention(metadata, options, context.clock.now())
  const gone = new Set(expiredSnapshots)
  const expired = metadata.snapshots.filter((snapshot) => gone.has(snapshot['snapshot-id']))
  const retained = metadata.snapshots.filter((snapshot) => !gone.has(snapshot['snapshot-id']))
  const reach =
    options.metadataOnly && !options.cleanExpiredMetadata
      ? {files: NO_FILES, specIds: new Set<number>()}
      : await filesOnlyReachableFrom(table, expired, retained, context)
  const files = options.metadataOnly ? NO_FILES : reach.files
  const unused = options.cleanExpiredMetadata ? unusedMetadata(table, retained, reach.specIds) : {partitionSpecs: [], schemas: []}
  const bytes = allFiles(files).reduce((sum, {size}) => sum + size, 0)
  const noop = expired.length + expiredRefs.length + unused.partitionSpecs.length + unused.schemas.length === 0
  return {
    ...planHeader('expire-snapshots', table, {...options}, context),
    operation: 'expire-snapshots',
    noop,
    summary: noop
      ? 'nothing to do: no snapshot is old enough to expire'
      : `${summarise(expired.length, expiredRefs, files, bytes, options)}${hasHistory ? LEFT_TO_VACUUM : ''}`,
    snapshots: expired.map((snapshot) => ({
      id: String(snapshot['snapshot-id']),
      timestamp: snapshot['timestamp-ms'],
      reason: reasons.get(snapshot['snapshot-id']) ?? '',
    })),
    retained: retained.map((snapshot) => String(snapshot['snapshot-id'])),
    refs: expiredRefs,
    files,
    bytes,
    ...unused,
  }
}

/** The files of an expiry in the order in which they are removed: what refers to others goes after them. */
export const filesInOrder = (files: ExpiredFiles): readonly (readonly PlannedFile[])[] => [
  [...files.dataFiles, ...files.positionDeleteFiles, ...files.equalityDeleteFiles, ...files.statisticsFiles],
  files.manifests,
  files.manifestLists,
]

/** Every file of an expiry. */
export const allFiles = (files: ExpiredFiles) => filesInOrder(files).flat()

/** Specs that no manifest of a snapshot that stays is written with, and schemas that no such snapshot names. */
function unusedMetadata(
  {metadata}: IcebergTable,
  retained: readonly Snapshot[],
  specIds: ReadonlySet<number>,
): {readonly partitionSpecs: readonly number[]; readonly schemas: readonly number[]} {
  const schemaIds = new Set([metadata['current-schema-id'], ...retained.map((snapshot) => snapshot['schema-id'])])
  return {
    partitionSpecs: metadata['partition-specs']
      .map((spec) => spec['spec-id'])
      .filter((id) => id !== metadata['default-spec-id'] && !specIds.has(id)),
    schemas: metadata.schemas.map((schema) => schema['schema-id'] ?? 0).filter((id) => !schemaIds.has(id)),
  }
}

function summarise(
  snapshots: number,
  refs: readonly string[],
  files: ExpiredFiles,
  bytes: number,
  {metadataOnly, quarantine}: ResolvedExpireOptions,
): string {
  const parts = [`expire ${formatCount(snapshots)} snapshots`]
  if (refs.length > 0) parts.push(`drop ${refs.length} refs (${refs.join(', ')})`)
  if (!metadataOnly) {
    const count = allFiles(files).length
    parts.push(`${quarantine ? 'quarantine' : 'delete'} ${formatCount(count)} files (${formatBytes(bytes)})`)
  }
  return parts.join(', ')
}
