import {Args, Flags} from '@oclif/core'
import {type SchemaDocument, usage} from '@phlo/core'
import {outputFlag, refFlag} from '@phlo/core/command'
import type {IcebergTable} from '@phlo/iceberg'
import {parseNamespace} from '../../arguments.js'
import {columnStatistics} from '../../schema/column-statistics.js'
import {documentOf} from '../../schema/document-of.js'
import {schemaFlags, variantFlags} from '../../schema/export-flags.js'
import {chooseFormat} from '../../schema/formats.js'
import {pickSchema} from '../../schema/pick-schema.js'
import {SchemaCommand} from '../../schema/schema-command.js'
import {lossText, writeSchema} from '../../schema/write-schema.js'
import {writeNewFile} from '../../write-new-file.js'

interface Result {
  readonly format: string
  readonly variant: string | null
  readonly tables: readonly string[]
  /** What the format cannot say. */
  readonly losses: readonly {readonly column: string | null; readonly what: string}[]
  readonly file?: string
  /** Text, or base64 of a binary format; without `--output`. */
  readonly content?: string
}

export default class SchemaExport extends SchemaCommand<Result> {
  static override summary = 'Writes the schema of a table in another language: SQL, Python, TypeScript, Avro, Protocol Buffers, Markdown, …'
  static override description =
    'What the language has no counterpart for becomes the nearest that it has, with a comment there and a note here. "phlo schema formats" lists the languages.'
  static override examples = [
    '<%= config.bin %> schema export sales.orders --format sql --dialect trino',
    '<%= config.bin %> schema export sales.orders --format python --library pandera --output orders.py',
    '<%= config.bin %> schema export sales.orders --format odcs --output contracts/orders.odcs.yaml',
    '<%= config.bin %> schema export --namespace sales --format dbt --dialect trino --output models/sources.yml',
    '<%= config.bin %> schema export --namespace sales --format mermaid --output sales.mmd',
  ]
  static override args = {table: Args.string({description: 'table, as <namespace>.<table>'})}
  static override flags = {
    ref: refFlag,
    ...schemaFlags,
    format: Flags.string({summary: 'the language', required: true, helpValue: '<format>'}),
    ...variantFlags,
    namespace: Flags.string({summary: 'all tables of this namespace, of formats that have several in a file', helpValue: '<namespace>'}),
    statistics: Flags.boolean({summary: 'count values from manifests, for formats that tell them (markdown)'}),
    output: outputFlag,
  }

  async run(): Promise<Result> {
    const {args, flags} = await this.parse(SchemaExport)
    if ((args.table === undefined) === (flags.namespace === undefined)) {
      throw usage('INVALID_OPTION', 'Give a table, or --namespace for all tables of one.', ['phlo schema export --help'])
    }
    const chosen = await chooseFormat(this.contributions(), flags.format, flags)
    const names = args.table === undefined ? await this.#tablesOf(flags.namespace as string) : [args.table]
    const documents: SchemaDocument[] = []
    for (const name of names) {
      const table = await this.openIcebergTable(name)
      const document = withoutCatalog(documentOf(table, pickSchema(table, flags)), table)
      documents.push(flags.statistics ? {...document, statistics: await columnStatistics(table, document.schema)} : document)
    }
    const {content, ...exported} = await writeSchema(chosen, documents)
    for (const loss of exported.losses) this.note(`Note: ${lossText(loss)}`)
    const result = {...exported, tables: names}
    if (flags.output !== undefined) {
      const file = await writeNewFile(this.surroundings.cwd, flags.output, content)
      this.log(`Wrote ${file}`)
      return {...result, file}
    }
    if (typeof content === 'string') this.log(content.replace(/\n$/, ''))
    else if (!this.jsonEnabled())
      throw usage('INVALID_OPTION', `The format ${exported.format} is binary: say where it goes.`, ['--output <file>'])
    return {...result, content: typeof content === 'string' ? content : Buffer.from(content).toString('base64')}
  }

  async #tablesOf(namespace: string): Promise<readonly string[]> {
    const names: string[] = []
    for await (const {namespace: levels, name} of (await this.openCatalog()).listTables(parseNamespace(namespace)))
      names.push([...levels, name].join('.'))
    if (names.length === 0) throw usage('NOTHING_TO_EXPORT', `Namespace ${namespace} has no table.`, [`phlo table list ${namespace}`])
    return names
  }
}

/** In a catalog with branches `gc.enabled=false` says that other branches may need the files, and elsewhere that nobody may delete any. */
function withoutCatalog(document: SchemaDocument, {source}: IcebergTable): SchemaDocument {
  const {'gc.enabled': isCleaned, ...properties} = document.properties
  return source.hasBranches && isCleaned === 'false' ? {...document, properties} : document
}
