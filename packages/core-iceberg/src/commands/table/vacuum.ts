import {Flags} from '@oclif/core'
import {writeFlags} from '@phlo/core/command'
import {vacuum} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {vacuumFlags, vacuumOptions} from '../../vacuum-flags.js'
import {vacuumView} from '../../views/vacuum.js'

export default class TableVacuum extends IcebergCommand<unknown> {
  static override summary = 'Deletes orphan files: files in the table’s location that its metadata does not refer to.'
  static override description =
    'Lists first and looks at the table afterwards, and once more before anything is deleted. Files younger than --older-than, of unknown age, in quarantine, or of other tables below the location stay. In a catalog with branches and tags (Nessie) whatever any of them needs stays too, within the cutoffs.'
  static override examples = [
    '<%= config.bin %> table vacuum sales.orders --dry-run',
    '<%= config.bin %> table vacuum sales.orders --older-than 7d --quarantine --yes',
    "<%= config.bin %> table vacuum sales.orders --cutoff 'main=P30D' --cutoff 'release-.*=NONE' --default-cutoff P7D",
    '<%= config.bin %> table vacuum sales.orders --plan-out orphans.json && <%= config.bin %> table apply orphans.json',
  ]
  static override aliases = ['maintenance:vacuum']
  static override args = {table: tableArg}
  static override flags = {
    ...writeFlags,
    ...vacuumFlags,
    quarantine: Flags.boolean({summary: 'move the files aside; "table restore-files" brings them back'}),
  }

  async run() {
    const {args, flags} = await this.parse(TableVacuum)
    return this.runOperation(vacuum, args.table, {...vacuumOptions(flags, this.surroundings.cwd), quarantine: flags.quarantine}, vacuumView)
  }
}
