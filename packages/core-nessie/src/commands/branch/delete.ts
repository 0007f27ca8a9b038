import {refused} from '@phlo/core'
import {formatKeyValues, writeFlags} from '@phlo/core/command'
import {branchArg} from '../../flags.js'
import {branchOf} from '../../history/named-references.js'
import {NessieCommand} from '../../nessie-command.js'

export default class BranchDelete extends NessieCommand<{branch: string; hash: string; outcome: 'planned' | 'done'}> {
  static override summary = 'Deletes a branch of a Nessie catalog. What was not merged is lost once the catalog is cleaned up.'
  static override examples = ['<%= config.bin %> branch delete dev --dry-run', '<%= config.bin %> branch delete dev --yes']
  static override args = {branch: branchArg}
  static override flags = {'dry-run': writeFlags['dry-run'], yes: writeFlags.yes}

  async run() {
    const {args, flags} = await this.parse(BranchDelete)
    const {nessie} = await this.openNessieLake()
    const {name, hash, type, metadata} = await branchOf(nessie, args.branch, {details: true})
    if (name === nessie.server.defaultBranch) {
      throw refused('REF_IS_DEFAULT', `${name} is the default branch of catalog ${nessie.catalog} and is not deleted.`, [
        'phlo branch list',
      ])
    }
    const ahead = metadata?.numCommitsAhead ?? 0
    const what = `branch ${name} of catalog ${nessie.catalog}, at ${hash}, ${ahead} commits ahead of ${nessie.server.defaultBranch}`
    if (flags['dry-run']) {
      this.log(`delete ${what}`)
      return {branch: name, hash, outcome: 'planned' as const}
    }
    if (!(await this.confirm(`Delete ${what}.`))) throw refused('NOT_CONFIRMED', 'Not confirmed; nothing was changed.')
    await nessie.deleteReference({type, name, hash})
    this.log(formatKeyValues({Deleted: name, Undo: `phlo branch create ${name} --from ${hash}`}))
    return {branch: name, hash, outcome: 'done' as const}
  }
}
