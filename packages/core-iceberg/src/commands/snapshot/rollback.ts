import {Args} from '@oclif/core'
import {refFlag, writeFlags} from '@phlo/core/command'
import {rollback} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

export default class SnapshotRollback extends IcebergCommand<unknown> {
  static override summary = 'Makes an earlier snapshot the head of a branch again.'
  static override description = 'Only an ancestor of the branch will do. Nothing is deleted: the snapshots after it stay until they expire.'
  static override examples = ['<%= config.bin %> snapshot rollback sales.orders 3051729675574597004 --dry-run']
  static override args = {table: tableArg, snapshot: Args.string({description: 'id of the snapshot', required: true})}
  static override flags = {...writeFlags, ref: refFlag}

  async run() {
    const {args} = await this.parse(SnapshotRollback)
    return this.runOperation(rollback, args.table, {snapshotId: args.snapshot})
  }
}
