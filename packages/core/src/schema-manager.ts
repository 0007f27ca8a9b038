import type {Json} from './json.js'
import type {LakehouseTable} from './lakehouse-table.js'

/** One change to a schema; `path` is the column's dotted name (`address.street`). */
export type SchemaChange =
  | {
      readonly kind: 'add'
      readonly path: string
      readonly type: string
      readonly required: boolean
      readonly doc?: string
      readonly default?: Json
    }
  | {readonly kind: 'drop'; readonly path: string}
  | {readonly kind: 'rename'; readonly path: string; readonly to: string}
  | {readonly kind: 'type'; readonly path: string; readonly type: string}
  | {readonly kind: 'nullability'; readonly path: string; readonly required: boolean}
  | {readonly kind: 'doc'; readonly path: string; readonly doc: string}
  | {readonly kind: 'move'; readonly path: string; readonly position: 'first' | {readonly after: string} | {readonly before: string}}

/** What a change would mean, before it is made. */
export interface SchemaVerdict {
  readonly change: SchemaChange
  readonly verdict: 'safe' | 'breaking' | 'impossible'
  readonly reason: string
}

/** Shows, compares and changes the schemas of tables. Several changes are one atomic commit. */
export interface SchemaManager {
  /** The schema in one of the formats that the manager names, as text. */
  export(table: LakehouseTable, format: string): Promise<string>
  diff(left: LakehouseTable, right: LakehouseTable): Promise<readonly SchemaChange[]>
  validateEvolution(table: LakehouseTable, changes: readonly SchemaChange[]): Promise<readonly SchemaVerdict[]>
  /** Refuses (exit 6) what `validateEvolution` calls breaking unless `allowBreaking`; the impossible always. */
  evolve(table: LakehouseTable, changes: readonly SchemaChange[], options: {readonly allowBreaking: boolean}): Promise<LakehouseTable>
}
