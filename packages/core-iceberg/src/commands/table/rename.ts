import {Args} from '@oclif/core'
import {formatTableName, parseTableName} from '@phlo/core'
import {writeFlags} from '@phlo/core/command'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

export default class TableRename extends IcebergCommand<{from: string; to: string; outcome: 'planned' | 'done'}> {
  static override summary = 'Renames a table; its files stay where they are.'
  static override examples = ['<%= config.bin %> table rename sales.orders sales.orders_2025']
  static override args = {table: tableArg, to: Args.string({description: 'new name, as <namespace>.<table>', required: true})}
  static override flags = {'dry-run': writeFlags['dry-run']}

  async run() {
    const {args, flags} = await this.parse(TableRename)
    const [from, to] = [parseTableName(args.table), parseTableName(args.to)]
    const names = {from: formatTableName(from), to: formatTableName(to)}
    const catalog = await this.openCatalog()
    await catalog.getTable(from)
    if (flags['dry-run']) {
      this.log(`rename ${names.from} to ${names.to}`)
      return {...names, outcome: 'planned' as const}
    }
    await catalog.renameTable(from, to)
    this.log(`renamed ${names.from} to ${names.to}\nUndo  phlo table rename ${names.to} ${names.from}`)
    return {...names, outcome: 'done' as const}
  }
}
