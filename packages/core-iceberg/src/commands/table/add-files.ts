import {Args, Flags} from '@oclif/core'
import {refFlag, writeFlags} from '@phlo/core/command'
import {addFiles} from '@phlo/iceberg'
import {parsePairs, pathOrUri, tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {addFilesView} from '../../views/add-files.js'

export default class TableAddFiles extends IcebergCommand<unknown> {
  static override summary = 'Makes existing Parquet files data files of a table, without copying them.'
  static override description =
    'As Spark’s add_files, but safer: each file’s footer is read first, and a file that does not fit the table (a column it does not know, another type, a null in a required column, rows of several partitions) is refused before anything is written. Columns are found by field id, else by name. Partitions come from folders key=value, else from the bounds in the footers. The files are the table’s from then on: what deletes its files deletes them.'
  static override examples = [
    '<%= config.bin %> table add-files sales.orders /data/orders --dry-run',
    '<%= config.bin %> table add-files sales.orders s3://landing/orders --partition-filter day=2026-01-31 --yes',
  ]
  static override strict = false
  static override args = {
    table: tableArg,
    sources: Args.string({description: 'Parquet files, or folders of them; several may be given', required: true}),
  }
  static override flags = {
    ...writeFlags,
    ref: refFlag,
    'partition-filter': Flags.string({
      summary: 'only files in the folder key=value; may be given several times',
      multiple: true,
      helpValue: '<key=value>',
    }),
    'check-duplicates': Flags.boolean({summary: 'refuse files that are in the table already', default: true, allowNo: true}),
  }

  async run() {
    const {args, argv, flags} = await this.parse(TableAddFiles)
    const sources = (argv as string[]).slice(1).map((path) => pathOrUri(this.surroundings.cwd, path))
    const options = {
      sources,
      partitionFilter: parsePairs(flags['partition-filter']),
      checkDuplicates: flags['check-duplicates'],
    }
    return this.runOperation(addFiles, args.table, options, addFilesView)
  }
}
