import {Args, Flags} from '@oclif/core'
import {refFlag} from '@phlo/core/command'
import {diffSnapshots, findSnapshot, type SnapshotDiff} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {SNAPSHOT_NAMES} from '../../ref-flags.js'
import {changedFiles, diffText} from '../../views/diff.js'

type Result = Omit<SnapshotDiff, 'files'> & Partial<Pick<SnapshotDiff, 'files'>>

export default class SnapshotDiffCommand extends IcebergCommand<Result> {
  static override summary = 'Shows what one snapshot has that another has not: files, rows, bytes and columns.'
  static override description =
    'The two may be any snapshots of the table, on any branches. Rows are those of the files; a row that a delete file takes away counts there. A time is one of main, or of --ref.'
  static override examples = [
    '<%= config.bin %> snapshot diff sales.orders main audit',
    '<%= config.bin %> snapshot diff sales.orders 2026-01-31 main --files --json',
  ]
  static override args = {
    table: tableArg,
    from: Args.string({description: SNAPSHOT_NAMES, required: true}),
    to: Args.string({description: 'the same of the snapshot to compare with', required: true}),
  }
  static override flags = {ref: refFlag, files: Flags.boolean({summary: 'list the files'})}

  async run(): Promise<Result> {
    const {args, flags} = await this.parse(SnapshotDiffCommand)
    const table = await this.openIcebergTable(args.table)
    const diff = await diffSnapshots(table, findSnapshot(table, args.from), findSnapshot(table, args.to))
    this.log(diffText(diff))
    if (flags.files && diff.files.length > 0) this.log(`\n${changedFiles(diff.files)}`)
    const {files, ...figures} = diff
    return flags.files ? {...figures, files} : figures
  }
}
