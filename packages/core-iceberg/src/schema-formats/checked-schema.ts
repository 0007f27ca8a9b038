import {hasCode, type TableSchema} from '@phlo/core'
import {checkSchema, fieldReader} from '@phlo/iceberg/schema'
import {allColumns, columnsIn} from './columns.js'
import {notReadable} from './unreadable.js'

/**
 * A schema that came from a file: columns with types of the specification, each with an id of its own, and siblings of different names.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` naming what is wrong
 */
export function checkedSchema(value: unknown, source: string): TableSchema {
  try {
    checkSchema(fieldReader(value, 'schema', source), 'schema', source)
  } catch (cause) {
    if (!hasCode(cause, 'METADATA_CORRUPT')) throw cause
    throw notReadable(source, cause.message.replace(`Table metadata ${source} cannot be used: `, '').replace(/\.$/, ''), cause)
  }
  const schema = value as TableSchema
  const columns = allColumns(schema)
  if (columns.length === 0) throw notReadable(source, 'it has no columns')
  for (const {type, path} of [{type: schema, path: []}, ...columns]) {
    const names = columnsIn(type).map(({name}) => name)
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined) throw notReadable(source, `the name ${JSON.stringify([...path, twice].join('.'))} is there twice`)
  }
  const ids = new Set(columns.map(({id}) => id))
  const identifier = schema['identifier-field-ids'] ?? []
  if (!Array.isArray(identifier)) throw notReadable(source, 'identifier-field-ids is not a list')
  const missing = identifier.find((id) => !ids.has(id))
  if (missing !== undefined) throw notReadable(source, `identifier-field-ids has ${missing}, which is the id of no column`)
  return schema
}
