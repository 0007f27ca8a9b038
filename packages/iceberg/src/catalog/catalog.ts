import type {FileIO, TableName} from '@phlo/core'
import type {PartitionSpec, SortOrder, TableMetadata} from '../spec/table-metadata.js'
import type {Schema} from '../spec/types.js'
import type {TableRequirement, TableUpdate} from './updates.js'

/** A table as a catalog hands it out. */
export interface LoadedTable {
  readonly metadataLocation: string
  readonly metadata: TableMetadata
  /** Reads and writes this table's files. */
  readonly io: FileIO
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
  /** True when nothing can be committed through it: then no file is deleted or written through it either. */
  readonly readOnly?: boolean
  /** True when it has branches, which may need files that no snapshot of a table as it is loaded refers to: none are deleted then. */
  readonly hasBranches?: boolean
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
