import {refused} from '@phlo/core'
import {formatKeyValues, writeFlags} from '@phlo/core/command'
import {tagArg} from '../../flags.js'
import {tagOf} from '../../history/named-references.js'
import {NessieCommand} from '../../nessie-command.js'

export default class TagDelete extends NessieCommand<{tag: string; hash: string; outcome: 'planned' | 'done'}> {
  static override summary = 'Deletes a tag of a Nessie catalog.'
  static override examples = ['<%= config.bin %> tag delete month-end --yes']
  static override args = {tag: tagArg}
  static override flags = {'dry-run': writeFlags['dry-run'], yes: writeFlags.yes}

  async run() {
    const {args, flags} = await this.parse(TagDelete)
    const {nessie} = await this.openNessieLake()
    const {type, name, hash} = await tagOf(nessie, args.tag)
    const what = `tag ${name} of catalog ${nessie.catalog}, at ${hash}`
    if (flags['dry-run']) {
      this.log(`delete ${what}`)
      return {tag: name, hash, outcome: 'planned' as const}
    }
    if (!(await this.confirm(`Delete ${what}.`))) throw refused('NOT_CONFIRMED', 'Not confirmed; nothing was changed.')
    await nessie.deleteReference({type, name, hash})
    this.log(formatKeyValues({Deleted: name, Undo: `phlo tag create ${name} --from ${hash}`}))
    return {tag: name, hash, outcome: 'done' as const}
  }
}
