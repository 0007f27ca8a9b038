import {Args, Flags} from '@oclif/core'
import {formatKeyValues, writeFlags} from '@phlo/core/command'
import {formatKey} from '../../api/keys.js'
import {operationsOn, reversalOf, revert} from '../../history/revert.js'
import {notABranch} from '../../lakehouse/place.js'
import {NessieCommand} from '../../nessie-command.js'

interface RevertReport {
  readonly branch: string
  /** The commit that is taken back. */
  readonly commit: string
  readonly outcome: 'planned' | 'done'
  readonly changes: readonly {readonly change: 'restore' | 'remove'; readonly name: string}[]
}

export default class BranchRevert extends NessieCommand<RevertReport> {
  static override summary = 'Takes a commit back by a new one: its tables are again what they were before it.'
  static override description =
    'Other commits stay. A table that was changed again since is a conflict (exit 5), and nothing is changed. No file is deleted.'
  static override examples = ['<%= config.bin %> branch revert <hash> --dry-run', '<%= config.bin %> branch revert <hash> --ref dev']
  static override args = {commit: Args.string({description: 'hash of the commit, of the default branch or of --ref', required: true})}
  static override flags = {
    message: Flags.string({char: 'm', summary: 'what the new commit is called', helpValue: '<text>'}),
    'dry-run': writeFlags['dry-run'],
  }

  async run(): Promise<RevertReport> {
    const {args, flags} = await this.parse(BranchRevert)
    const lake = await this.openNessieLake()
    const place = await lake.place()
    if (!place.isBranch) throw notABranch(lake.name, place)
    const reversal = await reversalOf(lake, place, args.commit)
    const operations = operationsOn(await lake.nessie.contents(place.ref, reversal.keys), reversal, place)
    const changes = operations.map(({type, key}) => ({
      change: type === 'PUT' ? ('restore' as const) : ('remove' as const),
      name: formatKey(key),
    }))
    const about = {branch: place.name, commit: reversal.hash, changes}
    for (const {change, name} of changes) this.log(`${change} ${name}`)
    if (flags['dry-run']) return {...about, outcome: 'planned'}
    await revert(lake, place, reversal, flags.message ?? `Revert ${reversal.hash}`)
    this.log(formatKeyValues({Reverted: reversal.hash, On: place.name}))
    return {...about, outcome: 'done'}
  }
}
