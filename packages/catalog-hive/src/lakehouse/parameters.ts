import {currentSchema, stringifyJson, type TableMetadata} from '@phlo/iceberg'

type Parameters = Readonly<Record<string, string>>

export interface ParametersOf {
  readonly metadata: TableMetadata
  readonly metadataLocation: string
  /** What the table was before, and where. */
  readonly base?: {readonly metadata: TableMetadata; readonly metadataLocation: string} | undefined
  /** Whether Hive itself is to query the table. */
  readonly isHiveEnabled: boolean
  /** The longest value, in characters, that is made of metadata; 0 makes none. */
  readonly propertySize: number
}

/** Deleting the files with the table is one thing with two names. */
const TRANSLATED: Readonly<Record<string, string>> = {'gc.enabled': 'external.table.purge'}
const OWNER = 'hive.metastore.table.owner'
const STORAGE_HANDLER = 'org.apache.iceberg.mr.hive.HiveIcebergStorageHandler'

/** Figures of a snapshot that Hive has as statistics. */
const STATISTICS: Readonly<Record<string, string>> = {
  numFiles: 'total-data-files',
  numRows: 'total-records',
  totalSize: 'total-files-size',
}

/** What is made of metadata: it goes where it is no longer so. */
const COPIED = [
  'current-snapshot-id',
  'current-snapshot-timestamp-ms',
  'current-snapshot-summary',
  'current-schema',
  'default-partition-spec',
  'default-sort-order',
]

/** The parameters of a table in the metastore, as Iceberg's Java library keeps them; those of others stay. */
export function hiveParameters(existing: Parameters, given: ParametersOf): Parameters {
  const {metadata, metadataLocation, base, isHiveEnabled} = given
  const removed = Object.keys(base?.metadata.properties ?? {}).filter((key) => metadata.properties[key] === undefined)
  const gone = new Set([...removed.map(hiveKey), ...COPIED, 'storage_handler', 'COLUMN_STATS_ACCURATE'])
  const own = Object.entries(metadata.properties).filter(([key]) => key.toLowerCase() !== OWNER)
  return {
    ...Object.fromEntries(Object.entries(existing).filter(([key]) => !gone.has(key))),
    ...Object.fromEntries(own.map(([key, value]) => [hiveKey(key), value])),
    ...(metadata['table-uuid'] && {uuid: metadata['table-uuid']}),
    EXTERNAL: 'TRUE',
    table_type: 'ICEBERG',
    metadata_location: metadataLocation,
    ...(base && {previous_metadata_location: base.metadataLocation}),
    ...(isHiveEnabled && {storage_handler: STORAGE_HANDLER}),
    // What it would count are files that Iceberg knows, and others.
    DO_NOT_UPDATE_STATS: 'true',
    ...copied(given),
  }
}

const hiveKey = (key: string) => TRANSLATED[key] ?? key

function copied({metadata, propertySize}: ParametersOf): Parameters {
  const snapshot = metadata.snapshots.find((candidate) => candidate['snapshot-id'] === metadata['current-snapshot-id'])
  const {operation: _, ...summary} = snapshot?.summary ?? {operation: ''}
  const figures = Object.entries(STATISTICS).flatMap(([name, key]) => {
    const value = (summary as Parameters)[key]
    return value === undefined ? [] : [[name, value] as const]
  })
  const spec = metadata['partition-specs'].find((candidate) => candidate['spec-id'] === metadata['default-spec-id'])
  const order = metadata['sort-orders'].find((candidate) => candidate['order-id'] === metadata['default-sort-order-id'])
  const made: readonly (readonly [string, string])[] = [
    ...(snapshot
      ? ([
          ['current-snapshot-id', String(snapshot['snapshot-id'])],
          ['current-snapshot-timestamp-ms', String(snapshot['timestamp-ms'])],
          ['current-snapshot-summary', stringifyJson(summary)],
        ] as const)
      : []),
    ['current-schema', stringifyJson(currentSchema(metadata))],
    ...(spec && spec.fields.length > 0 ? ([['default-partition-spec', stringifyJson(spec)]] as const) : []),
    ...(order && order.fields.length > 0 ? ([['default-sort-order', stringifyJson(order)]] as const) : []),
  ]
  return {
    ...Object.fromEntries(figures),
    'snapshot-count': String(metadata.snapshots.length),
    ...Object.fromEntries(propertySize > 0 ? made.filter(([, value]) => value.length <= propertySize) : []),
  }
}
