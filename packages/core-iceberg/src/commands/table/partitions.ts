import {formatBytes} from '@phlo/core'
import {formatTable, refFlag} from '@phlo/core/command'
import {type PartitionStats, tableStats} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

export default class TablePartitions extends IcebergCommand<{partitions: readonly PartitionStats[]}> {
  static override summary = 'Lists the partitions of a table with their rows, files and bytes.'
  static override examples = ['<%= config.bin %> table partitions sales.orders']
  static override args = {table: tableArg}
  static override flags = {ref: refFlag}

  async run() {
    const {args} = await this.parse(TablePartitions)
    const {partitions} = await tableStats(await this.openIcebergTable(args.table), await this.operationContext())
    this.log(
      formatTable(partitions, [
        {header: 'partition', value: ({partition}) => partition || '(unpartitioned)'},
        {header: 'rows', value: ({rows}) => rows},
        {header: 'files', value: ({files}) => files},
        {header: 'small', value: ({smallFiles}) => smallFiles},
        {header: 'size', value: ({bytes}) => formatBytes(bytes)},
      ]),
    )
    return {partitions}
  }
}
