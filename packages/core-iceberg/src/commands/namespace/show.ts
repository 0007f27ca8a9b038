import {formatKeyValues} from '@phlo/core/command'
import {namespaceArg, parseNamespace} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

export default class NamespaceShow extends IcebergCommand<{namespace: string; properties: Readonly<Record<string, string>>}> {
  static override summary = 'Shows the properties of a namespace.'
  static override examples = ['<%= config.bin %> namespace show sales']
  static override args = {namespace: namespaceArg}

  async run() {
    const {args} = await this.parse(NamespaceShow)
    const catalog = await this.openCatalog()
    const properties = await catalog.getNamespaceProperties(parseNamespace(args.namespace))
    if (Object.keys(properties).length > 0) this.log(formatKeyValues(properties))
    else this.note(`Namespace ${args.namespace} has no properties.`)
    return {namespace: args.namespace, properties}
  }
}
