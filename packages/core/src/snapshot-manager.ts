import type {LakehouseTable} from './lakehouse-table.js'

/** A snapshot as every format can tell it. Ids are decimal strings: they exceed what a JSON number holds. */
export interface SnapshotInfo {
  readonly id: string
  readonly parentId: string | null
  readonly sequenceNumber: string
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  /** `append`, `replace`, `overwrite` or `delete`. */
  readonly operation: string
  readonly summary: Readonly<Record<string, string>>
  /** Branches and tags that point at it. */
  readonly refs: readonly string[]
}

/** Reads and moves a table's history. Every method that writes is one atomic commit. */
export interface SnapshotManager {
  /** Oldest first. */
  list(table: LakehouseTable): Promise<readonly SnapshotInfo[]>
  /** @throws PhloError `SNAPSHOT_NOT_FOUND` */
  get(table: LakehouseTable, id: string): Promise<SnapshotInfo>
  /** Forgets these snapshots; one that a branch or tag points at is refused. Deletes no files. */
  expire(table: LakehouseTable, ids: readonly string[]): Promise<LakehouseTable>
  /** Makes an ancestor of the branch its head. */
  rollback(table: LakehouseTable, id: string): Promise<LakehouseTable>
  tag(table: LakehouseTable, name: string, id: string): Promise<LakehouseTable>
  branch(table: LakehouseTable, name: string, id: string): Promise<LakehouseTable>
  cherryPick(table: LakehouseTable, id: string): Promise<LakehouseTable>
}
