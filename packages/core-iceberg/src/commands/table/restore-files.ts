import {Args} from '@oclif/core'
import {formatBytes, formatCount, formatTableName} from '@phlo/core'
import {formatTable, writeFlags} from '@phlo/core/command'
import {listQuarantine, type QuarantineEntry, type Removed, restoreFiles} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

type RestoreResult =
  | {readonly outcome: 'listed' | 'planned'; readonly removals: readonly QuarantineEntry[]}
  | ({readonly outcome: 'done'} & Removed)

export default class TableRestoreFiles extends IcebergCommand<RestoreResult> {
  static override summary = 'Brings files back that vacuum or expire-snapshots moved to quarantine.'
  static override description = 'Without an id it lists what is in quarantine. A file whose place was taken stays there and is named.'
  static override examples = [
    '<%= config.bin %> table restore-files sales.orders',
    '<%= config.bin %> table restore-files sales.orders 7b1f0c7e-3a53-4b76-8f0e-2f2b6f5d7a11',
  ]
  static override args = {table: tableArg, id: Args.string({description: 'the removal to take back'})}
  static override flags = {'dry-run': writeFlags['dry-run']}

  async run(): Promise<RestoreResult> {
    const {args, flags} = await this.parse(TableRestoreFiles)
    const table = await this.openIcebergTable(args.table)
    if (args.id === undefined || flags['dry-run']) {
      const all = await listQuarantine(table)
      const removals = args.id === undefined ? all : all.filter(({id}) => id === args.id)
      if (removals.length === 0) this.note(`The quarantine of ${formatTableName(table.name)} is empty.`)
      else
        this.log(
          formatTable(removals, [
            {header: 'id', value: ({id}) => id},
            {header: 'removed', value: ({createdAt}) => createdAt},
            {header: 'files', value: ({files}) => files},
            {header: 'size', value: ({bytes}) => formatBytes(bytes)},
          ]),
        )
      return {outcome: args.id === undefined ? 'listed' : 'planned', removals}
    }
    const restored = await restoreFiles(table, args.id, await this.operationContext())
    this.log(`restored ${formatCount(restored.removed)} files (${formatBytes(restored.bytes)})`)
    for (const {path, error} of restored.failed) this.warn(`${path} stays in quarantine: ${error}`)
    if (restored.failed.length > 0) process.exitCode = 1
    return {outcome: 'done', ...restored}
  }
}
