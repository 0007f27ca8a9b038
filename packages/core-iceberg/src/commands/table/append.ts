import {Args} from '@oclif/core'
import {refFlag, writeFlags} from '@phlo/core/command'
import {append} from '@phlo/iceberg'
import {pathOrUri, tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {viewOf} from '../../views/index.js'

export default class TableAppend extends IcebergCommand<unknown> {
  static override summary = 'Appends the rows of Parquet or Arrow files to a table.'
  static override description =
    'Columns are matched by name; the rows are written anew, partitioned as the table is. All files are one commit. A column that the table does not have, or a null where it requires a value, is an error.'
  static override examples = [
    '<%= config.bin %> table append sales.orders orders.parquet',
    '<%= config.bin %> table append sales.orders day-*.parquet --ref audit --dry-run',
  ]
  static override strict = false
  static override args = {
    table: tableArg,
    files: Args.string({description: 'files to append (.parquet, .arrow); several may be given', required: true}),
  }
  static override flags = {...writeFlags, ref: refFlag}

  async run() {
    const {args, argv} = await this.parse(TableAppend)
    const files = (argv as string[]).slice(1).map((path) => pathOrUri(this.surroundings.cwd, path))
    return this.runOperation(append, args.table, {files}, viewOf('append'))
  }
}
