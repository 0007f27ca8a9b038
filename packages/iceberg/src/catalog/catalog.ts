import type {FileIO, PhloError, TableName} from '@phlo/core'
import type {PartitionSpec, SortOrder, TableMetadata} from '../spec/table-metadata.js'
import type {Schema} from '../spec/types.js'
import type {ViewMetadata} from '../spec/view-metadata.js'
import type {CatalogHistory} from './history.js'
import type {TableRequirement, TableUpdate} from './updates.js'

/** A table as a catalog hands it out. */
export interface LoadedTable {
  readonly metadataLocation: string
  readonly metadata: TableMetadata
  /** Reads and writes this table's files. */
  readonly io: FileIO
}

/** A view as a catalog hands it out. */
export interface LoadedView {
  readonly metadataLocation: string
  readonly metadata: ViewMetadata
}

export interface CreateTable {
  readonly schema: Schema
  readonly partitionSpec?: PartitionSpec
  readonly sortOrder?: SortOrder
  readonly location?: string
  readonly properties?: Readonly<Record<string, string>>
}

/**
 * An Iceberg catalog: the one model that SQL, REST and Nessie share. Commits are requirements and updates as the REST
 * specification defines them.
 *
 * Errors: `TABLE_NOT_FOUND`, `NAMESPACE_NOT_FOUND`, `ALREADY_EXISTS`, `NAMESPACE_NOT_EMPTY`, `CATALOG_UNAVAILABLE`;
 * `commitTable` also `COMMIT_CONFLICT` (a requirement does not hold, or somebody else swapped first: nothing of ours is
 * visible and the metadata file that was staged is gone) and `COMMIT_STATE_UNKNOWN` (nothing is deleted).
 */
export interface Catalog {
  readonly name: string
  /** The reference of the whole catalog that it is open at, where the catalog has such: a branch of Nessie. */
  readonly ref?: string
  /** The error for whatever would change something, when nothing can be: then no file is deleted or written through it either. */
  readonly readOnly?: (() => PhloError) | undefined
  /** True when it has branches, which may need files that no snapshot of a table as it is loaded refers to: without `history` none are deleted. */
  readonly hasBranches?: boolean
  /** What all its branches and tags need. Only files that nothing of it reaches are deleted. */
  readonly history?: CatalogHistory
  listNamespaces(parent: readonly string[]): AsyncIterable<readonly string[]>
  createNamespace(namespace: readonly string[], properties: Readonly<Record<string, string>>): Promise<void>
  loadNamespace(namespace: readonly string[]): Promise<Readonly<Record<string, string>>>
  updateNamespace(
    namespace: readonly string[],
    changes: {readonly set: Readonly<Record<string, string>>; readonly remove: readonly string[]},
  ): Promise<void>
  dropNamespace(namespace: readonly string[]): Promise<void>
  listTables(namespace: readonly string[]): AsyncIterable<TableName>
  loadTable(name: TableName): Promise<LoadedTable>
  /** What tells where a table lies, where that is less than to load it: nothing is asked for that opens its files. */
  describeTable?(name: TableName): Promise<Pick<TableMetadata, 'location' | 'properties'>>
  /** Where the catalog can have views. @throws PhloError `NOT_SUPPORTED_BY_CATALOG` when its server has none */
  listViews?(namespace: readonly string[]): AsyncIterable<TableName>
  /** @throws PhloError `VIEW_NOT_FOUND`, `NOT_SUPPORTED_BY_CATALOG` */
  loadView?(name: TableName): Promise<LoadedView>
  createTable(name: TableName, request: CreateTable): Promise<LoadedTable>
  registerTable(name: TableName, metadataLocation: string): Promise<LoadedTable>
  renameTable(from: TableName, to: TableName): Promise<void>
  /** Forgets the table; deletes no file. */
  dropTable(name: TableName): Promise<void>
  commitTable(name: TableName, requirements: readonly TableRequirement[], updates: readonly TableUpdate[]): Promise<LoadedTable>
  /** Throws what a command would meet when the catalog or its warehouse cannot be reached. */
  check(): Promise<void>
  close(): Promise<void>
}
