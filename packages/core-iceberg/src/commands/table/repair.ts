import {Flags} from '@oclif/core'
import {refFlag, writeFlags} from '@phlo/core/command'
import {type RepairOptions, repair} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {repairView} from '../../views/repair.js'

export default class TableRepair extends IcebergCommand<unknown> {
  static override summary = 'Mends what a table says of its files, where they say otherwise.'
  static override description =
    `Reads every footer of the head, and mends the entries that contradict it or lack what the table’s metrics modes ask for; wrong counts in the manifest list; wrong totals; and references of the metadata to files that are gone. Rows, row ids, sequence numbers and partitions stay as they are.

Data files that are gone are told of, and taken out of the table only with --drop-missing, with the deletes that then delete nothing. A delete file that is gone is taken out only with --drop-missing-deletes: the rows that it deleted come back. Look first whether "table restore-files" brings them back.

Exits with 1 when an error is left that it does not mend.`
  static override examples = [
    '<%= config.bin %> table repair sales.orders --dry-run',
    '<%= config.bin %> table repair sales.orders --yes',
    '<%= config.bin %> table repair sales.orders --drop-missing --dry-run --json',
  ]
  static override args = {table: tableArg}
  static override flags = {
    ...writeFlags,
    ref: refFlag,
    'drop-missing': Flags.boolean({summary: 'take data files that are gone out of the table: their rows are lost'}),
    'drop-missing-deletes': Flags.boolean({
      summary: 'take delete files that are gone out of the table: the rows that they deleted come back',
    }),
  }

  async run() {
    const {args, flags} = await this.parse(TableRepair)
    const options: RepairOptions = {dropMissing: flags['drop-missing'], dropMissingDeletes: flags['drop-missing-deletes']}
    return this.runOperation(repair, args.table, options, repairView)
  }
}
