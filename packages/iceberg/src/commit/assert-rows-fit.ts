import {ExitCode, formatTableName, PhloError} from '@phlo/core'
import {currentSchema} from '../spec/current.js'
import type {DataFile} from '../spec/manifest.js'
import {allFields} from '../spec/schema.js'
import type {Schema} from '../spec/types.js'
import type {IcebergTable} from '../table.js'

/**
 * Makes sure that files which were written for one schema of a table can be read by the one that it has by now: a column that is required
 * since must have no nulls in them. Dropped, renamed and wider columns do no harm (spec, "Column Projection").
 *
 * @throws PhloError `ROWS_OUTDATED` (exit 5) naming the column
 */
export function assertRowsFit(base: IcebergTable, written: Schema, files: readonly DataFile[]): void {
  const now = currentSchema(base.metadata)
  if (now['schema-id'] === written['schema-id']) return
  const before = new Map(allFields(written).map((field) => [field.id, field]))
  const defaults = new Set(now.fields.filter((field) => (field['initial-default'] ?? null) !== null).map(({id}) => id))
  for (const {id, name, required, parentId} of allFields(now)) {
    const own = before.get(id)
    // What is in a new column is not there as long as that is not.
    const isWithinNew = parentId !== undefined && !before.has(parentId)
    if (!required || own?.required || isWithinNew || (!own && defaults.has(id))) continue
    if (own && files.every(({nullValueCounts}) => nullValueCounts?.get(id) === 0)) continue
    throw new PhloError(
      `Column ${name} of ${formatTableName(base.name)} is required since the rows were written, and ${own ? 'may be null in them' : 'they have nothing for it'}. They were not committed.`,
      {code: 'ROWS_OUTDATED', exit: ExitCode.conflict},
    )
  }
}
