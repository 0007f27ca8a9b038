import {refused} from '@phlo/core'
import {writeFlags} from '@phlo/core/command'
import {namespaceArg, parseNamespace} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

export default class NamespaceDrop extends IcebergCommand<{namespace: string; outcome: 'planned' | 'done'}> {
  static override summary = 'Drops a namespace that has no tables.'
  static override examples = ['<%= config.bin %> namespace drop sales --yes']
  static override args = {namespace: namespaceArg}
  static override flags = {'dry-run': writeFlags['dry-run'], yes: writeFlags.yes}

  async run() {
    const {args, flags} = await this.parse(NamespaceDrop)
    const namespace = parseNamespace(args.namespace)
    const catalog = await this.openCatalog()
    await catalog.getNamespaceProperties(namespace)
    if (flags['dry-run']) {
      this.log(`drop namespace ${args.namespace} from catalog ${catalog.name}`)
      return {namespace: args.namespace, outcome: 'planned' as const}
    }
    if (!(await this.confirm(`Drop namespace ${args.namespace} from catalog ${catalog.name}.`))) {
      throw refused('NOT_CONFIRMED', 'Not confirmed; nothing was changed.')
    }
    await catalog.dropNamespace(namespace)
    this.log(`dropped namespace ${args.namespace}`)
    return {namespace: args.namespace, outcome: 'done' as const}
  }
}
