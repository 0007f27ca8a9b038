import {resolve} from 'node:path'
import {Flags} from '@oclif/core'
import {ExitCode, formatCount, type OperationContext, type OperationPlan, refused, usage} from '@phlo/core'
import {cutoffFlags, cutoffOptions, durationFlag, readPlan, savePlan, writeFlags} from '@phlo/core/command'
import {restoreFiles} from '@phlo/iceberg'
import {executeGarbage, type GarbagePlan, type GarbageResult, planGarbage} from '../../gc/garbage.js'
import {openMarks} from '../../gc/history.js'
import {hasRepository} from '../../gc/repository.js'
import type {Skipped} from '../../gc/subjects.js'
import {quarantinedTable} from '../../gc/swept-table.js'
import type {NessieLakehouse} from '../../lakehouse/nessie-lakehouse.js'
import {loadTable} from '../../lakehouse/tables.js'
import {NessieCommand} from '../../nessie-command.js'
import {garbageText, resultText} from '../../views/garbage.js'

interface GarbageReport {
  readonly outcome: 'planned' | 'saved' | 'nothing-to-do' | 'done' | 'restored'
  readonly summary: string
  readonly plan?: GarbagePlan
  readonly planFile?: string
  readonly report?: GarbageResult
}

/** What a saved plan has decided. */
const CHOICES = [
  'cutoff',
  'default-cutoff',
  'mark-file',
  'lost-metadata',
  'older-than',
  'location',
  'below',
  'force-unsafe-age',
  'quarantine',
]

export default class BranchGc extends NessieCommand<GarbageReport> {
  static override summary = 'Deletes files of a Nessie catalog that no branch, tag or commit which counts needs, of dropped tables too.'
  static override description =
    'All history of all branches and tags counts unless cutoffs, or the properties gc.cutoff and gc.default-cutoff of the catalog, say otherwise; heads always do. Whatever any metadata file that counts refers to stays, and so do files younger than --older-than. Heads are read again before files of a place are deleted. Places are those of tables that the branches and tags that are there ever had; of tables that only deleted branches had, none is known: --location finds their files.'
  static override examples = [
    "<%= config.bin %> branch gc --cutoff 'main=P30D' --cutoff 'release-.*=NONE' --default-cutoff P7D --dry-run",
    '<%= config.bin %> branch gc --default-cutoff P30D --location s3://lake/warehouse --plan-out gc.json && <%= config.bin %> branch gc --plan gc.json --yes',
    '<%= config.bin %> branch gc --default-cutoff P30D --quarantine --yes',
  ]
  static override flags = {
    ...cutoffFlags,
    'older-than': durationFlag({summary: 'only files that were last modified longer ago; at least 24h; default: 3d'}),
    location: Flags.string({
      summary:
        'a place that has nothing but tables of this catalog, in which everything that is not needed goes; may be given several times',
      multiple: true,
      helpValue: '<uri>',
    }),
    below: Flags.string({summary: 'only tables that lie below this; may be given several times', multiple: true, helpValue: '<uri>'}),
    'force-unsafe-age': Flags.boolean({summary: 'allow --older-than under 24h; only when nobody is writing'}),
    quarantine: Flags.boolean({summary: 'move the files aside; --restore brings them back'}),
    'dry-run': writeFlags['dry-run'],
    yes: writeFlags.yes,
    'plan-out': Flags.string({summary: 'save the plan to this new file instead of doing it; --plan does it later', helpValue: '<file>'}),
    plan: Flags.string({summary: 'do exactly what a saved plan says', helpValue: '<file>', exclusive: ['plan-out', ...CHOICES]}),
    restore: Flags.string({
      summary: 'bring back what was moved aside, by the folder that it was moved to',
      helpValue: '<uri>',
      exclusive: ['plan', 'plan-out', 'dry-run', ...CHOICES],
    }),
  }

  async run(): Promise<GarbageReport> {
    const {flags} = await this.parse(BranchGc)
    const lake = await this.openNessieLake()
    const context = await this.operationContext()
    if (flags.restore !== undefined) return this.#restore(lake, flags.restore, context)
    const {cwd} = this.surroundings
    const saved = flags.plan === undefined ? undefined : await garbagePlan(await readPlan(resolve(cwd, flags.plan)), lake)
    const options = {
      ...lake.cutoffs,
      ...cutoffOptions(flags, cwd),
      ...(flags['older-than'] !== undefined && {olderThan: flags['older-than']}),
      ...(flags.location && {locations: flags.location}),
      ...(flags.below && {below: flags.below}),
      forceUnsafeAge: flags['force-unsafe-age'],
      quarantine: flags.quarantine,
    }
    const marks = await openMarks(lake.nessie, (location) => loadTable(location, lake), saved ? saved.options : options, true, context)
    try {
      const plan = saved ?? (await planGarbage(lake, options, marks, context))
      this.log(plan.summary)
      this.#tell(plan.skipped, ExitCode.failed)
      if (flags['plan-out'] !== undefined) {
        await savePlan(resolve(cwd, flags['plan-out']), plan)
        this.note(`Saved, not done. Do it with: phlo branch gc --plan ${flags['plan-out']}`)
        return {outcome: 'saved', summary: plan.summary, planFile: flags['plan-out']}
      }
      if (flags['dry-run']) {
        this.log(garbageText(plan))
        return {outcome: 'planned', summary: plan.summary, plan}
      }
      if (plan.noop) return {outcome: 'nothing-to-do', summary: plan.summary}
      if (!(await this.confirm(`${lake.name}: ${plan.summary}`))) throw refused('NOT_CONFIRMED', 'Not confirmed; nothing was changed.')
      const report = await executeGarbage(lake, plan, marks, context)
      this.log(resultText(report))
      this.#tell(report.skipped, ExitCode.conflict)
      return {outcome: 'done', summary: report.summary, report}
    } finally {
      await marks.close()
    }
  }

  #tell(skipped: readonly Skipped[], exit: number): void {
    for (const {name, reason} of skipped) this.warn(`${name} was left as it is: ${reason}`)
    if (skipped.length > 0) process.exitCode = exit
  }

  async #restore(lake: NessieLakehouse, folder: string, context: OperationContext): Promise<GarbageReport> {
    const {table, id} = await quarantinedTable(lake, folder)
    const {removed, failed} = await restoreFiles(table, id, context)
    for (const {path, error} of failed) this.warn(`${path} stays in quarantine: ${error}`)
    if (failed.length > 0) process.exitCode = ExitCode.failed
    const summary = `restored ${formatCount(removed)} files`
    this.log(summary)
    return {outcome: 'restored', summary}
  }
}

/** @throws PhloError `INVALID_PLAN` (exit 2); `PLAN_OF_ANOTHER` (exit 6) when another repository is at the catalog's address now */
async function garbagePlan(plan: OperationPlan, {name, nessie}: NessieLakehouse): Promise<GarbagePlan> {
  const {repository} = plan as Partial<GarbagePlan>
  if (plan.operation !== 'branch-gc' || plan.table.catalog !== name || repository === undefined) {
    throw usage('INVALID_PLAN', `The plan is one of ${plan.operation} in catalog ${plan.table.catalog}, not of branch gc in ${name}.`)
  }
  if (await hasRepository(nessie, repository)) return plan as GarbagePlan
  throw refused(
    'PLAN_OF_ANOTHER',
    `The plan was made of another repository than the one that catalog ${name} has now, or of one that has lost commits since; nothing was deleted.`,
    ['phlo branch gc --dry-run'],
  )
}
