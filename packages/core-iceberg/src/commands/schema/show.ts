import {Flags} from '@oclif/core'
import {formatTableName} from '@phlo/core'
import {formatKeyValues, refFlag} from '@phlo/core/command'
import {tableArg} from '../../arguments.js'
import {documentOf} from '../../schema/document-of.js'
import {schemaFlags, variantFlags} from '../../schema/export-flags.js'
import {chooseFormat} from '../../schema/formats.js'
import {pickSchema} from '../../schema/pick-schema.js'
import {SchemaCommand} from '../../schema/schema-command.js'
import {schemaRows} from '../../schema/schema-rows.js'
import {lossText, writeSchema} from '../../schema/write-schema.js'
import {type SchemaRow, schemaTree} from '../../views/schema-tree.js'

interface Result {
  readonly table: string
  readonly schemaId: number
  readonly columns: readonly SchemaRow[]
  /** With `--format`. */
  readonly format?: string
  readonly content?: string
}

export default class SchemaShow extends SchemaCommand<Result> {
  static override summary = "Shows a table's schema as a tree: ids, types, nullability, docs, defaults, and what each column is used for."
  static override description =
    'Without a flag it is the schema that is written with now. Any schema format may be asked for; "phlo schema formats" lists them.'
  static override examples = [
    '<%= config.bin %> schema show sales.orders',
    '<%= config.bin %> schema show sales.orders --as-of 2026-01-31',
    '<%= config.bin %> schema show sales.orders --format sql --dialect trino',
    '<%= config.bin %> schema show sales.orders --format pandera',
  ]
  static override args = {table: tableArg}
  static override flags = {
    ref: refFlag,
    ...schemaFlags,
    format: Flags.string({summary: 'text for the tree, or a schema format: iceberg, sql, avro, pandera, …', helpValue: '<format>'}),
    ...variantFlags,
  }

  async run(): Promise<Result> {
    const {args, flags} = await this.parse(SchemaShow)
    const table = await this.openIcebergTable(args.table)
    const schema = pickSchema(table, flags)
    const document = documentOf(table, schema)
    const columns = schemaRows(document)
    const about = {table: formatTableName(table.name), schemaId: schema['schema-id'] ?? 0, columns}
    if (flags.format !== undefined && flags.format !== 'text') {
      const {content, losses, format} = await writeSchema(await chooseFormat(this.contributions(), flags.format, flags), [document])
      const text = typeof content === 'string' ? content : Buffer.from(content).toString('base64')
      this.log(text.replace(/\n$/, ''))
      for (const loss of losses) this.note(`Note: ${lossText(loss)}`)
      return {...about, format, content: text}
    }
    this.log(formatKeyValues({Table: about.table, Schema: about.schemaId, Columns: columns.length}))
    this.log(`\n${schemaTree(columns)}`)
    return about
  }
}
