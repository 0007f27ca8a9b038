import {Args, Flags} from '@oclif/core'
import {REF_NAMES} from '../../flags.js'
import {diffReferences, type EntryDifference} from '../../history/diff-references.js'
import {NessieCommand} from '../../nessie-command.js'
import {differenceTable, differenceText} from '../../views/difference.js'

export default class BranchDiff extends NessieCommand<{from: string; to: string; differences: readonly EntryDifference[]}> {
  static override summary = 'Shows what one branch has otherwise than another: tables and views, and what of each is changed.'
  static override description =
    'The states are compared as they are, whoever changed what since the branches parted. With one name it is compared with the default branch, or with --ref. Of tables columns, partition spec, sort order, properties, snapshots, files and rows are compared; only manifests that one side alone has are read.'
  static override examples = [
    '<%= config.bin %> branch diff dev',
    '<%= config.bin %> branch diff main dev --stat',
    '<%= config.bin %> branch diff main~1 main --json',
  ]
  static override args = {
    from: Args.string({description: REF_NAMES, required: true}),
    to: Args.string({description: 'the same of the one to compare with'}),
  }
  static override flags = {stat: Flags.boolean({summary: 'one line for each table'})}

  async run() {
    const {args, flags} = await this.parse(BranchDiff)
    const lake = await this.openNessieLake()
    const given = [args.from, ...(args.to === undefined ? [] : [args.to])].map((text) => lake.nessie.ref(text))
    const [from, to] = given.length === 2 ? given : [(await lake.place()).ref, ...given]
    const differences: EntryDifference[] = []
    for await (const difference of diffReferences(lake, from!, to!)) {
      if (!flags.stat) this.log(differenceText(difference))
      differences.push(difference)
    }
    if (differences.length === 0) this.note(`${from!.text} and ${to!.text} have the same.`)
    else if (flags.stat) this.log(differenceTable(differences))
    return {from: from!.text, to: to!.text, differences}
  }
}
