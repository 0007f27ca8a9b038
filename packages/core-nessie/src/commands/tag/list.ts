import {Flags} from '@oclif/core'
import {listReferences} from '../../history/list-references.js'
import {NessieCommand} from '../../nessie-command.js'
import {type ReferenceRow, referenceTable} from '../../views/references.js'

export default class TagList extends NessieCommand<{tags: readonly ReferenceRow[]}> {
  static override summary = 'Lists the tags of a Nessie catalog.'
  static override examples = ['<%= config.bin %> tag list']
  static override flags = {
    details: Flags.boolean({summary: 'show the commit of each, and how far it is ahead of the default branch and behind it'}),
  }

  async run() {
    const {flags} = await this.parse(TagList)
    const tags = await listReferences(await this.openNessieLake(), 'tag', flags.details)
    if (tags.length > 0) this.log(referenceTable(tags, flags.details))
    else this.note('The catalog has no tags. Make one: phlo tag create <name>')
    return {tags}
  }
}
