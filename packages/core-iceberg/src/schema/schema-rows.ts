import type {SchemaDocument} from '@phlo/core'
import {columnsOf, formatColumnPath, formatType, type Schema} from '@phlo/iceberg'
import {defaultText, type SchemaRow} from '../views/schema-tree.js'

/** Every column at every depth, with what the table uses it for. */
export function schemaRows({
  schema,
  partitioning,
  sortOrder,
}: Pick<SchemaDocument, 'schema' | 'partitioning' | 'sortOrder'>): readonly SchemaRow[] {
  const uses = new Map<string, string[]>()
  const use = (column: string, text: string) => uses.set(column, [...(uses.get(column) ?? []), text])
  const term = (transform: string) => (transform === 'identity' ? '' : ` ${transform}`)
  for (const {column, transform} of partitioning) use(formatColumnPath(column), `partition${term(transform)}`)
  for (const [index, {column, transform, direction}] of sortOrder.entries()) {
    use(formatColumnPath(column), `sort ${index + 1}${term(transform)} ${direction}`)
  }
  return columnsOf(schema).map((column): SchemaRow => {
    const name = formatColumnPath(column.path)
    const isIdentifier = schema['identifier-field-ids']?.includes(column.id) ?? false
    return {
      id: column.id,
      column: name,
      depth: column.path.length - 1,
      type: shortType(column.type),
      required: column.required,
      doc: column.field?.doc ?? null,
      default: defaultText(column),
      uses: [...(isIdentifier ? ['identifier'] : []), ...(uses.get(name) ?? [])],
    }
  })
}

/** What is in a nested type has lines of its own. */
const shortType = (type: Schema['fields'][number]['type']) => (typeof type === 'string' ? formatType(type) : type.type)
