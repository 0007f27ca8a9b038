import {Args} from '@oclif/core'
import {refFlag, writeFlags} from '@phlo/core/command'
import {cherryPick} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {pickView} from '../../views/pick.js'

export default class SnapshotCherryPick extends IcebergCommand<unknown> {
  static override summary = 'Makes the changes of one snapshot on the head of a branch.'
  static override description =
    'An append can be picked anywhere; a dynamic overwrite where nothing landed in its partitions since; anything else only where the branch is at its parent. No data file is read or written.'
  static override examples = [
    '<%= config.bin %> snapshot cherry-pick sales.orders 3051729675574597004 --dry-run',
    '<%= config.bin %> snapshot cherry-pick sales.orders audit --yes',
  ]
  static override args = {
    table: tableArg,
    snapshot: Args.string({description: 'id of the snapshot, or the branch or tag that it is the head of', required: true}),
  }
  static override flags = {...writeFlags, ref: refFlag}

  async run() {
    const {args} = await this.parse(SnapshotCherryPick)
    return this.runOperation(cherryPick, args.table, {snapshot: args.snapshot}, pickView)
  }
}
