import {Flags} from '@oclif/core'
import {writeFlags} from '@phlo/core/command'
import {upgrade} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {upgradeView} from '../../views/upgrade.js'

export default class TableUpgrade extends IcebergCommand<unknown> {
  static override summary = 'Brings a table to a newer format version of Iceberg.'
  static override description =
    'The dry run says what that means. No file is rewritten and every snapshot stays, but there is no way back, and readers that do not know the version can no longer open the table.'
  static override examples = [
    '<%= config.bin %> table upgrade sales.orders --format-version 3 --dry-run',
    '<%= config.bin %> table upgrade sales.orders --format-version 2 --yes',
  ]
  static override args = {table: tableArg}
  static override flags = {
    ...writeFlags,
    'format-version': Flags.option({options: ['2', '3'] as const})({summary: 'the version to go to', required: true}),
  }

  async run() {
    const {args, flags} = await this.parse(TableUpgrade)
    return this.runOperation(upgrade, args.table, {formatVersion: Number(flags['format-version'])}, upgradeView)
  }
}
