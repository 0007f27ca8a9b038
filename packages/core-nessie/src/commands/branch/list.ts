import {Flags} from '@oclif/core'
import {listReferences} from '../../history/list-references.js'
import {NessieCommand} from '../../nessie-command.js'
import {type ReferenceRow, referenceTable} from '../../views/references.js'

export default class BranchList extends NessieCommand<{branches: readonly ReferenceRow[]}> {
  static override summary = 'Lists the branches of a Nessie catalog.'
  static override examples = ['<%= config.bin %> branch list', '<%= config.bin %> branch list --details --json']
  static override flags = {
    details: Flags.boolean({summary: 'show the last commit of each, and how far it is ahead of the default branch and behind it'}),
  }

  async run() {
    const {flags} = await this.parse(BranchList)
    const branches = await listReferences(await this.openNessieLake(), 'branch', flags.details)
    this.log(referenceTable(branches, flags.details))
    return {branches}
  }
}
