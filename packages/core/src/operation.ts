import type {Principal} from './access-control.js'
import type {Engines} from './execution-engine.js'
import type {FileIO} from './file-io.js'
import type {Json} from './json.js'
import type {LakehouseTable} from './lakehouse-table.js'
import type {OperationTracer} from './observability.js'
import type {SchemaDependent} from './schema-manager.js'
import type {ColumnPath} from './table-schema.js'

/** A file that an operation will read, replace or delete, as a plan names it. */
export interface PlannedFile {
  readonly path: string
  /** Bytes. */
  readonly size: number
}

/**
 * What an operation will do, as JSON: it can be printed, saved (`--plan-out`), reviewed and applied later (`phlo table apply`).
 * `execute` does exactly this or throws a conflict; what a dry run shows is what an execution does.
 */
export interface OperationPlan {
  readonly $type: '@phlo/plan'
  readonly contract: 1
  /** The operation's name. */
  readonly operation: string
  readonly table: {readonly catalog: string; readonly name: string; readonly ref: string; readonly uuid: string}
  /** What the plan was made from; execution fails with a conflict where this no longer allows it. */
  readonly base: {readonly metadataLocation: string; readonly snapshotId: string | null}
  /** ISO 8601. */
  readonly createdAt: string
  /** The options as given and resolved, so that the plan explains itself. */
  readonly options: {readonly [key: string]: Json | undefined}
  /** True when there is nothing to do; `summary` says why. */
  readonly noop: boolean
  /** One line for a person: what will happen. */
  readonly summary: string
}

/** Time, so that tests decide what it is. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
}

/** Reports how far something is. Nothing here can fail or wait. */
export interface Progress {
  /** Begins a step, e.g. `reading manifests`, of `total` units when that is known. */
  start(step: string, total?: number): void
  advance(units?: number): void
  /** Ends the step in hand. */
  done(): void
}

/** For people who ask for more (`--verbose`); warnings always reach them. */
export interface Logger {
  debug(message: string): void
  warn(message: string): void
}

export interface OperationContext {
  /** Aborted on SIGINT and SIGTERM: finish or undo the step in hand, then throw `signal.reason`. */
  readonly signal: AbortSignal
  readonly progress: Progress
  readonly clock: Clock
  readonly log: Logger
  readonly tracer: OperationTracer
  readonly principal: Principal
  /**
   * Storage of a path that is not the table's own, reached as the catalog reaches its own. Whoever gives it closes it. Default: as the environment
   * says.
   */
  readonly storage?: (path: string) => Promise<FileIO>
  /** What is installed to run what needs values. Default: nothing. */
  readonly engines?: Engines
  /** Asks all that plugins contribute who refers to these columns of the table. Default: nobody. */
  readonly dependents?: (table: LakehouseTable, columns: readonly ColumnPath[]) => Promise<readonly SchemaDependent[]>
}

/** One answer to "why is this file, partition or snapshot touched, or not". */
export interface Explanation {
  /** The file's path, the snapshot's id, the partition. */
  readonly subject: string
  readonly kind: 'data-file' | 'delete-file' | 'snapshot' | 'partition' | 'object'
  readonly touched: boolean
  /** A sentence with the figures that decided it. */
  readonly reason: string
  /** What becomes of each column of a file, where columns go different ways. */
  readonly columns?: readonly {
    /** Dotted. */
    readonly column: string
    /** A word of the operation's own: `merged`. */
    readonly way: string
    readonly reason?: string
  }[]
}

/**
 * Something that can be planned and then done to a table. Every operation gets dry run, `--plan-out`, `apply`, `explain`,
 * confirmation, progress, tracing and exit codes from `runOperation` of `@phlo/core/command`.
 *
 * `plan` only reads. `execute` does exactly the plan, or throws: a conflict (exit 5) when the table no longer allows it. It
 * leaves nothing behind when it throws before its commit, and deletes no file before the commit that stops referring to it was
 * read back.
 *
 * @example
 * export const touch = defineOperation<TouchOptions, TouchPlan, TouchResult>({
 *   name: 'touch', format: 'iceberg', permission: 'table:maintain',
 *   async plan(table, options, context) { return {...planHeader('touch', table, options, context), noop: false, summary: 'touch it'} },
 *   async execute(table, plan, context) { return {summary: 'touched', snapshotId: null} },
 *   async *explain() {},
 * })
 */
export interface TableOperation<
  Options,
  Plan extends OperationPlan,
  Result extends OperationResult,
  Table extends LakehouseTable = LakehouseTable,
> {
  readonly $type: '@phlo/operation'
  readonly contract: 1
  readonly name: string
  /** The table format that it works on; a table of another one is refused before `plan` is called. */
  readonly format: string
  /** What the principal must be allowed to do. */
  readonly permission: string
  plan(table: Table, options: Options, context: OperationContext): Promise<Plan>
  execute(table: Table, plan: Plan, context: OperationContext): Promise<Result>
  /** Why each file is or is not touched; reads only. */
  explain?(table: Table, options: Options, context: OperationContext): AsyncIterable<Explanation>
}

/** What every result has; an operation adds its own figures. It is JSON, as a plan is. */
export interface OperationResult {
  /** One line for a person: what happened. */
  readonly summary: string
  /** The snapshot that the operation made, or null when it made none. */
  readonly snapshotId: string | null
  /** The command that takes it back, when there is one. */
  readonly undo?: string
}

/** Marks an operation with the tag and contract by which the host recognises it. */
export function defineOperation<
  Options,
  Plan extends OperationPlan,
  Result extends OperationResult,
  Table extends LakehouseTable = LakehouseTable,
>(operation: Omit<TableOperation<Options, Plan, Result, Table>, '$type' | 'contract'>): TableOperation<Options, Plan, Result, Table> {
  return {$type: '@phlo/operation', contract: 1, ...operation}
}

/** What `--dry-run` is: the plan and nothing else. */
export function dryRun<Options, Plan extends OperationPlan, Result extends OperationResult, Table extends LakehouseTable>(
  operation: TableOperation<Options, Plan, Result, Table>,
  table: Table,
  options: Options,
  context: OperationContext,
): Promise<Plan> {
  return operation.plan(table, options, context)
}
