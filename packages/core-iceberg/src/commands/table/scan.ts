import {Flags} from '@oclif/core'
import {refFlag} from '@phlo/core/command'
import {scanRecordBatches, snapshotWithId} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {rowFlags, SHOWN, wantedRows} from '../../row-flags.js'
import {type RowsWritten, writeRows} from '../../write-rows.js'

export default class TableScan extends IcebergCommand<RowsWritten> {
  static override summary = 'Reads rows of a table.'
  static override description =
    `Shows the first ${SHOWN} rows unless --limit or --output is given. A condition is that of a WHERE clause on columns and literals.`
  static override examples = [
    '<%= config.bin %> table scan sales.orders --columns id,amount --where "at >= \'2026-01-01\'" --limit 50',
    '<%= config.bin %> table scan sales.orders --snapshot-id 3051729675574597004 --output orders.arrow',
  ]
  static override args = {table: tableArg}
  static override flags = {
    ref: refFlag,
    'snapshot-id': Flags.string({summary: 'read this snapshot', exclusive: ['ref'], helpValue: '<id>'}),
    ...rowFlags,
  }

  async run(): Promise<RowsWritten> {
    const {args, flags} = await this.parse(TableScan)
    const table = await this.openIcebergTable(args.table)
    const {signal} = await this.operationContext()
    const snapshot = flags['snapshot-id'] === undefined ? undefined : snapshotWithId(table, flags['snapshot-id'])
    const {options, format, isCut} = wantedRows(flags, this.jsonEnabled())
    const batches = scanRecordBatches(table, {...options, signal, ...(snapshot && {snapshot})})
    const result = await writeRows(batches, format, flags.output, this.surroundings.cwd)
    if (isCut && result.rows === SHOWN) this.note(`Only the first ${SHOWN} rows are shown; --limit shows more.`)
    return result
  }
}
