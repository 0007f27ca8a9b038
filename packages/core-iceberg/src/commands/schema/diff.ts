import {Args, Flags} from '@oclif/core'
import {ExitCode} from '@phlo/core'
import {refFlag} from '@phlo/core/command'
import {compatibilityOf, diffSchemas} from '@phlo/iceberg'
import {layoutDifferences} from '../../schema/layout-differences.js'
import {SchemaCommand} from '../../schema/schema-command.js'
import {comparison, SCHEMA_NAMES} from '../../schema/sides.js'
import {diffMarkdown, diffSql, diffText, type SchemaComparison} from '../../views/schema-diff.js'

export default class SchemaDiff extends SchemaCommand<SchemaComparison> {
  static override summary = 'Compares two schemas: of tables, branches, snapshots, times, or files of any schema format.'
  static override description =
    'Schemas of one table are compared by field id, so that a renamed column is seen as that; others by name. Backward means that what reads with the right schema can read rows of the left one, forward the other way round.'
  static override examples = [
    '<%= config.bin %> schema diff sales.orders @2026-01-31',
    '<%= config.bin %> schema diff sales.orders@main @dev --exit-code',
    '<%= config.bin %> schema diff sales.orders#0 sales.orders --format sql --dialect trino',
    '<%= config.bin %> schema diff contracts/orders.avsc sales.orders --exit-code',
    '<%= config.bin %> schema diff contracts/orders.odcs.yaml sales.orders',
  ]
  static override args = {
    left: Args.string({description: SCHEMA_NAMES, required: true}),
    right: Args.string({description: 'the same of the schema to compare with; @… and #… alone are of the same table', required: true}),
  }
  static override flags = {
    ref: refFlag,
    format: Flags.option({options: ['text', 'markdown', 'sql'] as const})({
      summary: 'text, markdown, or the DDL that makes the left schema the right one',
      default: 'text',
    }),
    dialect: Flags.option({options: ['spark', 'trino'] as const})({summary: 'of --format sql', default: 'spark'}),
    'by-name': Flags.boolean({summary: 'compare by name, even where ids say which column is which'}),
    'exit-code': Flags.boolean({summary: 'exit with 1 when they differ'}),
  }

  async run(): Promise<SchemaComparison> {
    const {args, flags} = await this.parse(SchemaDiff)
    const left = await this.schemaSide(args.left)
    const right = await this.schemaSide(args.right, args.left)
    const options = flags['by-name'] ? {byId: false} : comparison(left, right)
    const columns = diffSchemas(left.schema, right.schema, options)
    const table = layoutDifferences(left.document, right.document)
    const compatibility = compatibilityOf(left.schema, right.schema, options)
    const result = {
      left: left.label,
      right: right.label,
      identical: columns.length === 0 && table.length === 0,
      columns,
      table,
      compatibility,
    }
    if (flags.format === 'sql') this.log(diffSql(left, right, options, flags.dialect))
    else if (flags.format === 'markdown') this.log(diffMarkdown(result))
    else this.log(diffText(result, process.stdout.isTTY))
    for (const {label, losses} of [left, right]) this.noteLosses(label, losses)
    if (flags['exit-code'] && !result.identical) process.exitCode = ExitCode.failed
    return result
  }
}
