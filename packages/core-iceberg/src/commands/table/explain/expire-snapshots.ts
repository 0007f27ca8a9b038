import {Flags} from '@oclif/core'
import {refFlag} from '@phlo/core/command'
import {expireSnapshots} from '@phlo/iceberg'
import {tableArg} from '../../../arguments.js'
import {expireFlags, expireOptions} from '../../../expire-flags.js'
import {ExplainCommand} from '../../../explain-command.js'

export default class TableExplainExpireSnapshots extends ExplainCommand {
  static override summary = 'Says of each snapshot why it would stay or expire.'
  static override examples = ['<%= config.bin %> table explain expire-snapshots sales.orders --older-than 7d']
  static override args = {table: tableArg}
  static override flags = {...expireFlags, ref: refFlag, touched: Flags.boolean({summary: 'only what would expire'})}

  async run() {
    const {args, flags} = await this.parse(TableExplainExpireSnapshots)
    return this.explain(expireSnapshots, args.table, expireOptions(flags), flags)
  }
}
