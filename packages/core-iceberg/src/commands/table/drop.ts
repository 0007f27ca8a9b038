import {Flags} from '@oclif/core'
import {writeFlags} from '@phlo/core/command'
import {drop} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

export default class TableDrop extends IcebergCommand<unknown> {
  static override summary = 'Takes a table out of its catalog; with --purge its files are deleted too.'
  static override examples = [
    '<%= config.bin %> table drop sales.orders --dry-run',
    '<%= config.bin %> table drop sales.orders --purge --yes',
  ]
  static override args = {table: tableArg}
  static override flags = {...writeFlags, purge: Flags.boolean({summary: 'delete every file that the table refers to'})}

  async run() {
    const {args, flags} = await this.parse(TableDrop)
    return this.runOperation(drop, args.table, {purge: flags.purge})
  }
}
