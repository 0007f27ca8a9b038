import type {OperationPlan, OperationResult, SchemaChange, SchemaDifference, SchemaVerdict} from '@phlo/core'

export interface EvolveOptions {
  /** Made one after the other, in one commit. */
  readonly changes: readonly SchemaChange[]
  /** Make what breaks readers or writers, too. Default: false. */
  readonly allowBreaking?: boolean
  /** Only when nobody has changed the schema, the partition spec or the sort order meanwhile. Default: false: changes of other columns do not disturb. */
  readonly exact?: boolean
  /** Properties that the table has and that are said again, so that what somebody else sets at the same time does not mix with the changes. */
  readonly restate?: Readonly<Record<string, string>>
}

/** What of a table an evolution was planned on. */
export interface EvolveBase {
  readonly schemaId: number
  readonly specId: number
  readonly sortOrderId: number
  readonly lastColumnId: number
}

export interface EvolvePlan extends OperationPlan {
  readonly operation: 'evolve'
  /** A verdict for each change, in their order. */
  readonly verdicts: readonly SchemaVerdict[]
  readonly from: EvolveBase
  /** The columns that the changes meet, by id, in the order of the changes: they must still be the same when the plan is done. */
  readonly meets: readonly number[]
  readonly differences: readonly SchemaDifference[]
  /** What the table will have, as JSON text of the specification, or undefined where it stays. */
  readonly schema?: string
  readonly partitionSpec?: string
  readonly sortOrder?: string
  /** Null: the property goes. */
  readonly properties: Readonly<Record<string, string | null>>
  readonly exact: boolean
  readonly restate: Readonly<Record<string, string>>
}

export interface EvolveResult extends OperationResult {
  readonly schemaId: number
  readonly specId: number
  readonly sortOrderId: number
}
