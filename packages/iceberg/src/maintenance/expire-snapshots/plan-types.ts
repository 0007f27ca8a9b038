import type {OperationPlan, OperationResult, PlannedFile} from '@phlo/core'

/** Files that only the expired snapshots reach, by what they are. */
export interface ExpiredFiles {
  readonly dataFiles: readonly PlannedFile[]
  readonly positionDeleteFiles: readonly PlannedFile[]
  readonly equalityDeleteFiles: readonly PlannedFile[]
  readonly manifests: readonly PlannedFile[]
  readonly manifestLists: readonly PlannedFile[]
  readonly statisticsFiles: readonly PlannedFile[]
}

export interface ExpirePlan extends OperationPlan {
  readonly operation: 'expire-snapshots'
  /** Decimal ids. */
  readonly snapshots: readonly {readonly id: string; readonly timestamp: number; readonly reason: string}[]
  /** Decimal ids of the snapshots that stay. */
  readonly retained: readonly string[]
  /** Branches and tags that are over their age. */
  readonly refs: readonly string[]
  readonly files: ExpiredFiles
  /** Bytes of all of them. */
  readonly bytes: number
  readonly partitionSpecs: readonly number[]
  readonly schemas: readonly number[]
}

export interface ExpireResult extends OperationResult {
  readonly expiredSnapshots: number
  readonly deletedDataFiles: number
  readonly deletedPositionDeleteFiles: number
  readonly deletedEqualityDeleteFiles: number
  readonly deletedManifestFiles: number
  readonly deletedManifestLists: number
  readonly deletedStatisticsFiles: number
  readonly deletedBytes: number
  readonly failedDeletes: readonly {readonly path: string; readonly error: string}[]
  readonly quarantine: string | null
}
