import type {OperationPlan, OperationResult} from '@phlo/core'
import type {Finding} from '../../inspect/check/finding.js'
import type {FileContent} from '../../spec/manifest.js'

export interface RepairOptions {
  /** Data files that are gone are taken out of the table, with the deletes that then delete nothing. Default: false. */
  readonly dropMissing?: boolean
  /** Delete files that are gone are taken out of the table: the rows that they deleted come back. Default: false. */
  readonly dropMissingDeletes?: boolean
}

/** A file as a plan names it; a deletion vector with its place in the Puffin file. */
export interface RepairedFile {
  readonly path: string
  readonly offset?: number
  readonly content: FileContent
  /** As the manifest says. */
  readonly rows: number
}

/** A live file whose entry does not say what the file holds. */
export interface MendedFile extends RepairedFile {
  /** What is mended in its entry, a phrase each: `record_count 5 to 7`. */
  readonly changes: readonly string[]
  /** Rows that the file really has. */
  readonly rowsAfter: number
}

/** A manifest of which the manifest list says something wrong. */
export interface MendedManifest {
  readonly path: string
  /** A sentence each. */
  readonly problems: readonly string[]
}

export interface RepairPlan extends OperationPlan {
  readonly operation: 'repair'
  readonly files: readonly MendedFile[]
  readonly manifests: readonly MendedManifest[]
  /** Missing files that are taken out of the table. */
  readonly dropped: readonly RepairedFile[]
  /** Delete files that delete nothing once the missing data files are out, and go with them. */
  readonly dangling: readonly RepairedFile[]
  /** Totals of the head's summary that are not so: `total-records 5 to 7`. */
  readonly totals: readonly string[]
  /** Metadata files that are gone and leave the metadata log. */
  readonly metadataLog: readonly string[]
  /** The metadata log is not in the order of time. */
  readonly logIsUnordered: boolean
  /** Statistics files that are missing or not what the metadata says, and leave it. */
  readonly statistics: readonly {readonly path: string; readonly snapshotId: string; readonly kind: 'statistics' | 'partition-statistics'}[]
  /** What was found and is not mended. */
  readonly left: readonly Finding[]
}

export interface RepairResult extends OperationResult {
  readonly mendedFiles: number
  readonly mendedManifests: number
  readonly droppedDataFiles: number
  readonly droppedDeleteFiles: number
  /** Rows of the data files that were taken out, as their manifests said. */
  readonly droppedRows: number
  /** By how much the rows of the table differ for readers of its metadata, the dropped ones aside. */
  readonly changedRows: number
  readonly left: readonly Finding[]
}
