import {Args, Flags} from '@oclif/core'
import {refFlag} from '@phlo/core/command'
import {findSnapshot, scanChanges} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {SNAPSHOT_NAMES} from '../../ref-flags.js'
import {columnList, rowFlags, SHOWN, wantedRows} from '../../row-flags.js'
import {type RowsWritten, writeRows} from '../../write-rows.js'

export default class SnapshotChanges extends IcebergCommand<RowsWritten> {
  static override summary = 'Shows which rows were inserted, deleted and updated between two snapshots.'
  static override description =
    'Each row says what happened (_change_type), in which of the snapshots (_change_ordinal, counted from 0) and its id. Rows that were only copied to another file are left out, and so are snapshots that replace files. Rows that deletes took away are told as they were.'
  static override examples = [
    '<%= config.bin %> snapshot changes sales.orders 2026-01-31 main',
    '<%= config.bin %> snapshot changes sales.orders 2026-01-31 --net --identifier id --output changes.jsonl',
    '<%= config.bin %> snapshot changes sales.orders --where "country = \'CH\'" --limit 100',
  ]
  static override args = {
    table: tableArg,
    from: Args.string({description: `the changes after this: ${SNAPSHOT_NAMES}; default: from the beginning`}),
    to: Args.string({description: 'the changes up to and with this; default: the head of main, or of --ref'}),
  }
  static override flags = {
    ref: refFlag,
    net: Flags.boolean({summary: 'only what is left of all changes together'}),
    identifier: Flags.string({summary: 'columns that identify a row, so that updates are told as such', helpValue: '<a,b>'}),
    ...rowFlags,
  }

  async run(): Promise<RowsWritten> {
    const {args, flags} = await this.parse(SnapshotChanges)
    const table = await this.openIcebergTable(args.table)
    const {signal} = await this.operationContext()
    const {options, format, isCut} = wantedRows(flags, this.jsonEnabled())
    const batches = scanChanges(table, {
      ...options,
      ...(args.from !== undefined && {from: findSnapshot(table, args.from)}),
      ...(args.to !== undefined && {to: findSnapshot(table, args.to)}),
      ...(flags.identifier !== undefined && {identifier: columnList(flags.identifier)}),
      net: flags.net,
      signal,
    })
    const result = await writeRows(batches, format, flags.output, this.surroundings.cwd)
    if (result.rows === 0 && !this.jsonEnabled()) this.note('Nothing changed between the two.')
    if (isCut && result.rows === SHOWN) this.note(`Only the first ${SHOWN} rows are shown; --limit shows more.`)
    return result
  }
}
