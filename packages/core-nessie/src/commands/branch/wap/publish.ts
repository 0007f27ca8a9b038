import {branchArg} from '../../../flags.js'
import {branchOf} from '../../../history/named-references.js'
import {MergeCommand, type MergeReport, mergeFlags} from '../../../merge-command.js'

export default class BranchWapPublish extends MergeCommand {
  static override summary = 'Publishes what a run wrote to its branch: merges it, all tables or none, when nothing conflicts.'
  static override description =
    'What both sides changed is a conflict (exit 5), and nothing is published. The branch stays unless --delete-source is given.'
  static override examples = [
    '<%= config.bin %> branch wap publish nightly --dry-run',
    '<%= config.bin %> branch wap publish nightly --delete-source --yes',
  ]
  static override args = {branch: branchArg}
  static override flags = mergeFlags

  async run(): Promise<MergeReport> {
    const {args, flags} = await this.parse(BranchWapPublish)
    await branchOf((await this.openNessieLake()).nessie, args.branch)
    return this.merge(args.branch, {...flags, strategy: 'normal'})
  }
}
