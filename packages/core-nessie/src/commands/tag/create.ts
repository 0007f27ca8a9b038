import {formatKeyValues, writeFlags} from '@phlo/core/command'
import {assertRefName} from '../../api/ref.js'
import {fromFlag, tagArg} from '../../flags.js'
import {sourceOf} from '../../history/source-of.js'
import {NessieCommand} from '../../nessie-command.js'

export default class TagCreate extends NessieCommand<{tag: string; hash: string; outcome: 'planned' | 'done'}> {
  static override summary = 'Makes a tag of a Nessie catalog: a name for all its tables as they are, or were.'
  static override examples = [
    '<%= config.bin %> tag create month-end',
    '<%= config.bin %> tag create before --from main*2026-01-31T12:00:00Z',
  ]
  static override args = {tag: tagArg}
  static override flags = {from: fromFlag, 'dry-run': writeFlags['dry-run']}

  async run() {
    const {args, flags} = await this.parse(TagCreate)
    assertRefName(args.tag)
    const lake = await this.openNessieLake()
    const {from, source} = await sourceOf(lake, flags.from)
    const about = {tag: args.tag, hash: source.hash}
    if (flags['dry-run']) {
      this.log(`create tag ${args.tag} at ${from.text} (${source.hash})`)
      return {...about, outcome: 'planned' as const}
    }
    await lake.nessie.createReference('TAG', args.tag, source)
    this.log(formatKeyValues({Created: args.tag, From: from.text, Hash: source.hash, Undo: `phlo tag delete ${args.tag}`}))
    return {...about, outcome: 'done' as const}
  }
}
