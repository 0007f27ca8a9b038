import {Flags} from '@oclif/core'
import {formatBytes} from '@phlo/core'
import {formatTable, refFlag} from '@phlo/core/command'
import {type FileRow, liveFiles} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

export default class TableFiles extends IcebergCommand<{files: readonly FileRow[]; truncated: boolean}> {
  static override summary = 'Lists the live data and delete files of a table.'
  static override examples = [
    '<%= config.bin %> table files sales.orders --limit 20',
    '<%= config.bin %> table files sales.orders --ref audit --json',
  ]
  static override args = {table: tableArg}
  static override flags = {
    ref: refFlag,
    limit: Flags.integer({summary: 'no more than this many', min: 1, helpValue: '<n>'}),
  }

  async run() {
    const {args, flags} = await this.parse(TableFiles)
    const limit = flags.limit ?? Number.POSITIVE_INFINITY
    const files: FileRow[] = []
    let truncated = false
    for await (const file of liveFiles(await this.openIcebergTable(args.table))) {
      truncated = files.length === limit
      if (truncated) break
      files.push(file)
    }
    this.log(
      formatTable(files, [
        {header: 'content', value: ({content}) => content},
        {header: 'partition', value: ({partition}) => partition},
        {header: 'rows', value: ({records}) => records},
        {header: 'size', value: ({size}) => formatBytes(size)},
        {header: 'sequence', value: ({sequenceNumber}) => sequenceNumber},
        {header: 'file', value: ({path}) => path},
      ]),
    )
    if (truncated) this.note(`Only the first ${limit} files are shown.`)
    return {files, truncated}
  }
}
