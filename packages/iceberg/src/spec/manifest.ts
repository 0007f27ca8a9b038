import type {Value} from './types.js'

/** What a file holds (spec, "Manifests", field 134). */
export type FileContent = 'data' | 'position-deletes' | 'equality-deletes'

/** By the code of each. */
export const FILE_CONTENTS: readonly FileContent[] = ['data', 'position-deletes', 'equality-deletes']

/** Values by field id, as the entries of a manifest hold them. */
export type ByFieldId<V> = ReadonlyMap<number, V>

/**
 * A data or delete file as a manifest describes it (spec, "Data File Fields"). Counts and sizes are numbers: 2^53 rows or bytes
 * in one file are refused when read. Row ids are bigints.
 */
export interface DataFile {
  readonly content: FileContent
  readonly filePath: string
  /** Upper case: `PARQUET`, `AVRO`, `ORC`, `PUFFIN`. */
  readonly fileFormat: string
  /** The spec of the manifest that it stands in. */
  readonly specId: number
  /** In the order of the spec's fields. */
  readonly partition: readonly Value[]
  /** Rows. */
  readonly recordCount: number
  /** Bytes. */
  readonly fileSizeInBytes: number
  readonly columnSizes?: ByFieldId<number>
  readonly valueCounts?: ByFieldId<number>
  readonly nullValueCounts?: ByFieldId<number>
  readonly nanValueCounts?: ByFieldId<number>
  /** Single-value serialised, perhaps truncated down. */
  readonly lowerBounds?: ByFieldId<Uint8Array>
  /** Single-value serialised, perhaps truncated up. */
  readonly upperBounds?: ByFieldId<Uint8Array>
  readonly keyMetadata?: Uint8Array
  readonly splitOffsets?: readonly number[]
  readonly equalityIds?: readonly number[]
  readonly sortOrderId?: number
  readonly firstRowId?: bigint
  readonly referencedDataFile?: string
  readonly contentOffset?: number
  readonly contentSizeInBytes?: number
}

/**
 * What tells a file from all others of a snapshot: its path, and for a deletion vector also where in the Puffin file it is,
 * because one file holds several.
 */
export function fileIdentity({filePath, contentOffset}: Pick<DataFile, 'filePath' | 'contentOffset'>): string {
  return contentOffset === undefined ? filePath : `${filePath}#${contentOffset}`
}

export type EntryStatus = 'existing' | 'added' | 'deleted'

/**
 * An entry of a manifest with everything that it inherits filled in (spec, "Sequence Number Inheritance", "First Row ID
 * Inheritance").
 */
export interface ManifestEntry {
  readonly status: EntryStatus
  readonly snapshotId: bigint
  /** Data sequence number. */
  readonly sequenceNumber: bigint
  readonly fileSequenceNumber: bigint
  readonly dataFile: DataFile
}

/** An entry to be written; what is undefined is written as null and inherited by readers. */
export interface NewManifestEntry {
  readonly status: EntryStatus
  readonly snapshotId?: bigint
  readonly sequenceNumber?: bigint
  readonly fileSequenceNumber?: bigint
  readonly dataFile: DataFile
}

/** The summary of one partition field over a manifest (spec, "Manifest Lists", field 508). */
export interface PartitionFieldSummary {
  readonly containsNull: boolean
  readonly containsNan?: boolean
  readonly lowerBound?: Uint8Array
  readonly upperBound?: Uint8Array
}

/** A manifest as a manifest list describes it (spec, "Manifest Lists"). */
export interface ManifestFile {
  readonly manifestPath: string
  /** Bytes. */
  readonly manifestLength: number
  readonly partitionSpecId: number
  readonly content: 'data' | 'deletes'
  /** 0 in v1. */
  readonly sequenceNumber: bigint
  readonly minSequenceNumber: bigint
  readonly addedSnapshotId: bigint
  readonly addedFilesCount: number
  readonly existingFilesCount: number
  readonly deletedFilesCount: number
  readonly addedRowsCount: number
  readonly existingRowsCount: number
  readonly deletedRowsCount: number
  /** Undefined when the list has none; an empty list stays an empty list. */
  readonly partitions?: readonly PartitionFieldSummary[]
  readonly keyMetadata?: Uint8Array
  /** v3, data manifests only. */
  readonly firstRowId?: bigint
}
