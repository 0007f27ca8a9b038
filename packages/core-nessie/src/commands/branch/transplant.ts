import {Args, Flags} from '@oclif/core'
import {refused} from '@phlo/core'
import {writeFlags} from '@phlo/core/command'
import {commitsOf} from '../../history/commits-of.js'
import {conflictRow, mergeConflicts, STRATEGIES, strategyOf} from '../../history/merge-options.js'
import {branchOf} from '../../history/named-references.js'
import {NessieCommand} from '../../nessie-command.js'
import {type MergedRow, mergedRows, mergedTable} from '../../views/merge.js'

interface TransplantReport {
  readonly from: string
  readonly into: string
  readonly outcome: 'planned' | 'done' | 'nothing-to-do'
  readonly hash: string
  /** Oldest first. */
  readonly commits: readonly string[]
  readonly tables: readonly MergedRow[]
}

export default class BranchTransplant extends NessieCommand<TransplantReport> {
  static override summary = 'Picks commits of a branch onto another: each becomes a commit there, all or none.'
  static override description =
    'The commits have to follow each other without a gap. What the target changed too is a conflict (exit 5), as in a merge.'
  static override examples = ['<%= config.bin %> branch transplant dev --commit <hash> --into main --dry-run']
  static override args = {from: Args.string({description: 'the branch or tag that has the commits', required: true})}
  static override flags = {
    commit: Flags.string({summary: 'hash of a commit; may be given several times', multiple: true, required: true, helpValue: '<hash>'}),
    into: Flags.string({summary: 'the branch to pick onto; default: the default branch, or --ref', helpValue: '<branch>'}),
    strategy: Flags.option({options: STRATEGIES})({summary: 'what to do with tables that both sides changed', default: 'normal'}),
    'dry-run': writeFlags['dry-run'],
    yes: writeFlags.yes,
  }

  async run(): Promise<TransplantReport> {
    const {args, flags} = await this.parse(BranchTransplant)
    const lake = await this.openNessieLake()
    const {nessie} = lake
    const target = await branchOf(nessie, flags.into ?? (await lake.place()).name)
    const ref = nessie.ref(args.from)
    const source = await nessie.resolve(ref)
    const hashes = await commitsOf(nessie.log(ref), flags.commit, args.from)
    const request = {from: source, into: target, hashes, strategy: strategyOf(flags.strategy), strategies: []}
    const names = {from: args.from, into: target.name, commits: hashes}
    const what = `${hashes.length} commits of ${args.from} onto ${target.name}`
    const retry = `phlo branch diff ${target.name} ${args.from}`
    const tried = await nessie.transplant({...request, dryRun: true})
    if (tried.conflicts.length > 0) throw mergeConflicts(`Picking ${what}`, tried.conflicts.map(conflictRow), retry)
    const tables = mergedRows(tried)
    if (flags['dry-run']) {
      this.log(`pick ${what}\n${mergedTable(tables)}`)
      return {...names, outcome: 'planned', hash: target.hash, tables}
    }
    if (flags.strategy !== 'normal' && !(await this.confirm(`Pick ${what}, over what conflicts.`))) {
      throw refused('NOT_CONFIRMED', 'Not confirmed; nothing was changed.')
    }
    const {applied, hash, conflicts} = await nessie.transplant({...request, dryRun: false})
    if (conflicts.length > 0) throw mergeConflicts(`Picking ${what}`, conflicts.map(conflictRow), retry)
    this.log(applied ? `picked ${what}, which is at ${hash} now` : `nothing to pick: ${target.name} has that already`)
    return {...names, outcome: applied ? 'done' : 'nothing-to-do', hash, tables}
  }
}
