import type {CatalogCommit} from './branch-manager.js'
import type {LakehouseTable} from './lakehouse-table.js'
import type {ColumnPath, TableSchema} from './table-schema.js'

/** Where a column goes among those that are in the same struct; siblings by their own names. */
export type ColumnPosition = 'first' | 'last' | {readonly after: string} | {readonly before: string}

/**
 * One change to how a table's rows are described. Types are written as `phlo table create --schema` takes them (`struct<street: string>`);
 * default values as text (`0`, `true`, `2026-01-31`), of a text the text itself.
 */
export type SchemaChange =
  | {
      readonly kind: 'add'
      readonly path: ColumnPath
      readonly type: string
      readonly required: boolean
      readonly doc?: string
      /** For rows that are there, and for rows written without the column. */
      readonly default?: string
      readonly position?: ColumnPosition
    }
  | {readonly kind: 'drop'; readonly path: ColumnPath}
  | {readonly kind: 'rename'; readonly path: ColumnPath; readonly to: string}
  | {readonly kind: 'type'; readonly path: ColumnPath; readonly type: string}
  | {readonly kind: 'nullability'; readonly path: ColumnPath; readonly required: boolean}
  /** `doc` null: there is none any more. */
  | {readonly kind: 'doc'; readonly path: ColumnPath; readonly doc: string | null}
  /** What rows get from now on that are written without the column; null: nothing. */
  | {readonly kind: 'default'; readonly path: ColumnPath; readonly default: string | null}
  | {readonly kind: 'move'; readonly path: ColumnPath; readonly position: ColumnPosition}
  /** The columns that identify a row, all of them; none when empty. */
  | {readonly kind: 'identifier'; readonly columns: readonly ColumnPath[]}
  /** A term as in `bucket(16, id)`; the field is named as Iceberg's Java library does it unless `name` says otherwise. */
  | {readonly kind: 'partition-add'; readonly term: string; readonly name?: string}
  /** The term, or the name of the partition field. */
  | {readonly kind: 'partition-drop'; readonly term: string}
  /** The whole order, as in `at desc nulls last, id`; empty: none. */
  | {readonly kind: 'sort-order'; readonly terms: string}
  /** Table properties. */
  | {readonly kind: 'properties'; readonly set: Readonly<Record<string, string>>; readonly remove: readonly string[]}

/** What a change would mean, before it is made. */
export interface SchemaVerdict {
  readonly change: SchemaChange
  /** `breaking`: it can be made, and something that worked stops working. */
  readonly verdict: 'safe' | 'breaking' | 'impossible'
  /** Sentences, the deciding one first. */
  readonly reasons: readonly string[]
}

/** A difference of one column between two schemas. */
export interface SchemaDifference {
  readonly change: 'added' | 'dropped' | 'renamed' | 'moved' | 'type' | 'nullability' | 'doc' | 'default' | 'identifier'
  /** Of the column on the right, or of the one that only the left has. */
  readonly id: number
  /** Its path there, as commands take it: `address.zip`. */
  readonly column: string
  /** What differs, as text: a path, a type, `not null`, a doc, a default value; null: there is none. */
  readonly from: string | null
  readonly to: string | null
}

/**
 * Whether readers and writers of two schemas understand each other. Backward: what reads with the right schema can read rows of the left one.
 * Forward: what reads with the left schema can read rows of the right one.
 */
export interface SchemaCompatibility {
  readonly verdict: 'full' | 'backward' | 'forward' | 'none'
  /** What stands in the way, by direction, a sentence each. */
  readonly backward: readonly string[]
  readonly forward: readonly string[]
}

/** A schema that a table has had, and when it became the current one. */
export interface SchemaVersion {
  readonly schemaId: number
  readonly schema: TableSchema
  /** Milliseconds since the epoch; null when nothing that is left tells it. */
  readonly since: number | null
  /** The first snapshot that was made with it and is still known; a decimal string. */
  readonly snapshotId: string | null
  /** Who made it, where the catalog or the snapshot's summary says so. */
  readonly author: string | null
  /** The commit of the catalog that made it, where the catalog has a log of its commits that tells. */
  readonly commit: CatalogCommit | null
  /** The merge that brought it to the reference that was asked for, when it was made on another. Where nobody knows what was merged, the merge is the `commit`. */
  readonly mergedBy: CatalogCommit | null
  /** The catalog's log was cut after it came: it goes back to `commit`, which found the schema there already. */
  readonly isBeforeLog: boolean
  readonly current: boolean
}

/** Compares and changes the schemas of tables. Several changes are one atomic commit. */
export interface SchemaManager {
  /** `byId` false: the ids are those of two tables, or of a file that has none, so that names say more. */
  diff(
    left: TableSchema,
    right: TableSchema,
    options: {readonly byId: boolean},
  ): {readonly differences: readonly SchemaDifference[]; readonly compatibility: SchemaCompatibility}
  /** Reads metadata, and manifests where a column is to be required. A verdict for each change, in their order. */
  validateEvolution(table: LakehouseTable, changes: readonly SchemaChange[]): Promise<readonly SchemaVerdict[]>
  /** Refuses (exit 6) what `validateEvolution` calls breaking unless `allowBreaking`; the impossible always. */
  evolve(table: LakehouseTable, changes: readonly SchemaChange[], options: {readonly allowBreaking: boolean}): Promise<LakehouseTable>
  /** Oldest first. */
  history(table: LakehouseTable): Promise<readonly SchemaVersion[]>
}

/** Something outside the table that refers to one of its columns. */
export interface SchemaDependent {
  readonly column: ColumnPath
  /** What it is, for people: `quality check orders-not-null`, `column policy pii`, `view sales.daily`. */
  readonly what: string
  /** A clause: what happens to it when the column goes, is renamed or gets another type. */
  readonly consequence: string
}

/**
 * Answers who refers to columns that are about to change: contributed as `"schemaDependents": {"quality": "./dist/dependents.js"}` by
 * packages that keep such references. Asked only for columns that are dropped, renamed or change their type.
 */
export interface SchemaDependents {
  readonly $type: '@phlo/schema-dependents'
  readonly contract: 1
  readonly name: string
  dependents(table: LakehouseTable, columns: readonly ColumnPath[]): Promise<readonly SchemaDependent[]>
}
