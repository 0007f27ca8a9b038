import {Args} from '@oclif/core'
import {formatTableName} from '@phlo/core'
import {formatTable} from '@phlo/core/command'
import {parseNamespace} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

export default class TableList extends IcebergCommand<{tables: readonly string[]}> {
  static override summary = 'Lists the tables of a catalog or of one namespace.'
  static override examples = ['<%= config.bin %> table list', '<%= config.bin %> table list sales --catalog lake']
  static override args = {namespace: Args.string({description: 'only the tables of this namespace'})}

  async run() {
    const {args} = await this.parse(TableList)
    const catalog = await this.openCatalog()
    const tables: string[] = []
    for await (const name of catalog.listTables(args.namespace === undefined ? undefined : parseNamespace(args.namespace))) {
      tables.push(formatTableName(name))
    }
    if (tables.length > 0) this.log(formatTable(tables, [{header: 'table', value: (name) => name}]))
    else
      this.note(`Catalog ${catalog.name} has no tables${args.namespace ? ` in ${args.namespace}` : ''}. Make one: phlo table create --help`)
    return {tables}
  }
}
