import {Flags} from '@oclif/core'
import {ExitCode, formatTableName, PhloError, usage} from '@phlo/core'
import {outputFlag, refFlag} from '@phlo/core/command'
import {type IcebergTable, type Snapshot, scanRecordBatches, snapshotById} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {type ScanFormat, writeRows} from '../../write-rows.js'

const SHOWN = 20

interface ScanResult {
  readonly rows: number
  readonly output: string | null
  /** With --json and no --output. */
  readonly data?: readonly unknown[]
}

export default class TableScan extends IcebergCommand<ScanResult> {
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
    columns: Flags.string({summary: 'columns to read, separated by commas', helpValue: '<a,b>'}),
    where: Flags.string({summary: 'only rows that match', helpValue: '<predicate>'}),
    limit: Flags.integer({summary: `no more rows than this; default: ${SHOWN} on the terminal, all into a file`, min: 0, helpValue: '<n>'}),
    format: Flags.option({options: ['table', 'csv', 'jsonl', 'arrow'] as const})({
      summary: 'form of the rows; default: table, or that of the file’s name',
    }),
    output: outputFlag,
  }

  async run(): Promise<ScanResult> {
    const {args, flags} = await this.parse(TableScan)
    const table = await this.openIcebergTable(args.table)
    const {signal} = await this.operationContext()
    const isOpen = flags.output === undefined && flags.limit === undefined && (flags.format ?? 'table') === 'table'
    const limit = isOpen ? SHOWN : flags.limit
    const snapshot = flags['snapshot-id'] === undefined ? undefined : snapshotOf(table, flags['snapshot-id'])
    const batches = scanRecordBatches(table, {
      signal,
      ...(flags.columns !== undefined && {columns: columnList(flags.columns)}),
      ...(flags.where !== undefined && {where: flags.where}),
      ...(limit !== undefined && {limit}),
      ...(snapshot && {snapshot}),
    })
    const format: ScanFormat = this.jsonEnabled() && flags.output === undefined ? 'json' : (flags.format ?? formatOf(flags.output))
    const result = await writeRows(batches, format, flags.output, this.surroundings.cwd)
    if (isOpen && result.rows === SHOWN) this.note(`Only the first ${SHOWN} rows are shown; --limit shows more.`)
    return result
  }
}

function columnList(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.some((name) => name === ''))
    throw usage('INVALID_COLUMNS', `${JSON.stringify(text)} is not a list of columns separated by commas.`)
  return names
}

function snapshotOf(table: IcebergTable, id: string): Snapshot {
  const snapshot = /^\d+$/.test(id) ? snapshotById(table.metadata, BigInt(id)) : undefined
  if (snapshot) return snapshot
  throw new PhloError(`${formatTableName(table.name)} has no snapshot ${id}.`, {
    code: 'SNAPSHOT_NOT_FOUND',
    exit: ExitCode.usage,
    suggestions: [`phlo snapshot list ${formatTableName(table.name)}`],
  })
}

function formatOf(output: string | undefined): ScanFormat {
  if (output === undefined) return 'table'
  const ending = /\.(csv|jsonl|arrow)$/i.exec(output)?.[1]?.toLowerCase()
  if (ending === undefined)
    throw usage('INVALID_OUTPUT', `The form of ${output} is not known by its name.`, ['--format arrow', '--format csv', '--format jsonl'])
  return ending as ScanFormat
}
