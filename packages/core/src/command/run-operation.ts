import {resolve} from 'node:path'
import {CONTRACT} from '../contributions/kinds.js'
import {ExitCode, isPhloError, PhloError} from '../errors.js'
import {commitConflict, refused, usage} from '../errors-of-tables.js'
import type {LakehouseTable} from '../lakehouse-table.js'
import type {Explanation, OperationPlan, OperationResult, TableOperation} from '../operation.js'
import {interrupted} from './interruption.js'
import {openAllowed} from './open-allowed.js'
import {aboutOf, type OperationHost, type OperationOutcome, type OperationView} from './operation-host.js'
import {savePlan} from './plan-file.js'
import {planFresh} from './plan-fresh.js'
import {formatKeyValues} from './table.js'
import {watched} from './watched.js'

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
  const opened = await openAllowed(host, operation, tableName)
  const {table, plan} = await unlessInterrupted(host, () => planFresh(operation, opened, options, host.context))
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
  return {
    ...about,
    outcome,
    summary: plan.summary,
    ...tellLeft(host, view, plan),
    ...(dryRun ? {plan} : {}),
    ...(planFile === undefined ? {} : {planFile}),
  }
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
  const table = await openAllowed(host, operation, plan.table.name, plan.table.ref)
  const now = identity(table)
  if (now !== plan.table.uuid) throw outdated(`table ${plan.table.name} is another one now (${now}, not ${plan.table.uuid})`, plan)
  if (host.flags.dryRun) {
    host.show(plan.summary)
    if (view.plan) host.show(view.plan(plan))
    return {...aboutOf(host, operation, table), outcome: 'planned', summary: plan.summary, ...tellLeft(host, view, plan), plan}
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
  const table = await openAllowed(host, operation, tableName)
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
    return {...about, outcome: 'nothing-to-do', summary: plan.summary, ...tellLeft(host, view, plan)}
  }
  const question = `${about.catalog}: ${about.table}: ${plan.summary}`
  if (view.destructive !== false && !(await unlessInterrupted(host, () => host.confirm(question)))) {
    throw refused('NOT_CONFIRMED', 'Not confirmed; nothing was changed.')
  }
  const report = undoneWhereDone(
    table,
    await watched(host, operation, table, () => unlessInterrupted(host, () => operation.execute(table, plan, host.context))),
  )
  host.show(report.summary)
  if (view.result) host.show(view.result(report))
  const aftermath = formatKeyValues({Snapshot: report.snapshotId ?? undefined, Undo: report.undo})
  if (aftermath !== '') host.show(aftermath)
  const left = tellLeft(host, view, plan)
  if (host.context.signal.aborted) {
    host.tell('The interrupt came after the point of no return: the operation is done.')
    process.exitCode = ExitCode.interrupted
  }
  return {...about, outcome: 'done', summary: report.summary, ...left, report}
}

/** What was done on a branch of the whole catalog is undone there. */
function undoneWhereDone<Result extends OperationResult>({catalogRef}: LakehouseTable, report: Result): Result {
  if (catalogRef === undefined || report.undo === undefined || / --ref /.test(report.undo)) return report
  return {...report, undo: `${report.undo} --ref ${catalogRef}`}
}

function tellLeft<Plan, Result>(host: OperationHost, view: OperationView<Plan, Result>, plan: Plan): {readonly left?: readonly unknown[]} {
  const left = view.left?.(plan)
  if (!left) return {}
  if (left.text !== '') host.show(left.text)
  if (left.failed) process.exitCode = ExitCode.failed
  return {left: left.findings}
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

function outdated(reason: string, plan: OperationPlan): PhloError {
  const error = commitConflict(`The plan of ${plan.createdAt} cannot be applied: ${reason}.`)
  return new PhloError(error.message, {
    code: 'PLAN_OUTDATED',
    exit: error.exit,
    suggestions: [`phlo table ${plan.operation} ${plan.table.name} --dry-run`],
  })
}
