import {Args, Flags} from '@oclif/core'
import {ExitCode, usage} from '@phlo/core'
import {formatTable, refFlag} from '@phlo/core/command'
import {currentSchema, type IcebergTable} from '@phlo/iceberg'
import {type Misfit, misfitsOf} from '../../schema/misfits.js'
import {SchemaCommand} from '../../schema/schema-command.js'
import {comparison, SCHEMA_NAMES} from '../../schema/sides.js'

interface Validated {
  readonly source: string
  readonly fits: boolean
  readonly findings: readonly Misfit[]
}

export default class SchemaValidate extends SchemaCommand<{against: string; fits: boolean; sources: readonly Validated[]}> {
  static override summary = 'Says whether files, or other tables, would fit into a table, before anybody appends them.'
  static override description =
    'Columns are found by field id in files that have ids, and by name in others. A file that does not fit makes the command exit with 1; columns that the table does not have are told, and no obstacle.'
  static override examples = [
    '<%= config.bin %> schema validate new/*.parquet --against sales.orders',
    '<%= config.bin %> schema validate orders.avsc --against sales.orders --json',
  ]
  static override strict = false
  static override args = {
    source: Args.string({
      description: `files of a schema format or of data (.parquet), or names as others take them: ${SCHEMA_NAMES}`,
      required: true,
    }),
  }
  static override flags = {
    ref: refFlag,
    against: Flags.string({summary: 'the table that they are to fit into', required: true, helpValue: '<table>'}),
  }

  async run() {
    const {argv, flags} = await this.parse(SchemaValidate)
    const table: IcebergTable = await this.openIcebergTable(flags.against)
    const schema = currentSchema(table.metadata)
    const names = argv.map(String)
    if (names.length === 0) throw usage('INVALID_OPTION', 'Name at least one file or table.')
    const sources: Validated[] = []
    for (const source of names) {
      const side = await this.schemaSide(source)
      this.noteLosses(source, side.losses)
      const findings = misfitsOf(side.schema, schema, comparison(side, {hasIds: true, table}))
      sources.push({source, fits: findings.every(({severity}) => severity === 'note'), findings})
    }
    const fits = sources.every((one) => one.fits)
    for (const {source, fits: isFine, findings} of sources) {
      this.log(`${source}: ${isFine ? 'fits' : 'does not fit'} into ${flags.against}`)
      if (findings.length === 0) continue
      const lines = formatTable(findings, [
        {header: 'severity', value: ({severity}) => severity},
        {header: 'column', value: ({column}) => column},
        {header: 'why', value: ({why}) => why},
      ])
      this.log(lines.replaceAll(/^/gm, '  '))
    }
    if (!fits) process.exitCode = ExitCode.failed
    return {against: flags.against, fits, sources}
  }
}
