import {Flags} from '@oclif/core'
import {usage} from '@phlo/core'
import {writeFlags} from '@phlo/core/command'
import {namespaceArg, parseNamespace, parsePairs} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

interface SetResult {
  readonly namespace: string
  readonly outcome: 'planned' | 'done'
  readonly set: Readonly<Record<string, string>>
  readonly removed: readonly string[]
}

export default class NamespaceSet extends IcebergCommand<SetResult> {
  static override summary = 'Sets and removes properties of a namespace.'
  static override examples = ['<%= config.bin %> namespace set sales --property owner=finance --remove comment']
  static override args = {namespace: namespaceArg}
  static override flags = {
    property: Flags.string({summary: 'set a property, as key=value; may be given several times', multiple: true, helpValue: '<key=value>'}),
    remove: Flags.string({summary: 'remove a property; may be given several times', multiple: true, helpValue: '<key>'}),
    'dry-run': writeFlags['dry-run'],
  }

  async run(): Promise<SetResult> {
    const {args, flags} = await this.parse(NamespaceSet)
    const changes = {set: parsePairs(flags.property), remove: flags.remove ?? []}
    const count = Object.keys(changes.set).length + changes.remove.length
    if (count === 0) throw usage('NOTHING_TO_SET', 'Nothing to set: give --property key=value or --remove key.')
    const namespace = parseNamespace(args.namespace)
    const catalog = await this.openCatalog()
    if (flags['dry-run']) await catalog.getNamespaceProperties(namespace)
    else await catalog.setNamespaceProperties(namespace, changes)
    this.log(`${flags['dry-run'] ? 'change' : 'changed'} ${count} properties of namespace ${args.namespace}`)
    return {namespace: args.namespace, outcome: flags['dry-run'] ? 'planned' : 'done', set: changes.set, removed: changes.remove}
  }
}
