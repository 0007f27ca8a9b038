import {formatTableName} from '@phlo/core'
import {currentSchema, findSnapshot, type IcebergTable, type Schema, schemaById} from '@phlo/iceberg'
import {schemaWithId} from './document-of.js'

/** Which schema of a table is meant; the one of the table's head when nothing is said, which is the current one on main. */
export interface SchemaPick {
  readonly 'schema-id'?: number | undefined
  readonly 'snapshot-id'?: string | undefined
  readonly 'as-of'?: string | undefined
}

/** @throws PhloError (exit 2) `SCHEMA_NOT_FOUND`, `SNAPSHOT_NOT_FOUND`, `INVALID_TIMESTAMP` */
export function pickSchema(table: IcebergTable, pick: SchemaPick): Schema {
  const id = pick['schema-id']
  if (id !== undefined) return schemaWithId(table, id, formatTableName(table.name))
  const named = pick['snapshot-id'] ?? pick['as-of']
  if (named !== undefined) return schemaById(table.metadata, findSnapshot(table, named)['schema-id'])
  return table.ref === 'main' ? currentSchema(table.metadata) : schemaById(table.metadata, findSnapshot(table, table.ref)['schema-id'])
}
