import type {TableName} from '@phlo/core'
import {currentSchema, type TableMetadata} from '@phlo/iceberg'
import type {TableSettings} from '../api/settings.js'
import type {HiveTable} from '../api/structs.js'
import {hiveColumns} from './columns.js'
import {databaseOf, hiveName} from './names.js'
import {hiveParameters} from './parameters.js'

export interface HiveTableOf {
  readonly metadata: TableMetadata
  readonly metadataLocation: string
  readonly base?: {readonly metadata: TableMetadata; readonly metadataLocation: string} | undefined
  readonly settings: TableSettings
  readonly isHive2: boolean
}

/** How Hive reads the files of a table: not at all, or through Iceberg's storage handler, where that is installed in it. */
const FORMATS = {
  plain: {
    inputFormat: 'org.apache.hadoop.mapred.FileInputFormat',
    outputFormat: 'org.apache.hadoop.mapred.FileOutputFormat',
    serializationLib: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
  },
  hive: {
    inputFormat: 'org.apache.iceberg.mr.hive.HiveIcebergInputFormat',
    outputFormat: 'org.apache.iceberg.mr.hive.HiveIcebergOutputFormat',
    serializationLib: 'org.apache.iceberg.mr.hive.HiveIcebergSerDe',
  },
} as const

/** A table as the metastore is to have it: of the one that it has, what is not Iceberg's stays. */
export function hiveTable(existing: HiveTable, {metadata, metadataLocation, base, settings, isHive2}: HiveTableOf): HiveTable {
  const isHiveEnabled = flag(metadata, 'engine.hive.enabled', settings.isHiveEnabled)
  const {inputFormat, outputFormat, serializationLib} = FORMATS[isHiveEnabled ? 'hive' : 'plain']
  const {propertySize} = settings
  return {
    ...existing,
    sd: {
      ...existing.sd,
      cols: hiveColumns(currentSchema(metadata), isHive2),
      location: metadata.location,
      inputFormat,
      outputFormat,
      serdeInfo: {parameters: {}, ...existing.sd?.serdeInfo, serializationLib},
    },
    parameters: hiveParameters(existing.parameters ?? {}, {metadata, metadataLocation, base, isHiveEnabled, propertySize}),
  }
}

/** A table that the metastore does not have yet. `now` is in milliseconds since the epoch. */
export function newHiveTable({namespace, name}: TableName, metadata: TableMetadata, user: string, now: number): HiveTable {
  const seconds = Math.floor(now / 1000)
  return {
    dbName: databaseOf(namespace) ?? '',
    tableName: hiveName(name),
    owner: metadata.properties['hive.metastore.table.owner'] ?? user,
    createTime: seconds,
    lastAccessTime: seconds,
    retention: 2 ** 31 - 1,
    partitionKeys: [],
    tableType: 'EXTERNAL_TABLE',
  }
}

/** A table's property, which is true or false, or else the catalog's. */
export function flag({properties}: TableMetadata, name: string, fallback: boolean): boolean {
  const text = properties[name]
  return text === undefined ? fallback : text.toLowerCase() === 'true'
}
