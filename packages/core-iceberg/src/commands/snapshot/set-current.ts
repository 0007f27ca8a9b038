import {Flags} from '@oclif/core'
import {refFlag, writeFlags} from '@phlo/core/command'
import {setCurrent} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {SNAPSHOT_NAMES} from '../../ref-flags.js'
import {refsView} from '../../views/change-refs.js'

export default class SnapshotSetCurrent extends IcebergCommand<unknown> {
  static override summary = 'Makes any snapshot of a table the head of a branch, an ancestor or not.'
  static override description = 'Nothing is deleted: what the branch no longer reaches stays until it expires.'
  static override examples = ['<%= config.bin %> snapshot set-current sales.orders --to 3051729675574597004 --dry-run']
  static override args = {table: tableArg}
  static override flags = {
    ...writeFlags,
    ref: refFlag,
    to: Flags.string({summary: SNAPSHOT_NAMES, required: true, helpValue: '<snapshot>'}),
  }

  async run() {
    const {args, flags} = await this.parse(SnapshotSetCurrent)
    return this.runOperation(setCurrent, args.table, {to: flags.to}, refsView)
  }
}
