export {readManifest} from './avro/manifest.js'
export {readManifestList} from './avro/manifest-list.js'
export type {Catalog, CreateTable, LoadedTable} from './catalog/catalog.js'
export {createFileCatalog, type FileCatalogOptions} from './catalog/file.js'
export type {TableRequirement, TableUpdate} from './catalog/updates.js'
export {type ChangesOptions, scanChanges} from './changes/read-changes.js'
export {appendFiles} from './commit/append-files.js'
export {type CommitContext, type Committed, commitTable, type Proposal} from './commit/commit-table.js'
export {replaceFiles} from './commit/replace-files.js'
export {ENGINE} from './engine.js'
export {assertNewSchema} from './evolve/assert-new-schema.js'
export {type Column, columnAt, columnsById, columnsOf, formatColumnPath, parseColumnPath} from './evolve/columns.js'
export {compatibilityOf} from './evolve/compatibility.js'
export {defaultFromText, defaultToText} from './evolve/default-text.js'
export {diffSchemas} from './evolve/diff-schemas.js'
export {type InferOptions, inferChanges} from './evolve/infer-changes.js'
export {judgeChanges} from './evolve/judge-changes.js'
export {type Pair, type PairOptions, pairColumns} from './evolve/pair-columns.js'
export {parseAddedColumn, parseAssignment, parseMove} from './evolve/parse-change.js'
export {schemaHistory} from './evolve/schema-history.js'
export {sharedIds} from './evolve/shared-ids.js'
export type {Finding, Severity} from './inspect/check/finding.js'
export {type CheckOptions, checkTable} from './inspect/check/index.js'
export {type ColumnCount, columnCounts} from './inspect/column-counts.js'
export {type ColumnDescription, describeTable, type RefRow, refRows, type TableDescription} from './inspect/describe.js'
export {describeView, type ViewDescription} from './inspect/describe-view.js'
export {
  type ChangedFile,
  diffFiles,
  diffSnapshots,
  type FileDiff,
  type FileFigures,
  type SnapshotDiff,
  type TableState,
} from './inspect/diff-snapshots.js'
export {type FileRow, liveFiles, type SnapshotRow, snapshotRows} from './inspect/files.js'
export {localFileIO, localPath} from './io/local.js'
export {type ByteRange, coalesce, readRanges} from './io/ranges.js'
export {openFileIO, schemeOf} from './io/resolve.js'
export {s3FileIO} from './io/s3.js'
export {S3_SCHEMES} from './io/s3-path.js'
export {type IcebergLakehouse, icebergLakehouse} from './lakehouse.js'
export {type AddFilesOptions, type AddFilesPlan, type AddFilesResult, addFiles, type FileToAdd} from './maintenance/add-files/index.js'
export type {Advice} from './maintenance/advice.js'
export {type AppendOptions, type AppendPlan, type AppendResult, append} from './maintenance/append/index.js'
export {
  type CherryPickOptions,
  cherryPick,
  type PickPlan,
  type PickResult,
  type PublishOptions,
  publish,
} from './maintenance/cherry-pick/index.js'
export {
  type ComputePartitionStatsOptions,
  type ComputePartitionStatsPlan,
  type ComputePartitionStatsResult,
  computePartitionStats,
} from './maintenance/compute-partition-stats/index.js'
export {
  type ColumnNdv,
  type ComputeStatsOptions,
  type ComputeStatsPlan,
  type ComputeStatsResult,
  computeStats,
  type PlannedColumn,
} from './maintenance/compute-stats/index.js'
export {type DropOptions, type DropPlan, type DropResult, drop} from './maintenance/drop/index.js'
export {type EvolveOptions, type EvolvePlan, type EvolveResult, evolve} from './maintenance/evolve/index.js'
export {
  type ExpiredFiles,
  type ExpireOptions,
  type ExpirePlan,
  type ExpireResult,
  expireSnapshots,
} from './maintenance/expire-snapshots/index.js'
export {
  type OptimizeOptions,
  type OptimizePlan,
  type OptimizeResult,
  optimize,
  type PlannedGroup,
  type PlannedMerge,
} from './maintenance/optimize/index.js'
export {JOB_ORDERS, type JobOrder} from './maintenance/optimize/options.js'
export {changeProperties, type PropertyChanges} from './maintenance/properties.js'
export type {RefPlan, RefResult} from './maintenance/refs/change-refs.js'
export {type FastForwardOptions, fastForward} from './maintenance/refs/fast-forward.js'
export {ancestorIds, findSnapshot, snapshotWithId} from './maintenance/refs/find-snapshot.js'
export {
  type CreateRefOptions,
  createRef,
  type DeleteRefOptions,
  deleteRef,
  type ReplaceRefOptions,
  replaceRef,
} from './maintenance/refs/named-refs.js'
export type {RefChange, RefRetention, RefState} from './maintenance/refs/ref-state.js'
export {type SetCurrentOptions, setCurrent} from './maintenance/refs/set-current.js'
export {listQuarantine, type QuarantineEntry, type Removed, restoreFiles} from './maintenance/removal.js'
export {
  type MendedFile,
  type MendedManifest,
  type RepairedFile,
  type RepairOptions,
  type RepairPlan,
  type RepairResult,
  repair,
} from './maintenance/repair/index.js'
export {
  type PlannedDeletes,
  type RewriteDeletesOptions,
  type RewriteDeletesPlan,
  type RewriteDeletesResult,
  rewriteDeletes,
} from './maintenance/rewrite-deletes/index.js'
export {
  type PlannedManifests,
  type RewriteManifestsOptions,
  type RewriteManifestsPlan,
  type RewriteManifestsResult,
  rewriteManifests,
} from './maintenance/rewrite-manifests/index.js'
export {
  type FileToCopy,
  type FileToRewrite,
  type RewritePathOptions,
  type RewritePathPlan,
  type RewritePathResult,
  rewritePath,
} from './maintenance/rewrite-path/index.js'
export {type RollbackOptions, rollback} from './maintenance/rollback/index.js'
export {type PartitionStats, type SizeClass, type TableStats, tableStats} from './maintenance/table-stats.js'
export {type UpgradeOptions, type UpgradePlan, upgrade} from './maintenance/upgrade/index.js'
export {type VacuumOptions, type VacuumPlan, type VacuumResult, vacuum} from './maintenance/vacuum/index.js'
export {readFooter} from './parquet/footer.js'
export {type Leaf, type LeafValues, leavesOf} from './parquet/leaves.js'
export {schemaFromParquet} from './parquet/schema-from-parquet.js'
export {headOf, snapshotById} from './refs.js'
export {planScan, type ScanOptions, type ScanTask} from './scan/plan.js'
export {type ReadOptions, scanRecordBatches} from './scan/read.js'
export {currentSchema, schemaById} from './spec/current.js'
export {parseJson, stringifyJson} from './spec/json.js'
export type {DataFile, ManifestEntry, ManifestFile} from './spec/manifest.js'
export {newTableMetadata} from './spec/new-table-metadata.js'
export {parsePartitionSpec} from './spec/partition-spec.js'
export {findField} from './spec/schema.js'
export {parseSortOrder} from './spec/sort-order.js'
export type {PartitionSpec, Snapshot, SortOrder, TableMetadata} from './spec/table-metadata.js'
export {parseTableMetadata, serializeTableMetadata} from './spec/table-metadata-json.js'
export {canPromote, formatType, parseType} from './spec/type-text.js'
export type {Schema, StructField, Type, Value} from './spec/types.js'
export type {ViewMetadata, ViewRepresentation, ViewVersion} from './spec/view-metadata.js'
export {type IcebergTable, icebergTable} from './table.js'
export {type IcebergView, icebergView} from './view.js'
export {arrowRows} from './write/arrow-source.js'
export {parquetBatches} from './write/parquet-source.js'
export {pickRows, type RowBatch} from './write/row-batch.js'
export {type WriteContext, writeDataFiles} from './write/write-data-files.js'
