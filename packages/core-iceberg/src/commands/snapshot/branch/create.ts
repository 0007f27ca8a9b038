import {refFlag, writeFlags} from '@phlo/core/command'
import {createRef} from '@phlo/iceberg'
import {tableArg} from '../../../arguments.js'
import {IcebergCommand} from '../../../iceberg-command.js'
import {branchArg, branchFlags, refOptions} from '../../../ref-flags.js'
import {createRefView} from '../../../views/change-refs.js'

export default class SnapshotBranchCreate extends IcebergCommand<unknown> {
  static override summary = 'Makes a branch at a snapshot of a table.'
  static override description =
    'Nothing is copied: a branch is a name for a snapshot, and commits to it (--ref) do not touch main. One that exists is left alone.'
  static override examples = [
    '<%= config.bin %> snapshot branch create sales.orders audit --max-ref-age 30d',
    '<%= config.bin %> snapshot branch create sales.orders audit --at 2026-01-31T12:00:00Z --min-snapshots-to-keep 10',
  ]
  static override args = {table: tableArg, branch: branchArg}
  static override flags = {...writeFlags, ref: refFlag, ...branchFlags}

  async run() {
    const {args, flags} = await this.parse(SnapshotBranchCreate)
    return this.runOperation(createRef, args.table, {type: 'branch', name: args.branch, ...refOptions(flags)}, createRefView)
  }
}
