import {usage} from '@phlo/core'
import type {RecordBatch} from 'apache-arrow'
import type {Arrow} from '../parquet/arrow-type.js'
import type {LeafValues} from '../parquet/leaves.js'
import {sliceRows} from '../parquet/slice.js'
import {toArrowBatch} from '../parquet/to-arrow.js'
import {withLineageFields} from '../spec/reserved-fields.js'
import type {TableMetadata} from '../spec/table-metadata.js'
import type {Schema} from '../spec/types.js'

/** Rows of one record batch at most: what is in memory is this many rows and one row group's bytes. */
const BATCH_ROWS = 131_072

/**
 * A schema's columns that are asked for, in that order; without a wish all of them. The row ids of v3 are read when they are asked
 * for by name.
 *
 * @throws PhloError `COLUMN_NOT_FOUND` (exit 2)
 */
export function projectedSchema(
  {'format-version': version}: Pick<TableMetadata, 'format-version'>,
  schema: Schema,
  columns?: readonly string[],
): Schema {
  if (!columns) return schema
  const all = version > 2 ? withLineageFields(schema) : schema
  const fields = columns.map((name) => {
    const field = all.fields.find((candidate) => candidate.name === name)
    if (!field)
      throw usage('COLUMN_NOT_FOUND', `There is no column ${name}.`, [`columns are ${all.fields.map((other) => other.name).join(', ')}`])
    return field
  })
  return {...schema, fields}
}

/** Rows as record batches that are not too large. */
export function* arrowBatches(arrow: Arrow, schema: Schema, columns: readonly LeafValues[], rows: number): Iterable<RecordBatch> {
  for (let from = 0; from < rows; from += BATCH_ROWS) {
    const to = Math.min(rows, from + BATCH_ROWS)
    yield toArrowBatch(
      arrow,
      schema,
      columns.map((column) => sliceRows(column, from, to)),
      to - from,
    )
  }
}
