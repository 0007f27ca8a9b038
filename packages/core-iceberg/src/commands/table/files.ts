import {Flags} from '@oclif/core'
import {refFlag} from '@phlo/core/command'
import {type FileRow, liveFiles} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {filesTable, PAGE} from '../../views/files.js'

/** The files are returned for `--json` alone: there may be more than fit into memory together with what is printed. */
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
    const layOut = filesTable()
    const files: FileRow[] = []
    let page: FileRow[] = []
    let count = 0
    let truncated = false
    const show = () => {
      if (this.jsonEnabled()) for (const file of page) files.push(file)
      else this.log(layOut(page))
      page = []
    }
    for await (const file of liveFiles(await this.openIcebergTable(args.table))) {
      truncated = count === limit
      if (truncated) break
      page.push(file)
      count += 1
      if (page.length === PAGE) show()
    }
    if (page.length > 0 || count === 0) show()
    if (truncated) this.note(`Only the first ${limit} files are shown.`)
    return {files, truncated}
  }
}
