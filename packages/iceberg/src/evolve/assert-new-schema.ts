import {assertTypesOfVersion} from '../spec/new-table-metadata.js'
import type {Schema} from '../spec/types.js'
import {assertColumns} from './assert-columns.js'
import {identifierProblem} from './change-layout.js'
import {columnsOf, formatColumnPath} from './columns.js'
import {impossible} from './impossible.js'

/**
 * What the columns of a new table have to be, besides a schema of the specification: told apart by every engine, and identified by columns
 * that can identify.
 *
 * @throws PhloError `IMPOSSIBLE_CHANGE` (exit 2), `UNSUPPORTED_FORMAT_VERSION` (exit 6), naming the column
 */
export function assertNewSchema(schema: Schema, formatVersion: number): void {
  assertTypesOfVersion(schema, formatVersion)
  const columns = columnsOf(schema)
  assertColumns(columns)
  for (const column of columns) {
    const why = schema['identifier-field-ids']?.includes(column.id) ? identifierProblem(column) : undefined
    if (why !== undefined) throw impossible(`Column ${formatColumnPath(column.path)} cannot identify rows: ${why}.`)
  }
}
