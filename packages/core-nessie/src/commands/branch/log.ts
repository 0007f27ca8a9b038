import {Args, Flags} from '@oclif/core'
import {REF_NAMES} from '../../flags.js'
import {type LogRow, logRow} from '../../history/log-rows.js'
import {NessieCommand} from '../../nessie-command.js'
import {commitText} from '../../views/log.js'

export default class BranchLog extends NessieCommand<{ref: string; commits: readonly LogRow[]}> {
  static override summary = 'Shows the commits of a branch or tag, youngest first, with the tables that each touched.'
  static override examples = ['<%= config.bin %> branch log', '<%= config.bin %> branch log dev --limit 5 --json']
  static override args = {reference: Args.string({description: `${REF_NAMES}; default: the default branch, or --ref`})}
  static override flags = {limit: Flags.integer({summary: 'show so many; 0 shows all', min: 0, default: 20, helpValue: '<n>'})}

  async run() {
    const {args, flags} = await this.parse(BranchLog)
    const lake = await this.openNessieLake()
    const ref = args.reference === undefined ? (await lake.place()).ref : lake.nessie.ref(args.reference)
    const commits: LogRow[] = []
    const pageSize = flags.limit > 0 ? {pageSize: flags.limit} : {}
    for await (const entry of lake.nessie.log(ref, pageSize)) {
      const row = logRow(entry)
      this.log(`${commits.length > 0 ? '\n' : ''}${commitText(row)}`)
      if (commits.push(row) === flags.limit) break
    }
    if (commits.length === 0) this.note(`${ref.text} has no commits.`)
    return {ref: ref.text, commits}
  }
}
