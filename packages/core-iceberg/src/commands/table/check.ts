import {Flags} from '@oclif/core'
import {ExitCode, formatCount, hasCode} from '@phlo/core'
import {refFlag} from '@phlo/core/command'
import {checkTable, type Finding, type Severity} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {findingText} from '../../views/check.js'

interface CheckResult extends Readonly<Record<`${Severity}s`, number>> {
  readonly table: string
  readonly findings: readonly Finding[]
}

const plural = (count: number, what: Severity) => `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`

export default class TableCheck extends IcebergCommand<CheckResult> {
  static override summary = 'Checks a table from its metadata to its files, and changes nothing.'
  static override description =
    `Reads the metadata, the manifest list, every manifest and the length of every file; with --data also every Parquet footer, position delete file and deletion vector. Each finding names what it is about and, where there is one, the command that mends it.

Exits with 1 when there is an error; warnings and notes do not change the exit code. Files that nothing refers to are found by "table vacuum".`
  static override examples = [
    '<%= config.bin %> table check sales.orders',
    '<%= config.bin %> table check sales.orders --data --all-snapshots --json',
  ]
  static override args = {table: tableArg}
  static override flags = {
    ref: refFlag,
    data: Flags.boolean({summary: 'also open every file, and compare what is in it with the manifests'}),
    'all-snapshots': Flags.boolean({summary: 'check every snapshot of the table beside the head'}),
  }

  async run(): Promise<CheckResult> {
    const {args, flags} = await this.parse(TableCheck)
    const findings: Finding[] = []
    for await (const finding of this.#findings(args.table, {data: flags.data, allSnapshots: flags['all-snapshots']})) {
      findings.push(finding)
      this.log(findingText(finding))
    }
    const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length
    const [errors, warnings, notes] = [count('error'), count('warning'), count('note')]
    this.log(
      findings.length === 0
        ? `${args.table} is as it should be`
        : [plural(errors, 'error'), plural(warnings, 'warning'), plural(notes, 'note')].join(', '),
    )
    if (errors > 0) process.exitCode = ExitCode.failed
    return {table: args.table, errors, warnings, notes, findings}
  }

  /** Metadata that is missing or contradicts itself is the first thing to be found, and the last: there is no table to be checked then. */
  async *#findings(name: string, options: {readonly data: boolean; readonly allSnapshots: boolean}): AsyncIterable<Finding> {
    const table = await this.openIcebergTable(name).catch((error: unknown) => {
      if (!hasCode(error, 'METADATA_CORRUPT') && !hasCode(error, 'FILE_NOT_FOUND')) throw error
      return {severity: 'error', code: error.code, subject: name, message: error.message} as const
    })
    if ('severity' in table) yield table
    else yield* checkTable(table, options, await this.operationContext())
  }
}
