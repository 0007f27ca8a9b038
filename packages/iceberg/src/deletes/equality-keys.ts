import {refused} from '@phlo/core'
import {type Leaf, type LeafValues, leavesOf, type PhysicalValue} from '../parquet/leaves.js'
import {schemasCurrentFirst} from '../spec/partition-spec.js'
import {fieldLookup} from '../spec/schema.js'
import type {TableMetadata} from '../spec/table-metadata.js'
import type {Schema} from '../spec/types.js'

/**
 * The columns that equality deletes compare, with the types that they have in the table now; a column that was dropped since is
 * looked for in older schemas.
 *
 * @throws PhloError `EQUALITY_FIELD_UNKNOWN` (exit 6) for an id that no schema has, or that is within a list or map
 */
export function equalityLeaves(metadata: TableMetadata, ids: readonly number[], path: string): readonly Leaf[] {
  const leafOf = fieldLookup(schemasCurrentFirst(metadata), leavesById)
  return ids.map((id) => {
    const leaf = leafOf(id)
    if (leaf && leaf.maxRepetitionLevel === 0) return leaf
    throw refused(
      'EQUALITY_FIELD_UNKNOWN',
      `The equality delete file ${path} compares field ${id}, which is no column of the table with one value a row.`,
    )
  })
}

const leavesById = (schema: Schema) => new Map(leavesOf(schema).map((leaf) => [leaf.fieldId, leaf] as const))

/**
 * Gives a text for each row that two rows share exactly when all of their values are equal; null equals null, NaN equals NaN. A
 * null within a struct is not equal to the null of a whole struct, as in Iceberg's Java library.
 */
export function rowKeys(columns: readonly LeafValues[]): (row: number) => string {
  const [first] = columns
  if (first && columns.length === 1) return (row) => keyOf(first, row)
  return (row) => {
    let key = ''
    for (const column of columns) {
      const part = keyOf(column, row)
      key += `${part.length}:${part}`
    }
    return key
  }
}

/** -0.0 and 0.0 are two values, as in Iceberg's Java library. */
function keyOf({values, definitionLevels}: LeafValues, row: number): string {
  const value = values[row] as PhysicalValue
  if (value === null) return `n${definitionLevels?.[row] ?? 0}`
  if (typeof value === 'object') return `b${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')}`
  return Object.is(value, -0) ? '-0' : String(value)
}
