import {defineSchemaFormat, isPhloError, type ReadSchema, type TableSchema} from '@phlo/core'
import {currentSchema, parseJson, parseTableMetadata, stringifyJson, type TableMetadata} from '@phlo/iceberg'
import {checkedSchema} from './checked-schema.js'
import {allColumns} from './columns.js'
import {tableLosses} from './table-losses.js'
import {notReadable, parsed, textOf} from './unreadable.js'

/** A schema as the specification writes it (Appendix C "Schemas"). Reads the current schema of a whole metadata file as well, gzipped or not. */
export default defineSchemaFormat({
  name: 'iceberg',
  title: 'Iceberg (JSON of the specification)',
  extensions: ['.iceberg.json', '.metadata.json', '.json'],
  async write(documents) {
    const [document] = documents
    return {
      content: `${stringifyJson(document?.schema, 2)}\n`,
      losses: document ? tableLosses(document, 'a schema of Iceberg', ['identifier']) : [],
    }
  },
  async read(content, source) {
    if (content[0] === 0x1f && content[1] === 0x8b) return [tableOf(content, source)]
    const value = parsed(source, 'JSON', () => parseJson(textOf(content, source)))
    if (typeof value === 'object' && value !== null && 'format-version' in value) return [tableOf(content, source)]
    return [{schema: checkedSchema(value, source), hasIds: true, losses: []}]
  },
})

function tableOf(content: Uint8Array, source: string): ReadSchema {
  const metadata = metadataOf(content, source)
  const schema = checkedSchema(currentSchema(metadata), source)
  const spec = metadata['partition-specs'].find((one) => one['spec-id'] === metadata['default-spec-id'])
  const order = metadata['sort-orders'].find((one) => one['order-id'] === metadata['default-sort-order-id'])
  const pathOf = pathsById(schema)
  return {
    schema,
    hasIds: true,
    partitioning: (spec?.fields ?? []).flatMap(({transform, ...field}) =>
      pathOf(field['source-id']).map((column) => ({column, transform})),
    ),
    sortOrder: (order?.fields ?? []).flatMap(({transform, direction, ...field}) =>
      pathOf(field['source-id']).map((column) => ({column, transform, direction, nulls: nullsOf(field['null-order'])})),
    ),
    properties: metadata.properties,
    ...(metadata.properties['comment'] !== undefined && {doc: metadata.properties['comment']}),
    losses: [],
  }
}

const nullsOf = (order: string) => (order === 'nulls-first' ? 'first' : 'last')

/** The column of an id, if the schema still has it. */
function pathsById(schema: TableSchema) {
  const paths = new Map(allColumns(schema).map(({id, path}) => [id, [path]]))
  return (id: number | undefined) => paths.get(id ?? -1) ?? []
}

function metadataOf(content: Uint8Array, source: string): TableMetadata {
  try {
    return parseTableMetadata(content, source)
  } catch (cause) {
    if (!isPhloError(cause)) throw cause
    throw notReadable(source, cause.message.replace(/\.$/, ''), cause)
  }
}
