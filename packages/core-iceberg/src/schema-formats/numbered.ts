import type {SchemaField, SchemaType, TableSchema} from '@phlo/core'
import {assignFreshIds} from '@phlo/iceberg/schema'
import {checkedSchema} from './checked-schema.js'
import {allColumns} from './columns.js'

/** The id of what a file gives no id. */
export const NO_ID = 0

/**
 * The schema of fields that a file declares. Where one of them, at any depth, has no id in the file, ids are counted from 1 on for all.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` when they make no schema: there are none, or two of the same name
 */
export function numbered(fields: readonly SchemaField[], source: string): {readonly schema: TableSchema; readonly hasIds: boolean} {
  const schema: TableSchema = {type: 'struct', 'schema-id': 0, fields}
  const hasIds = allColumns(schema).every(({id}) => id !== NO_ID)
  return {schema: checkedSchema(hasIds ? schema : assignFreshIds(schema), source), hasIds}
}

/** Ids that a type's text is numbered with are nobody's. */
export function withoutIds(type: SchemaType): SchemaType {
  if (typeof type === 'string') return type
  if (type.type === 'struct') return {...type, fields: type.fields.map((field) => ({...field, id: NO_ID, type: withoutIds(field.type)}))}
  if (type.type === 'list') return {...type, 'element-id': NO_ID, element: withoutIds(type.element)}
  return {...type, 'key-id': NO_ID, 'value-id': NO_ID, key: withoutIds(type.key), value: withoutIds(type.value)}
}
