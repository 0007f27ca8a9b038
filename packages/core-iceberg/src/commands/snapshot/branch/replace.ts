import {refFlag, writeFlags} from '@phlo/core/command'
import {replaceRef} from '@phlo/iceberg'
import {tableArg} from '../../../arguments.js'
import {IcebergCommand} from '../../../iceberg-command.js'
import {branchArg, branchFlags, clearRetentionFlag, refOptions} from '../../../ref-flags.js'
import {refsView} from '../../../views/change-refs.js'

export default class SnapshotBranchReplace extends IcebergCommand<unknown> {
  static override summary = 'Moves a branch that exists to any snapshot, and sets its retention.'
  static override description = 'What only the branch reached stays until it expires.'
  static override examples = ['<%= config.bin %> snapshot branch replace sales.orders audit --at main --dry-run']
  static override args = {table: tableArg, branch: branchArg}
  static override flags = {...writeFlags, ref: refFlag, ...branchFlags, 'clear-retention': clearRetentionFlag}

  async run() {
    const {args, flags} = await this.parse(SnapshotBranchReplace)
    const clearing = flags['clear-retention'] ? {clearRetention: true} : {}
    return this.runOperation(replaceRef, args.table, {type: 'branch', name: args.branch, ...refOptions(flags), ...clearing}, refsView)
  }
}
