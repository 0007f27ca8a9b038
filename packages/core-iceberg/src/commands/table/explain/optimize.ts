import {optimize} from '@phlo/iceberg'
import {tableArg} from '../../../arguments.js'
import {ExplainCommand, explainFlags} from '../../../explain-command.js'
import {optimizeFlags, optimizeOptions} from '../../../optimize-flags.js'

export default class TableExplainOptimize extends ExplainCommand {
  static override summary = 'Says of each data file why optimize would or would not rewrite it.'
  static override examples = [
    '<%= config.bin %> table explain optimize sales.orders --partition at_month=2026-01',
    '<%= config.bin %> table explain optimize sales.orders --file 00003-0-1b2c.parquet',
  ]
  static override args = {table: tableArg}
  static override flags = {...explainFlags, ...optimizeFlags}

  async run() {
    const {args, flags} = await this.parse(TableExplainOptimize)
    return this.explain(optimize, args.table, optimizeOptions(flags), flags)
  }
}
