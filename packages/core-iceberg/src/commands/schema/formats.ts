import {loadContributions} from '@phlo/core'
import {formatTable} from '@phlo/core/command'
import {SchemaCommand} from '../../schema/schema-command.js'

interface FormatRow {
  readonly name: string
  readonly title: string
  readonly writes: boolean
  readonly reads: boolean
  readonly extensions: readonly string[]
  readonly variants: readonly string[]
  readonly plugin: string
}

export default class SchemaFormats extends SchemaCommand<{formats: readonly FormatRow[]}> {
  static override summary = 'Lists the schema formats: which are written, which are read, and from which plugin they come.'
  static override examples = ['<%= config.bin %> schema formats', '<%= config.bin %> schema formats --json']

  async run() {
    await this.parse(SchemaFormats)
    const {found, warnings} = await loadContributions(this.contributions(), 'schemaFormats')
    for (const warning of warnings) this.warn(warning)
    const formats = found
      .map(
        ({plugin, value}): FormatRow => ({
          name: value.name,
          title: value.title,
          writes: value.write !== undefined,
          reads: value.read !== undefined,
          extensions: value.extensions,
          variants: value.variants ? value.variants.names : [],
          plugin,
        }),
      )
      .sort((a, b) => a.name.localeCompare(b.name))
    const yes = (is: boolean) => (is ? 'yes' : '')
    this.log(
      formatTable(formats, [
        {header: 'format', value: ({name}) => name},
        {header: 'written', value: ({writes}) => yes(writes)},
        {header: 'read', value: ({reads}) => yes(reads)},
        {header: 'files', value: ({extensions}) => extensions.join(' ')},
        {header: 'kinds', value: ({variants}) => variants.join(' ')},
        {header: 'what it is', value: ({title}) => title},
      ]),
    )
    return {formats}
  }
}
