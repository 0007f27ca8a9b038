import {type SchemaDocument, type SchemaSortTerm, type SchemaTerm, usage} from '@phlo/core'
import {columnsById, type IcebergTable, type Schema, type TableMetadata} from '@phlo/iceberg'

/** What a table is made with when nobody says otherwise. */
const DEFAULT_VERSION = 2

/** A table as schema formats see it, with one of its schemas. Partition fields and sort terms whose columns it does not have are left out. */
export function documentOf(table: IcebergTable, schema: Schema): SchemaDocument {
  const {metadata, name} = table
  const columns = columnsById(schema)
  const terms = <Field extends {readonly 'source-id': number; readonly transform: string}>(fields: readonly Field[]) =>
    fields.flatMap((field): readonly {readonly field: Field; readonly term: SchemaTerm}[] => {
      const column = columns.get(field['source-id'])
      return column && field.transform !== 'void' ? [{field, term: {column: column.path, transform: field.transform}}] : []
    })
  const {comment, ...properties} = metadata.properties
  const version = metadata['format-version']
  return {
    name: [...name.namespace, name.name],
    schema,
    ...(comment !== undefined && {doc: comment}),
    partitioning: terms(specOf(metadata)).map(({term}) => term),
    sortOrder: terms(orderOf(metadata)).map(
      ({field, term}): SchemaSortTerm => ({
        ...term,
        direction: field.direction,
        nulls: field['null-order'] === 'nulls-last' ? 'last' : 'first',
      }),
    ),
    // As a table is made with it, which is how other languages write it down, too.
    properties: version === DEFAULT_VERSION ? properties : {...properties, 'format-version': String(version)},
  }
}

const specOf = (metadata: TableMetadata) =>
  metadata['partition-specs'].find((spec) => spec['spec-id'] === metadata['default-spec-id'])?.fields ?? []

const orderOf = (metadata: TableMetadata) =>
  metadata['sort-orders'].find((order) => order['order-id'] === metadata['default-sort-order-id'])?.fields ?? []

/**
 * The schema of a table with this id.
 *
 * @throws PhloError `SCHEMA_NOT_FOUND` (exit 2)
 */
export function schemaWithId({metadata}: IcebergTable, id: number, name: string): Schema {
  const found = metadata.schemas.find((schema) => (schema['schema-id'] ?? 0) === id)
  if (found) return found
  const ids = metadata.schemas.map((schema) => schema['schema-id'] ?? 0).sort((a, b) => a - b)
  throw usage('SCHEMA_NOT_FOUND', `${name} has no schema ${id}: there is ${ids.join(', ')}.`, [`phlo schema history ${name}`])
}
