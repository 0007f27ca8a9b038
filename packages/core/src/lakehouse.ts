import type {BranchManager} from './branch-manager.js'
import type {LakehouseTable} from './lakehouse-table.js'
import type {LakehouseView} from './lakehouse-view.js'
import type {SchemaManager} from './schema-manager.js'
import type {SnapshotManager} from './snapshot-manager.js'
import type {TableName} from './table-name.js'

/** A column of a table that is to be created, in the words of the format's type language (`long`, `decimal(9,2)`). */
export interface CreateTableRequest<Schema = unknown, PartitionSpec = unknown, SortOrder = unknown> {
  readonly schema: Schema
  readonly partitionSpec?: PartitionSpec
  readonly sortOrder?: SortOrder
  /** Default: the catalog's own choice below its warehouse. */
  readonly location?: string
  readonly properties?: Readonly<Record<string, string>>
}

/**
 * One open catalog and what is in it. Everything reads the catalog anew: nothing is cached between calls.
 *
 * Errors: `TABLE_NOT_FOUND`, `NAMESPACE_NOT_FOUND`, `ALREADY_EXISTS`, `NAMESPACE_NOT_EMPTY`, `CATALOG_UNAVAILABLE`.
 */
export interface LakehouseResource {
  /** The catalog's name in the configuration. */
  readonly name: string
  getTable(name: TableName, options?: {readonly ref?: string}): Promise<LakehouseTable>
  /** Tables of one namespace, or of all of them, in the order of their names. */
  listTables(namespace?: readonly string[]): AsyncIterable<TableName>
  /** Views in the same way, of a catalog that can have some. @throws PhloError `NOT_SUPPORTED_BY_CATALOG` when its server has none */
  listViews?(namespace?: readonly string[]): AsyncIterable<TableName>
  /** @throws PhloError `VIEW_NOT_FOUND`, `NOT_SUPPORTED_BY_CATALOG` */
  getView?(name: TableName): Promise<LakehouseView>
  createTable(name: TableName, request: CreateTableRequest): Promise<LakehouseTable>
  /** Makes a table that exists as files known under a name. */
  registerTable(name: TableName, metadataLocation: string): Promise<LakehouseTable>
  renameTable(from: TableName, to: TableName): Promise<void>
  /** Forgets the table; deletes no file. */
  dropTable(name: TableName): Promise<void>
  listNamespaces(parent?: readonly string[]): AsyncIterable<readonly string[]>
  createNamespace(namespace: readonly string[], properties: Readonly<Record<string, string>>): Promise<void>
  getNamespaceProperties(namespace: readonly string[]): Promise<Readonly<Record<string, string>>>
  setNamespaceProperties(
    namespace: readonly string[],
    changes: {readonly set: Readonly<Record<string, string>>; readonly remove: readonly string[]},
  ): Promise<void>
  /** Only an empty namespace can be dropped. */
  dropNamespace(namespace: readonly string[]): Promise<void>
  /** Asks the catalog and the warehouse for a sign of life; throws what a command would meet. */
  check(): Promise<void>
  readonly schemas?: SchemaManager
  readonly snapshots?: SnapshotManager
  readonly branches?: BranchManager
  close(): Promise<void>
}
