import type {TableName} from '@phlo/core'
import type {Catalog, LoadedTable} from '../catalog.js'

/** Where the current metadata of a table is. */
export interface Pointer<Entry = unknown> {
  readonly metadataLocation: string
  /** What the store needs to swap exactly this one: a version, an ETag, everything else that it keeps of the table. */
  readonly entry: Entry
}

/** Metadata that is written already, and is to be what a name points at. */
export type Publication = Pick<LoadedTable, 'metadataLocation' | 'metadata'>

/**
 * What a catalog keeps that writes metadata files itself: namespaces, and for each table which metadata file is its current one.
 * `createPointerCatalog` makes a catalog of it.
 *
 * Whatever changes something either was done when its promise resolves, or throws: a certain failure under the code that says why, and
 * `COMMIT_STATE_UNKNOWN` when nobody knows, as after an answer that did not come. Then the pointer is read again, which may settle it.
 *
 * @example
 * // A store whose entries have versions
 * async swap(name, {entry}, {metadataLocation}) {
 *   const answer = await database.update(key(name), {metadataLocation}, {ifVersion: entry.version})
 *   if (answer === 'changed') throw commitConflict(`Table ${formatTableName(name)} was changed by somebody else meanwhile; nothing was changed.`)
 * }
 */
export interface PointerStore<Entry = unknown>
  extends Pick<
    Catalog,
    'name' | 'listNamespaces' | 'createNamespace' | 'loadNamespace' | 'updateNamespace' | 'dropNamespace' | 'listTables' | 'close'
  > {
  /** @throws PhloError `TABLE_NOT_FOUND`; `NOT_AN_ICEBERG_TABLE` (exit 6) where the name is something else's */
  read(name: TableName): Promise<Pointer<Entry>>
  /** Lets a name that is free be a table. @throws PhloError `ALREADY_EXISTS`, `NAMESPACE_NOT_FOUND` */
  insert(name: TableName, table: Publication): Promise<void>
  /** The commit: compares and swaps at once. @throws PhloError `COMMIT_CONFLICT` when it no longer is this pointer */
  swap(name: TableName, from: Pointer<Entry> & Publication, to: Publication): Promise<void>
  /** Both names at once, or with a failure that leaves the table at one of them. @throws PhloError `ALREADY_EXISTS`, `TABLE_NOT_FOUND` */
  rename(from: TableName, to: TableName, pointer: Pointer<Entry>): Promise<void>
  /** Throws what a command would meet when the store cannot be reached. */
  check(): Promise<void>
  /** @throws PhloError `TABLE_NOT_FOUND` */
  remove(name: TableName, pointer: Pointer<Entry>): Promise<void>
}
