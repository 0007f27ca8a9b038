import {vacuum} from '@phlo/iceberg'
import {tableArg} from '../../../arguments.js'
import {ExplainCommand, explainFlags} from '../../../explain-command.js'
import {vacuumFlags, vacuumOptions} from '../../../vacuum-flags.js'

export default class TableExplainVacuum extends ExplainCommand {
  static override summary = 'Says of each file in the table’s location why vacuum would or would not delete it.'
  static override examples = [
    '<%= config.bin %> table explain vacuum sales.orders --touched',
    '<%= config.bin %> table explain vacuum sales.orders --file x.parquet',
  ]
  static override args = {table: tableArg}
  static override flags = {...explainFlags, ...vacuumFlags}

  async run() {
    const {args, flags} = await this.parse(TableExplainVacuum)
    return this.explain(vacuum, args.table, vacuumOptions(flags, this.surroundings.cwd), flags)
  }
}
