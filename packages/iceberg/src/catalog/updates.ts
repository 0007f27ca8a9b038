import type {PartitionSpec, PartitionStatisticsFile, Snapshot, SnapshotRef, SortOrder, StatisticsFile} from '../spec/table-metadata.js'
import type {Schema} from '../spec/types.js'

/** What must hold for a commit to be made, as the REST specification writes it (`TableRequirement`). */
export type TableRequirement =
  | {readonly type: 'assert-create'}
  | {readonly type: 'assert-table-uuid'; readonly uuid: string}
  /** `snapshot-id` null: the ref must not exist. */
  | {readonly type: 'assert-ref-snapshot-id'; readonly ref: string; readonly 'snapshot-id': bigint | null}
  | {readonly type: 'assert-last-assigned-field-id'; readonly 'last-assigned-field-id': number}
  | {readonly type: 'assert-current-schema-id'; readonly 'current-schema-id': number}
  | {readonly type: 'assert-last-assigned-partition-id'; readonly 'last-assigned-partition-id': number}
  | {readonly type: 'assert-default-spec-id'; readonly 'default-spec-id': number}
  | {readonly type: 'assert-default-sort-order-id'; readonly 'default-sort-order-id': number}

/** A change of table metadata, as the REST specification writes it (`TableUpdate`). */
export type TableUpdate =
  | {readonly action: 'assign-uuid'; readonly uuid: string}
  | {readonly action: 'upgrade-format-version'; readonly 'format-version': number}
  /** `last-column-id`: the highest that was ever given; servers count for themselves by now, but for some that insist. */
  | {readonly action: 'add-schema'; readonly schema: Schema; readonly 'last-column-id'?: number}
  /** -1: the schema added last. */
  | {readonly action: 'set-current-schema'; readonly 'schema-id': number}
  | {readonly action: 'add-spec'; readonly spec: PartitionSpec}
  | {readonly action: 'set-default-spec'; readonly 'spec-id': number}
  | {readonly action: 'add-sort-order'; readonly 'sort-order': SortOrder}
  | {readonly action: 'set-default-sort-order'; readonly 'sort-order-id': number}
  | {readonly action: 'add-snapshot'; readonly snapshot: Snapshot}
  | ({readonly action: 'set-snapshot-ref'; readonly 'ref-name': string} & SnapshotRef)
  | {readonly action: 'remove-snapshots'; readonly 'snapshot-ids': readonly bigint[]}
  | {readonly action: 'remove-snapshot-ref'; readonly 'ref-name': string}
  | {readonly action: 'set-location'; readonly location: string}
  | {readonly action: 'set-properties'; readonly updates: Readonly<Record<string, string>>}
  | {readonly action: 'remove-properties'; readonly removals: readonly string[]}
  | {readonly action: 'set-statistics'; readonly statistics: StatisticsFile}
  | {readonly action: 'remove-statistics'; readonly 'snapshot-id': bigint}
  | {readonly action: 'set-partition-statistics'; readonly 'partition-statistics': PartitionStatisticsFile}
  | {readonly action: 'remove-partition-statistics'; readonly 'snapshot-id': bigint}
  | {readonly action: 'remove-partition-specs'; readonly 'spec-ids': readonly number[]}
  | {readonly action: 'remove-schemas'; readonly 'schema-ids': readonly number[]}
  /**
   * Takes files that are gone out of the metadata log, and puts what is left in the order of time. Not an update of the REST
   * specification: for catalogs that write the metadata themselves.
   */
  | {readonly action: 'mend-metadata-log'; readonly 'missing-files': readonly string[]}
