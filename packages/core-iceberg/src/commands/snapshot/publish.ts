import {Args} from '@oclif/core'
import {refFlag, writeFlags} from '@phlo/core/command'
import {publish} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {pickView} from '../../views/pick.js'

export default class SnapshotPublish extends IcebergCommand<unknown> {
  static override summary = 'Publishes the snapshot that a writer staged under a WAP id.'
  static override description =
    'Write, audit, publish: a writer with wap.id set stages a snapshot that no branch has; this makes its changes on the head of a branch, as cherry-pick does.'
  static override examples = ['<%= config.bin %> snapshot publish sales.orders nightly-2026-01-31 --dry-run']
  static override args = {table: tableArg, 'wap-id': Args.string({description: 'the wap.id of the snapshot', required: true})}
  static override flags = {...writeFlags, ref: refFlag}

  async run() {
    const {args} = await this.parse(SnapshotPublish)
    return this.runOperation(publish, args.table, {wapId: args['wap-id']}, pickView)
  }
}
