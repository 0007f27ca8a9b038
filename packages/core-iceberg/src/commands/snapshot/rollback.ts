import {Args, Flags} from '@oclif/core'
import {usage} from '@phlo/core'
import {refFlag, writeFlags} from '@phlo/core/command'
import {rollback} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {SNAPSHOT_NAMES} from '../../ref-flags.js'
import {refsView} from '../../views/change-refs.js'

export default class SnapshotRollback extends IcebergCommand<unknown> {
  static override summary = 'Makes an earlier snapshot the head of a branch again.'
  static override description =
    'Only an ancestor of the branch will do; for a time it is the latest one that was current before it. Nothing is deleted: the snapshots after it stay until they expire.'
  static override examples = [
    '<%= config.bin %> snapshot rollback sales.orders 3051729675574597004 --dry-run',
    '<%= config.bin %> snapshot rollback sales.orders --to 2026-01-31T12:00:00Z',
    '<%= config.bin %> snapshot rollback sales.orders --to before-migration --yes',
  ]
  static override args = {table: tableArg, snapshot: Args.string({description: 'the same as --to'})}
  static override flags = {
    ...writeFlags,
    ref: refFlag,
    to: Flags.string({summary: SNAPSHOT_NAMES, helpValue: '<snapshot>'}),
  }

  async run() {
    const {args, flags} = await this.parse(SnapshotRollback)
    const to = flags.to ?? args.snapshot
    if (to === undefined || (flags.to !== undefined && args.snapshot !== undefined)) {
      throw usage('USAGE', `Say once where ${args.table} is to be rolled back to.`, [
        `phlo snapshot rollback ${args.table} --to <snapshot>`,
        `phlo snapshot list ${args.table} --ancestors`,
      ])
    }
    return this.runOperation(rollback, args.table, {to}, refsView)
  }
}
