import {writeFlags} from '@phlo/core/command'
import {deleteRef} from '@phlo/iceberg'
import {tableArg} from '../../../arguments.js'
import {IcebergCommand} from '../../../iceberg-command.js'
import {branchArg} from '../../../ref-flags.js'
import {refsView} from '../../../views/change-refs.js'

export default class SnapshotBranchDelete extends IcebergCommand<unknown> {
  static override summary = 'Deletes a branch of a table.'
  static override description = 'Never main. What only the branch reached stays until it expires.'
  static override examples = ['<%= config.bin %> snapshot branch delete sales.orders audit --yes']
  static override args = {table: tableArg, branch: branchArg}
  static override flags = writeFlags

  async run() {
    const {args} = await this.parse(SnapshotBranchDelete)
    return this.runOperation(deleteRef, args.table, {type: 'branch', name: args.branch}, refsView)
  }
}
