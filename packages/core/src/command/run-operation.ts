import {resolve} from 'node:path'
import type {AccessControlProvider, AccessDecision} from '../access-control.js'
import {CONTRACT} from '../contributions/kinds.js'
import {ExitCode, isPhloError, messageOf, PhloError} from '../errors.js'
import {commitConflict, refused, unavailable, usage} from '../errors-of-tables.js'
import type {RequestCounts} from '../file-io.js'
import type {LakehouseTable} from '../lakehouse-table.js'
import type {Explanation, OperationContext, OperationPlan, OperationResult, TableOperation} from '../operation.js'
import {formatTableName, parseTableName} from '../table-name.js'
import {interrupted} from './interruption.js'
import {savePlan} from './plan-file.js'
import type {Watchers} from './services.js'
import {formatKeyValues} from './table.js'

/** How an operation is shown to a person, and whether it can take something away. */
export interface OperationView<Plan, Result> {
  /** The plan in full, for `--dry-run`; its summary is printed above it. */
  plan?(plan: Plan): string
  /** The result's figures; summary, snapshot and undo are printed around it. */
  result?(result: Result): string
  /** False for an operation that takes nothing away (an append): it is done without asking. Default: true. */
  readonly destructive?: boolean
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

/**
 * Plans an operation and then does as the flags say: shows the plan (`--dry-run`), saves it instead of doing it (`--plan-out`), asks,
 * executes, reports. A denied principal learns nothing about the table.
 *
 * @throws PhloError `ACCESS_DENIED` (exit 4), `ACCESS_UNDECIDED` (exit 3), `WRONG_FORMAT` (exit 6), `CONFIRMATION_REQUIRED` (exit 2), `NOT_CONFIRMED` (exit 6),
 * `INTERRUPTED` (exit 130), and whatever the operation throws.
 */
export async function runOperation<Options, Plan extends OperationPlan, Result extends OperationResult, Table extends LakehouseTable>(
  host: OperationHost,
  operation: TableOperation<Options, Plan, Result, Table>,
  tableName: string,
  options: Options,
  view: OperationView<Plan, Result> = {},
): Promise<OperationOutcome<Plan, Result>> {
  const table = await openFor(host, operation, tableName)
  const plan = await unlessInterrupted(host, () => operation.plan(table, options, host.context))
  const {dryRun, planOut} = host.flags
  const about = aboutOf(host, operation, table)
  if (!dryRun && planOut === undefined) return carryOut(host, operation, table, plan, view)

  const planFile = planOut === undefined ? undefined : resolve(host.cwd, planOut)
  if (planFile !== undefined) await savePlan(planFile, plan)
  host.show(plan.summary)
  if (dryRun && !plan.noop && view.plan) host.show(view.plan(plan))
  if (planFile !== undefined) host.tell(`Saved, not done. Do it with: phlo table apply ${planOut}`)
  else if (!plan.noop) host.tell('Nothing was changed: this was a dry run.')
  const outcome = planFile === undefined ? 'planned' : 'saved'
  return {...about, outcome, summary: plan.summary, ...(dryRun ? {plan} : {}), ...(planFile === undefined ? {} : {planFile})}
}

/**
 * Does exactly a plan that was saved.
 *
 * @param identity the table's identity as plans of this format name it (Iceberg: the table's UUID).
 * @throws PhloError `PLAN_OUTDATED` (exit 5) when the plan is of another contract or the table was replaced by another one; what
 * changed within the table is for `execute` to judge.
 */
export async function applyPlan<Options, Plan extends OperationPlan, Result extends OperationResult, Table extends LakehouseTable>(
  host: OperationHost,
  operation: TableOperation<Options, Plan, Result, Table>,
  plan: Plan,
  identity: (table: Table) => string,
  view: OperationView<Plan, Result> = {},
): Promise<OperationOutcome<Plan, Result>> {
  if (plan.contract !== CONTRACT) throw outdated(`it is written for contract ${plan.contract} and this Phlo speaks ${CONTRACT}`, plan)
  if (plan.operation !== operation.name) {
    throw usage('INVALID_PLAN', `The plan is one of ${plan.operation}, not of ${operation.name}.`)
  }
  const table = await openFor(host, operation, plan.table.name, plan.table.ref)
  const now = identity(table)
  if (now !== plan.table.uuid) throw outdated(`table ${plan.table.name} is another one now (${now}, not ${plan.table.uuid})`, plan)
  if (host.flags.dryRun) {
    host.show(plan.summary)
    if (view.plan) host.show(view.plan(plan))
    return {...aboutOf(host, operation, table), outcome: 'planned', summary: plan.summary, plan}
  }
  return carryOut(host, operation, table, plan, view)
}

/**
 * Why each file, snapshot or partition is or is not touched; reads only.
 *
 * @throws PhloError `NO_EXPLANATION` (exit 6) for an operation that gives none.
 */
export async function* explainOperation<Options, Plan extends OperationPlan, Result extends OperationResult, Table extends LakehouseTable>(
  host: OperationHost,
  operation: TableOperation<Options, Plan, Result, Table>,
  tableName: string,
  options: Options,
): AsyncGenerator<Explanation> {
  if (!operation.explain) throw refused('NO_EXPLANATION', `The operation ${operation.name} does not explain itself.`)
  const table = await openFor(host, operation, tableName)
  yield* operation.explain(table, options, host.context)
}

async function carryOut<Options, Plan extends OperationPlan, Result extends OperationResult, Table extends LakehouseTable>(
  host: OperationHost,
  operation: TableOperation<Options, Plan, Result, Table>,
  table: Table,
  plan: Plan,
  view: OperationView<Plan, Result>,
): Promise<OperationOutcome<Plan, Result>> {
  const about = aboutOf(host, operation, table)
  if (plan.noop) {
    host.show(plan.summary)
    return {...about, outcome: 'nothing-to-do', summary: plan.summary}
  }
  const question = `${about.catalog}: ${about.table}: ${plan.summary}`
  if (view.destructive !== false && !(await unlessInterrupted(host, () => host.confirm(question)))) {
    throw refused('NOT_CONFIRMED', 'Not confirmed; nothing was changed.')
  }
  const report = await watched(host, operation, table, () => unlessInterrupted(host, () => operation.execute(table, plan, host.context)))
  host.show(report.summary)
  if (view.result) host.show(view.result(report))
  const aftermath = formatKeyValues({Snapshot: report.snapshotId ?? undefined, Undo: report.undo})
  if (aftermath !== '') host.show(aftermath)
  if (host.context.signal.aborted) {
    host.tell('The interrupt came after the point of no return: the operation is done.')
    process.exitCode = ExitCode.interrupted
  }
  return {...about, outcome: 'done', summary: report.summary, report}
}

async function openFor<Options, Plan extends OperationPlan, Result extends OperationResult, Table extends LakehouseTable>(
  host: OperationHost,
  operation: TableOperation<Options, Plan, Result, Table>,
  tableName: string,
  ref = host.flags.ref,
): Promise<Table> {
  const resource = `${host.catalog}/${formatTableName(parseTableName(tableName))}`
  const {principal} = host.context
  const decision = await decide(host, operation.permission, resource)
  if (!decision.allowed) {
    await record(host, operation.permission, resource, 'denied', {reason: decision.reason})
    throw new PhloError(`${principal.name} may not ${operation.permission} on ${resource}: ${decision.reason}`, {
      code: 'ACCESS_DENIED',
      exit: ExitCode.denied,
      suggestions: [`phlo access check --principal ${principal.name} --action ${operation.permission} --resource ${resource}`],
    })
  }
  const table = await host.openTable(tableName, ref)
  if (table.format !== operation.format) {
    throw refused(
      'WRONG_FORMAT',
      `${operation.name} works on ${operation.format} tables; ${tableName} is a table of format ${table.format}.`,
    )
  }
  // The format names the interface that the table has.
  return table as Table
}

/** Whoever cannot be asked does not let anybody through. */
async function decide(host: OperationHost, action: string, resource: string): Promise<AccessDecision> {
  try {
    return await host.access.check({principal: host.context.principal, action, resource})
  } catch (cause) {
    throw unavailable('ACCESS_UNDECIDED', `The access control ${host.access.name} cannot decide: ${messageOf(cause)}`, {cause})
  }
}

async function watched<Options, Plan extends OperationPlan, Result extends OperationResult, Table extends LakehouseTable>(
  host: OperationHost,
  operation: TableOperation<Options, Plan, Result, Table>,
  table: Table,
  work: () => Promise<Result>,
): Promise<Result> {
  const {catalog, table: name} = aboutOf(host, operation, table)
  const started = host.context.clock.now()
  const span = host.context.tracer.startSpan(`phlo.${operation.name}`, {'phlo.catalog': catalog, 'phlo.table': name})
  const report = (outcome: 'done' | 'failed' | 'interrupted') => {
    const duration = host.context.clock.now() - started
    for (const provider of host.watchers.observability) provider.recordOperation({name: operation.name, table: name, outcome, duration})
  }
  try {
    const result = await work()
    span.end()
    report('done')
    await record(host, operation.permission, `${catalog}/${name}`, 'done', {operation: operation.name, snapshotId: result.snapshotId})
    return result
  } catch (error) {
    span.end(error)
    report(host.context.signal.aborted ? 'interrupted' : 'failed')
    await record(host, operation.permission, `${catalog}/${name}`, 'failed', {operation: operation.name, error: messageOf(error)})
    throw error
  }
}

/** The work may be done already, so an audit log that fails costs a warning and does not hide the result. */
async function record(
  host: OperationHost,
  action: string,
  resource: string,
  outcome: 'done' | 'denied' | 'failed',
  details: Readonly<Record<string, string | null>>,
): Promise<void> {
  const at = new Date(host.context.clock.now()).toISOString()
  for (const log of host.watchers.audit) {
    await log
      .record({at, principal: host.context.principal.name, action, resource, outcome, details})
      .catch((error: unknown) => host.warn(`The audit log ${log.name} did not take the record: ${messageOf(error)}`))
  }
}

async function unlessInterrupted<Value>(host: OperationHost, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    // An abort that surfaces as some library's own error is still the interrupt; an error of ours says more than that.
    if (host.context.signal.aborted && !isPhloError(error)) throw interrupted()
    throw error
  }
}

function aboutOf(host: OperationHost, operation: {readonly name: string}, table: LakehouseTable) {
  return {operation: operation.name, catalog: host.catalog, table: formatTableName(table.name)}
}

function outdated(reason: string, plan: OperationPlan): PhloError {
  const error = commitConflict(`The plan of ${plan.createdAt} cannot be applied: ${reason}.`)
  return new PhloError(error.message, {
    code: 'PLAN_OUTDATED',
    exit: error.exit,
    suggestions: [`phlo table ${plan.operation} ${plan.table.name} --dry-run`],
  })
}
