import {Flags} from '@oclif/core'
import {refused} from '@phlo/core'
import {formatKeyValues, writeFlags} from '@phlo/core/command'
import {REF_NAMES, tagArg} from '../../flags.js'
import {tagOf} from '../../history/named-references.js'
import {NessieCommand} from '../../nessie-command.js'

export default class TagAssign extends NessieCommand<{tag: string; from: string; to: string; outcome: 'planned' | 'done'}> {
  static override summary = 'Moves a tag of a Nessie catalog to another commit.'
  static override examples = ['<%= config.bin %> tag assign latest --to main --yes']
  static override args = {tag: tagArg}
  static override flags = {
    to: Flags.string({summary: REF_NAMES, required: true, helpValue: '<ref>'}),
    'dry-run': writeFlags['dry-run'],
    yes: writeFlags.yes,
  }

  async run() {
    const {args, flags} = await this.parse(TagAssign)
    const {nessie} = await this.openNessieLake()
    const tag = await tagOf(nessie, args.tag)
    const to = await nessie.resolve(nessie.ref(flags.to))
    const about = {tag: tag.name, from: tag.hash, to: to.hash}
    const what = `tag ${tag.name} of catalog ${nessie.catalog} from ${tag.hash} to ${flags.to} (${to.hash})`
    if (flags['dry-run']) {
      this.log(`move ${what}`)
      return {...about, outcome: 'planned' as const}
    }
    if (!(await this.confirm(`Move ${what}.`))) throw refused('NOT_CONFIRMED', 'Not confirmed; nothing was changed.')
    await nessie.assignReference({type: tag.type, name: tag.name, hash: tag.hash}, to)
    this.log(formatKeyValues({Moved: tag.name, To: to.hash, Undo: `phlo tag assign ${tag.name} --to ${tag.hash}`}))
    return {...about, outcome: 'done' as const}
  }
}
