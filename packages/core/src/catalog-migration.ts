import type {Json} from './json.js'
import type {LakehouseResource} from './lakehouse.js'
import type {OperationContext, OperationPlan} from './operation.js'

/** A table that could be migrated, as its source tells it. */
export interface MigrationCandidate {
  readonly source: string
  readonly format: string
  readonly location: string
  /** Why it cannot be migrated; empty when it can. */
  readonly obstacles: readonly string[]
}

/** Moves tables of another catalog or format into a lakehouse. `migrate` does exactly the plan and can be rolled back. */
export interface CatalogMigration {
  readonly $type: '@phlo/migration'
  readonly contract: 1
  readonly name: string
  discover(options: Readonly<Record<string, Json>>, context: OperationContext): AsyncIterable<MigrationCandidate>
  plan(candidate: MigrationCandidate, target: LakehouseResource, context: OperationContext): Promise<OperationPlan>
  migrate(plan: OperationPlan, target: LakehouseResource, context: OperationContext): Promise<void>
  /** Compares source and target; an empty list means that they agree. */
  validate(plan: OperationPlan, target: LakehouseResource, context: OperationContext): Promise<readonly string[]>
  rollback(plan: OperationPlan, target: LakehouseResource, context: OperationContext): Promise<void>
}
