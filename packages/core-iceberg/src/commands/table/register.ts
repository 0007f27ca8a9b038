import {Args} from '@oclif/core'
import {formatTableName, parseTableName} from '@phlo/core'
import {formatKeyValues, writeFlags} from '@phlo/core/command'
import {describeTable, type IcebergTable, type TableDescription} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

export default class TableRegister extends IcebergCommand<TableDescription | {outcome: 'planned'; summary: string}> {
  static override summary = 'Makes a table that exists as files known to a catalog.'
  static override description = 'Two catalogs that both commit to one table overwrite each other: register a table in one catalog only.'
  static override examples = ['<%= config.bin %> table register sales.orders s3://lake/sales/orders/metadata/00012-….metadata.json']
  static override args = {table: tableArg, metadata: Args.string({description: 'location of its current metadata file', required: true})}
  static override flags = {'dry-run': writeFlags['dry-run']}

  async run() {
    const {args, flags} = await this.parse(TableRegister)
    const name = parseTableName(args.table)
    const catalog = await this.openCatalog()
    if (flags['dry-run']) {
      const summary = `register ${args.metadata} as ${formatTableName(name)} in catalog ${catalog.name}`
      this.log(summary)
      return {outcome: 'planned' as const, summary}
    }
    const description = describeTable((await catalog.registerTable(name, args.metadata)) as IcebergTable)
    this.log(formatKeyValues({Registered: description.table, Location: description.location, Undo: `phlo table drop ${description.table}`}))
    return description
  }
}
