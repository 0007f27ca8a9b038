import {Flags} from '@oclif/core'
import {writeFlags} from '@phlo/core/command'
import {fastForward} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {branchArg} from '../../ref-flags.js'
import {refsView} from '../../views/change-refs.js'

export default class SnapshotFastForward extends IcebergCommand<unknown> {
  static override summary = 'Moves a branch forward to another one that has all its commits.'
  static override examples = ['<%= config.bin %> snapshot fast-forward sales.orders main --to audit']
  static override args = {table: tableArg, branch: branchArg}
  static override flags = {
    ...writeFlags,
    to: Flags.string({summary: 'a branch, a tag, or the id of a snapshot', required: true, helpValue: '<ref>'}),
  }

  async run() {
    const {args, flags} = await this.parse(SnapshotFastForward)
    return this.runOperation(fastForward, args.table, {branch: args.branch, to: flags.to}, refsView)
  }
}
