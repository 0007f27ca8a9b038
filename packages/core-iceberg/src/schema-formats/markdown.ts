import {type ColumnPath, type ColumnStatistics, defineSchemaFormat, type SchemaDocument} from '@phlo/core'
import {stringifyJson} from '@phlo/iceberg'
import {formatColumnPath} from '@phlo/iceberg/schema'
import {sortTermText, termText} from '../schema/layout-differences.js'
import {allColumns, type Column, identifierPaths} from './columns.js'

/** A data dictionary: everything that is known of tables, for people. */
export default defineSchemaFormat({
  name: 'markdown',
  title: 'Markdown (data dictionary)',
  extensions: ['.md'],
  several: true,
  async write(documents) {
    const titles = documents.map(({name}) => line(name.join('.')))
    const contents = documents.length > 1 ? [titles.map((title, index) => `- [${title}](#table-${index + 1})`).join('\n')] : []
    const anchor = (index: number) => (documents.length > 1 ? [`<a id="table-${index + 1}"></a>`] : [])
    const tables = documents.flatMap((document, index) => [...anchor(index), `# ${titles[index]}`, ...sections(document)])
    return {content: `${[...contents, ...tables].join('\n\n')}\n`, losses: []}
  },
})

function sections(document: SchemaDocument): readonly string[] {
  const {doc, schema, partitioning, sortOrder, properties, statistics} = document
  const columns = allColumns(schema)
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`## ${title}`, lines.map((text) => `- ${text}`).join('\n')]
  const entries = Object.entries(properties)
  return [
    ...(doc === undefined ? [] : [line(doc)]),
    ...(statistics ? [`${statistics.rows.toLocaleString('en-US')} rows.`] : []),
    table(['Column', 'Type', 'Nullable', 'Default', 'Description', 'Id'], columns.map(columnRow)),
    ...section('Identifier', identifierPaths(schema).map(pathText)),
    ...section('Partitioning', partitioning.map(termText).map(line)),
    ...section('Sort order', sortOrder.map(sortTermText).map(line)),
    ...(entries.length === 0
      ? []
      : [
          '## Properties',
          table(
            ['Property', 'Value'],
            entries.map((entry) => entry.map(line)),
          ),
        ]),
    ...(statistics && statistics.columns.length > 0
      ? ['## Statistics', table(['Column', 'Values', 'Nulls', 'Lowest', 'Highest'], statistics.columns.map(statisticsRow))]
      : []),
  ]
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [row(header), row(header.map(() => '---')), ...rows.map(row)].join('\n')
}

const pathText = (path: ColumnPath) => line(formatColumnPath(path))

function columnRow({path, type, required, doc = '', id, ...rest}: Column): readonly string[] {
  const name = typeof type === 'string' ? type : type.type
  return [pathText(path), line(name), required ? 'no' : 'yes', line(defaultText(rest)), line(doc), String(id)]
}

/** What new rows get and, where that is something else, what the rows have that were there before. */
function defaultText(column: Pick<Column, 'initial-default' | 'write-default'>): string {
  const [initial, write] = [column['initial-default'], column['write-default']].map((value) => stringifyJson(value ?? null))
  const written = write === undefined || write === 'null' ? '' : write
  if (initial === write) return written
  return `${written}${written === '' ? '' : ', '}earlier rows: ${initial}`
}

function statisticsRow({column, values, nulls, lowest = '', highest = ''}: ColumnStatistics): readonly string[] {
  const count = (number: bigint | undefined) => number?.toLocaleString('en-US') ?? ''
  return [pathText(column), count(values), count(nulls), line(lowest), line(highest)]
}

/** A text that means itself, in one line of Markdown. Blanks at its ends would be taken away, and others are no blanks in a line. */
function line(text: string): string {
  return text
    .replaceAll(/[\\`*_[\]|~<>&#:@]/g, '\\$&')
    .replaceAll('\n', '<br>')
    .replaceAll(/[\t\r\v\f\u0085\u2028\u2029]|^ | $/g, (blank) => `&#${blank.charCodeAt(0)};`)
}
