import {branchArg} from '../../flags.js'
import {branchOf} from '../../history/named-references.js'
import {NessieCommand} from '../../nessie-command.js'
import {type ReferenceRow, referenceRow, referenceText} from '../../views/references.js'

export default class BranchShow extends NessieCommand<ReferenceRow> {
  static override summary = 'Shows a branch: its last commit, and how far it is ahead of the default branch and behind it.'
  static override examples = ['<%= config.bin %> branch show dev']
  static override args = {branch: branchArg}

  async run() {
    const {args} = await this.parse(BranchShow)
    const {nessie} = await this.openNessieLake()
    const row = referenceRow(await branchOf(nessie, args.branch, {details: true}), nessie.server.defaultBranch)
    this.log(referenceText(row))
    return row
  }
}
