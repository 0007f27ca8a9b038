import {Flags} from '@oclif/core'
import {refFlag} from '@phlo/core/command'
import {type TableStats as Stats, tableStats} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {renderStats} from '../../views/stats.js'

export default class TableStats extends IcebergCommand<Stats> {
  static override summary = 'Shows what a table is made of, and what maintenance would pay off.'
  static override description =
    'Reads manifests only. Small files are those under 75 % of the table’s target file size, as for "table optimize".'
  static override examples = ['<%= config.bin %> table stats sales.orders', '<%= config.bin %> table stats sales.orders --partitions']
  static override args = {table: tableArg}
  static override flags = {ref: refFlag, partitions: Flags.boolean({summary: 'also show each partition'})}

  async run() {
    const {args, flags} = await this.parse(TableStats)
    const stats = await tableStats(await this.openIcebergTable(args.table), await this.operationContext())
    this.log(renderStats(stats, {partitions: flags.partitions, terminal: process.stdout.isTTY === true}))
    return stats
  }
}
