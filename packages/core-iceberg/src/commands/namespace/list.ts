import {Args} from '@oclif/core'
import {formatTable} from '@phlo/core/command'
import {parseNamespace} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

export default class NamespaceList extends IcebergCommand<{namespaces: readonly string[]}> {
  static override summary = 'Lists the namespaces of a catalog, or those inside one.'
  static override examples = ['<%= config.bin %> namespace list', '<%= config.bin %> namespace list sales']
  static override args = {parent: Args.string({description: 'only the namespaces inside this one'})}

  async run() {
    const {args} = await this.parse(NamespaceList)
    const catalog = await this.openCatalog()
    const namespaces: string[] = []
    for await (const levels of catalog.listNamespaces(args.parent === undefined ? undefined : parseNamespace(args.parent))) {
      namespaces.push(levels.join('.'))
    }
    if (namespaces.length > 0) this.log(formatTable(namespaces, [{header: 'namespace', value: (name) => name}]))
    else
      this.note(
        `Catalog ${catalog.name} has no namespaces${args.parent ? ` in ${args.parent}` : ''}. Make one: phlo namespace create <name>`,
      )
    return {namespaces}
  }
}
