import type {AccessControlProvider} from '../access-control.js'
import type {RequestCounts} from '../file-io.js'
import type {LakehouseTable} from '../lakehouse-table.js'
import type {OperationContext} from '../operation.js'
import {formatTableName} from '../table-name.js'
import type {Watchers} from './services.js'

/** How an operation is shown to a person, and whether it can take something away. */
export interface OperationView<Plan, Result> {
  /** The plan in full, for `--dry-run`; its summary is printed above it. */
  plan?(plan: Plan): string
  /** The result's figures; summary, snapshot and undo are printed around it. */
  result?(result: Result): string
  /** What the plan found and does not mend; it is told after all else. */
  left?(plan: Plan): Left
  /** False for an operation that takes nothing away (an append): it is done without asking. Default: true. */
  readonly destructive?: boolean
}

/** What is left as it is. */
export interface Left {
  /** For people; empty where there is nothing. */
  readonly text: string
  /** For `--json`. */
  readonly findings: readonly unknown[]
  /** Whether the command is to exit with 1 for it. */
  readonly failed: boolean
}

/** What a command returns for an operation, and so its JSON. */
export interface OperationOutcome<Plan, Result> {
  readonly operation: string
  readonly catalog: string
  readonly table: string
  /** `planned` (--dry-run), `saved` (--plan-out), `nothing-to-do`, or `done`. */
  readonly outcome: 'planned' | 'saved' | 'nothing-to-do' | 'done'
  readonly summary: string
  /** With --dry-run. */
  readonly plan?: Plan
  readonly planFile?: string
  /** What the operation says of itself, once it is done. */
  readonly report?: Result
  /** What the plan found and does not mend. */
  readonly left?: readonly unknown[]
  /** What was asked of storage, where requests cost. */
  readonly requests?: RequestCounts
}

/** What running an operation needs of the command that runs it. */
export interface OperationHost {
  readonly flags: {
    readonly dryRun: boolean
    readonly planOut?: string | undefined
    readonly ref?: string | undefined
  }
  readonly context: OperationContext
  readonly access: AccessControlProvider
  readonly watchers: Watchers
  readonly cwd: string
  /** The name of the catalog that `openTable` looks in. */
  readonly catalog: string
  openTable(name: string, ref: string | undefined): Promise<LakehouseTable>
  /** Results: standard output. */
  show(text: string): void
  /** Notes: standard error, not under --quiet. */
  tell(text: string): void
  warn(text: string): void
  /** Shows what will happen and asks; throws `CONFIRMATION_REQUIRED` when nobody can be asked. */
  confirm(what: string): Promise<boolean>
}

/** What an operation on a table is called wherever it is told. */
export function aboutOf(host: OperationHost, operation: {readonly name: string}, table: LakehouseTable) {
  return {operation: operation.name, catalog: host.catalog, table: formatTableName(table.name)}
}
