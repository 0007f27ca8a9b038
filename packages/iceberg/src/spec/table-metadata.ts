import type {Schema} from './types.js'

/**
 * Table metadata as it stands in the JSON file (spec, "Table Metadata Fields"): the keys are the spec's, unknown keys stay
 * where they are, and every 64-bit id is a bigint. v1 metadata is read into this shape and written back as v1.
 */
export interface TableMetadata {
  readonly 'format-version': number
  readonly 'table-uuid': string
  readonly location: string
  readonly 'last-sequence-number': bigint
  /** Milliseconds since the epoch. */
  readonly 'last-updated-ms': number
  readonly 'last-column-id': number
  readonly schemas: readonly Schema[]
  readonly 'current-schema-id': number
  readonly 'partition-specs': readonly PartitionSpec[]
  readonly 'default-spec-id': number
  readonly 'last-partition-id': number
  readonly 'sort-orders': readonly SortOrder[]
  readonly 'default-sort-order-id': number
  readonly properties: Readonly<Record<string, string>>
  /** Absent (never -1) when the table has no current snapshot. */
  readonly 'current-snapshot-id'?: bigint
  readonly snapshots: readonly Snapshot[]
  readonly 'snapshot-log': readonly SnapshotLogEntry[]
  readonly 'metadata-log': readonly MetadataLogEntry[]
  readonly refs: Readonly<Record<string, SnapshotRef>>
  readonly statistics?: readonly StatisticsFile[]
  readonly 'partition-statistics'?: readonly PartitionStatisticsFile[]
  /** v3: the next row id to assign. */
  readonly 'next-row-id'?: bigint
  readonly 'encryption-keys'?: readonly unknown[]
}

export interface PartitionSpec {
  readonly 'spec-id': number
  readonly fields: readonly PartitionField[]
}

export interface PartitionField {
  readonly 'source-id': number
  /** v3 writes this instead of `source-id` for transforms of several columns. */
  readonly 'source-ids'?: readonly number[]
  readonly 'field-id': number
  readonly name: string
  /** `identity`, `bucket[16]`, `truncate[10]`, `year`, `month`, `day`, `hour`, `void`. */
  readonly transform: string
}

export interface SortOrder {
  readonly 'order-id': number
  readonly fields: readonly SortField[]
}

export interface SortField {
  readonly 'source-id': number
  readonly transform: string
  readonly direction: 'asc' | 'desc'
  readonly 'null-order': 'nulls-first' | 'nulls-last'
}

export interface Snapshot {
  readonly 'snapshot-id': bigint
  readonly 'parent-snapshot-id'?: bigint
  /** 0 in v1. */
  readonly 'sequence-number': bigint
  readonly 'timestamp-ms': number
  /** v1 tables may have `manifests`, a list of paths, instead. */
  readonly 'manifest-list'?: string
  readonly manifests?: readonly string[]
  readonly summary?: SnapshotSummary
  readonly 'schema-id'?: number
  readonly 'first-row-id'?: bigint
  readonly 'added-rows'?: bigint
  readonly 'key-id'?: string
}

export type SnapshotSummary = Readonly<Record<string, string>> & {readonly operation?: string}

export interface SnapshotRef {
  readonly 'snapshot-id': bigint
  readonly type: 'branch' | 'tag'
  readonly 'min-snapshots-to-keep'?: number
  readonly 'max-snapshot-age-ms'?: number
  readonly 'max-ref-age-ms'?: number
}

export interface SnapshotLogEntry {
  readonly 'snapshot-id': bigint
  readonly 'timestamp-ms': number
}

export interface MetadataLogEntry {
  readonly 'metadata-file': string
  readonly 'timestamp-ms': number
}

export interface StatisticsFile {
  readonly 'snapshot-id': bigint
  readonly 'statistics-path': string
  readonly 'file-size-in-bytes': number
  readonly 'file-footer-size-in-bytes': number
  readonly 'blob-metadata': readonly unknown[]
}

export interface PartitionStatisticsFile {
  readonly 'snapshot-id': bigint
  readonly 'statistics-path': string
  readonly 'file-size-in-bytes': number
}
