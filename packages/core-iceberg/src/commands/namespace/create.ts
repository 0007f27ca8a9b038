import {Flags} from '@oclif/core'
import {writeFlags} from '@phlo/core/command'
import {namespaceArg, parseNamespace, parsePairs} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

export default class NamespaceCreate extends IcebergCommand<{namespace: string; outcome: 'planned' | 'done'}> {
  static override summary = 'Creates a namespace.'
  static override examples = [
    '<%= config.bin %> namespace create sales',
    '<%= config.bin %> namespace create sales.emea --property owner=finance',
  ]
  static override args = {namespace: namespaceArg}
  static override flags = {
    property: Flags.string({summary: 'property, as key=value; may be given several times', multiple: true, helpValue: '<key=value>'}),
    'dry-run': writeFlags['dry-run'],
  }

  async run() {
    const {args, flags} = await this.parse(NamespaceCreate)
    const namespace = parseNamespace(args.namespace)
    const properties = parsePairs(flags.property)
    const catalog = await this.openCatalog()
    if (!flags['dry-run']) await catalog.createNamespace(namespace, properties)
    this.log(`${flags['dry-run'] ? 'create' : 'created'} namespace ${args.namespace} in catalog ${catalog.name}`)
    return {namespace: args.namespace, outcome: flags['dry-run'] ? ('planned' as const) : ('done' as const)}
  }
}
