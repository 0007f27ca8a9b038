import {Args, Flags} from '@oclif/core'
import {STRATEGIES} from '../../history/merge-options.js'
import {MergeCommand, type MergeReport, mergeFlags} from '../../merge-command.js'

export default class BranchMerge extends MergeCommand {
  static override summary = 'Merges a branch or tag into a branch, in one commit, all tables or none.'
  static override description =
    'What both sides changed since they parted is a conflict (exit 5), and nothing is merged. --strategy says what to do then: force takes what the source has, drop leaves what the target has. Nothing is deleted unless --delete-source is given.'
  static override examples = [
    '<%= config.bin %> branch merge dev --dry-run',
    '<%= config.bin %> branch merge dev --into main --table sales.orders=force --yes',
  ]
  static override args = {from: Args.string({description: 'the branch or tag to merge, or main@<hash>', required: true})}
  static override flags = {
    ...mergeFlags,
    strategy: Flags.option({options: STRATEGIES})({summary: 'what to do with tables that both sides changed', default: 'normal'}),
    table: Flags.string({
      summary: 'another strategy for one table, as sales.orders=force; may be given several times',
      multiple: true,
      helpValue: '<table=strategy>',
    }),
  }

  async run(): Promise<MergeReport> {
    const {args, flags} = await this.parse(BranchMerge)
    return this.merge(args.from, flags)
  }
}
