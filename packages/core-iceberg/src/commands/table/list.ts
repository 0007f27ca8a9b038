import {Args, Flags} from '@oclif/core'
import {formatTableName, type LakehouseResource, refused, type TableName} from '@phlo/core'
import {formatTable} from '@phlo/core/command'
import {parseNamespace} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

/** `views` is there when they were asked for. */
interface Listed {
  readonly tables: readonly string[]
  readonly views?: readonly string[]
}

export default class TableList extends IcebergCommand<Listed> {
  static override summary = 'Lists the tables of a catalog or of one namespace, and its views where they are asked for.'
  static override examples = [
    '<%= config.bin %> table list',
    '<%= config.bin %> table list sales --catalog lake',
    '<%= config.bin %> table list --views',
  ]
  static override args = {namespace: Args.string({description: 'only the tables of this namespace'})}
  static override flags = {views: Flags.boolean({summary: 'list views too, and say which is which'})}

  async run() {
    const {args, flags} = await this.parse(TableList)
    const catalog = await this.openCatalog()
    const namespace = args.namespace === undefined ? undefined : parseNamespace(args.namespace)
    const tables = await namesOf(catalog.listTables(namespace))
    const views = flags.views ? await namesOf(viewsOf(catalog, namespace)) : undefined
    const rows = [...tables.map((name) => ({name, type: 'table'})), ...(views ?? []).map((name) => ({name, type: 'view'}))]
    if (rows.length === 0) {
      const what = views ? 'tables and no views' : 'tables'
      this.note(
        `Catalog ${catalog.name} has no ${what}${args.namespace ? ` in ${args.namespace}` : ''}. Make one: phlo table create --help`,
      )
    } else if (views) {
      this.log(
        formatTable(rows, [
          {header: 'name', value: ({name}) => name},
          {header: 'type', value: ({type}) => type},
        ]),
      )
    } else this.log(formatTable(rows, [{header: 'table', value: ({name}) => name}]))
    return views ? {tables, views} : {tables}
  }
}

function viewsOf(catalog: LakehouseResource, namespace: readonly string[] | undefined): AsyncIterable<TableName> {
  if (catalog.listViews) return catalog.listViews(namespace)
  throw refused(
    'NOT_SUPPORTED_BY_CATALOG',
    `Views of catalog ${catalog.name} are not told: only those of catalogs of type rest and nessie are.`,
  )
}

async function namesOf(names: AsyncIterable<TableName>): Promise<readonly string[]> {
  const found: string[] = []
  for await (const name of names) found.push(formatTableName(name))
  return found
}
