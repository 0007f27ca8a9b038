import type {OperationPlan, OperationResult, PlannedFile} from '@phlo/core'

export interface AddFilesOptions {
  /** Parquet files, and folders whose Parquet files are taken, at any depth; paths or URIs of the store that the table is in. */
  readonly sources: readonly string[]
  /** Only files that lie in folders `key=value` of these keys and values, as Spark's `partition_filter`. Default: all. */
  readonly partitionFilter?: Readonly<Record<string, string>>
  /** Refuse a file that is one of the table's already. Default: true, as in Spark. */
  readonly checkDuplicates?: boolean
}

/** A file that becomes a data file of the table. */
export interface FileToAdd extends PlannedFile {
  readonly rows: number
  /** `day=2024-01-31`; empty for an unpartitioned table. */
  readonly partition: string
}

export interface AddFilesPlan extends OperationPlan {
  readonly operation: 'add-files'
  readonly files: readonly FileToAdd[]
  readonly rows: number
  /** Bytes. */
  readonly bytes: number
  /** The schema and the partition spec that the files were checked against. */
  readonly schemaId: number
  readonly specId: number
  /** `schema.name-mapping.default`, set in the same commit: files have no field ids, and the table has no name mapping. */
  readonly nameMapping: string | null
  /** Optional columns of the table that some files lack; they are read as their default or null there. */
  readonly missingColumns: readonly string[]
  /** Files without rows, which are left out. */
  readonly emptyFiles: readonly string[]
}

export interface AddFilesResult extends OperationResult {
  readonly addedDataFiles: number
  readonly changedPartitions: number
  readonly rows: number
  /** Bytes. */
  readonly addedBytes: number
}
