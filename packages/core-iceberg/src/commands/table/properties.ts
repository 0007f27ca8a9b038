import {Flags} from '@oclif/core'
import {formatKeyValues, refFlag, writeFlags} from '@phlo/core/command'
import {changeProperties} from '@phlo/iceberg'
import {parsePairs, tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

interface PropertiesResult {
  readonly outcome: 'shown' | 'planned' | 'done'
  readonly properties: Readonly<Record<string, string>>
}

export default class TableProperties extends IcebergCommand<PropertiesResult> {
  static override summary = 'Shows, sets and removes table properties.'
  static override examples = [
    '<%= config.bin %> table properties sales.orders',
    '<%= config.bin %> table properties sales.orders --set write.target-file-size-bytes=268435456 --remove comment',
  ]
  static override args = {table: tableArg}
  static override flags = {
    ref: refFlag,
    set: Flags.string({summary: 'set a property, as key=value; may be given several times', multiple: true, helpValue: '<key=value>'}),
    remove: Flags.string({summary: 'remove a property; may be given several times', multiple: true, helpValue: '<key>'}),
    'dry-run': writeFlags['dry-run'],
  }

  async run(): Promise<PropertiesResult> {
    const {args, flags} = await this.parse(TableProperties)
    const changes = {set: parsePairs(flags.set), remove: flags.remove ?? []}
    const table = await this.openIcebergTable(args.table)
    const isChange = Object.keys(changes.set).length + changes.remove.length > 0
    if (!isChange) return this.#show('shown', table.properties)
    if (flags['dry-run']) {
      const kept = Object.entries(table.properties).filter(([key]) => !changes.remove.includes(key))
      return this.#show('planned', {...Object.fromEntries(kept), ...changes.set})
    }
    return this.#show('done', (await changeProperties(table, changes, await this.operationContext())).properties)
  }

  #show(outcome: PropertiesResult['outcome'], properties: PropertiesResult['properties']): PropertiesResult {
    if (Object.keys(properties).length > 0) this.log(formatKeyValues(properties))
    else this.note('The table has no properties.')
    return {outcome, properties}
  }
}
