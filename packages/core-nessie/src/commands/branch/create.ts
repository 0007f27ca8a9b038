import {formatKeyValues, writeFlags} from '@phlo/core/command'
import {assertRefName} from '../../api/ref.js'
import {branchArg, fromFlag} from '../../flags.js'
import {sourceOf} from '../../history/source-of.js'
import {NessieCommand} from '../../nessie-command.js'

export default class BranchCreate extends NessieCommand<{branch: string; hash: string; outcome: 'planned' | 'done'}> {
  static override summary = 'Makes a branch of a Nessie catalog. No file is copied.'
  static override examples = ['<%= config.bin %> branch create dev', '<%= config.bin %> branch create fix --from main~2 --dry-run']
  static override args = {branch: branchArg}
  static override flags = {from: fromFlag, 'dry-run': writeFlags['dry-run']}

  async run() {
    const {args, flags} = await this.parse(BranchCreate)
    assertRefName(args.branch)
    const lake = await this.openNessieLake()
    const {from, source} = await sourceOf(lake, flags.from)
    const about = {branch: args.branch, hash: source.hash}
    if (flags['dry-run']) {
      this.log(`create branch ${args.branch} at ${from.text} (${source.hash})`)
      return {...about, outcome: 'planned' as const}
    }
    await lake.nessie.createReference('BRANCH', args.branch, source)
    this.log(formatKeyValues({Created: args.branch, From: from.text, Hash: source.hash, Undo: `phlo branch delete ${args.branch}`}))
    return {...about, outcome: 'done' as const}
  }
}
