import {Flags} from '@oclif/core'
import {catalogSettings, ExitCode, formatTimestamp, isPhloError, refused} from '@phlo/core'
import {durationFlag, formatKeyValues, formatTable, writeFlags} from '@phlo/core/command'
import {cleanupRule} from '../../history/cleanup-rule.js'
import {branchOf} from '../../history/named-references.js'
import {type BranchFate, staleBranches} from '../../history/stale-branches.js'
import {NessieCommand} from '../../nessie-command.js'

interface CleanupReport {
  readonly outcome: 'planned' | 'nothing-to-do' | 'done'
  readonly into: string
  readonly branches: readonly BranchFate[]
  readonly deleted: readonly {readonly name: string; readonly undo: string}[]
  /** Branches that were to go and did not, because somebody changed them meanwhile. */
  readonly failed: readonly {readonly name: string; readonly reason: string}[]
}

export default class BranchCleanup extends NessieCommand<CleanupReport> {
  static override summary = 'Deletes branches of a Nessie catalog by name, when they are merged or old.'
  static override description =
    'What is not typed is taken from the properties cleanup.pattern, cleanup.keep, cleanup.merged and cleanup.older-than of the catalog, so that "phlo branch cleanup --yes" runs by itself. Nessie does not tell when a branch was made: its age is that of its last commit, which is one of where it was made from until it has its own.'
  static override examples = [
    "<%= config.bin %> branch cleanup --pattern 'pipeline-*' --merged --older-than 7d --keep 'main,prod-*' --dry-run",
    '<%= config.bin %> branch cleanup --yes',
  ]
  static override flags = {
    pattern: Flags.string({
      summary: 'names of branches, with * for any characters, separated by commas; may be given several times',
      multiple: true,
      helpValue: '<names>',
    }),
    keep: Flags.string({summary: 'names of branches that stay, written likewise', multiple: true, helpValue: '<names>'}),
    merged: Flags.boolean({summary: 'only branches of which --into has everything', allowNo: true}),
    into: Flags.string({
      summary: 'the branch that they are to be merged into; default: the default branch, or --ref',
      helpValue: '<branch>',
    }),
    'older-than': durationFlag({summary: 'only branches whose last commit is older'}),
    'dry-run': writeFlags['dry-run'],
    yes: writeFlags.yes,
  }

  async run(): Promise<CleanupReport> {
    const {flags} = await this.parse(BranchCleanup)
    const lake = await this.openNessieLake()
    const {properties} = catalogSettings(await this.configuration(), lake.name)
    const {pattern, keep, merged} = flags
    const rule = cleanupRule({pattern, keep, merged, olderThan: flags['older-than']}, properties)
    const into = await branchOf(lake.nessie, flags.into ?? (await lake.place()).name)
    const branches = await staleBranches(lake, rule, into, this.surroundings.now())
    const going = branches.filter(({goes}) => goes)
    this.log(going.length === 0 ? 'nothing to do: no branch goes' : table(going))
    const about = {into: into.name, branches}
    if (flags['dry-run'] || going.length === 0) {
      return {outcome: flags['dry-run'] ? 'planned' : 'nothing-to-do', ...about, deleted: [], failed: []}
    }
    if (!(await this.confirm(`${lake.name}: delete ${going.length} branches.`))) {
      throw refused('NOT_CONFIRMED', 'Not confirmed; nothing was changed.')
    }
    const deleted: CleanupReport['deleted'][number][] = []
    const failed: CleanupReport['failed'][number][] = []
    for (const {name, hash} of going) {
      try {
        await lake.nessie.deleteReference({type: 'BRANCH', name, hash})
        deleted.push({name, undo: `phlo branch create ${name} --from ${hash}`})
        this.log(formatKeyValues({Deleted: name, Undo: deleted.at(-1)?.undo}))
      } catch (error) {
        if (!isPhloError(error) || error.exit === ExitCode.denied) throw error
        failed.push({name, reason: error.message})
        this.warn(`${name} was not deleted: ${error.message}`)
      }
    }
    if (failed.length > 0) process.exitCode = ExitCode.conflict
    return {outcome: 'done', ...about, deleted, failed}
  }
}

const table = (branches: readonly BranchFate[]) =>
  formatTable(branches, [
    {header: 'name', value: ({name}) => name},
    {header: 'last commit', value: ({lastCommit}) => (lastCommit === null ? '' : formatTimestamp(lastCommit))},
    {header: 'why', value: ({reason}) => reason},
    {header: 'hash', value: ({hash}) => hash},
  ])
