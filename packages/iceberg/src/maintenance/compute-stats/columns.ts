import {usage} from '@phlo/core'
import {type Leaf, leavesOf} from '../../parquet/leaves.js'
import {physicalType} from '../../parquet/physical.js'
import {geographic} from '../../spec/primitive-types.js'
import {findField} from '../../spec/schema.js'
import type {Schema} from '../../spec/types.js'

/**
 * The columns that statistics are computed of: those that were named, else all at the top that have values of a primitive type. What
 * is in structs is left out unless it is named, as in Spark: no engine asks for it.
 *
 * @throws PhloError `COLUMN_NOT_FOUND`, `COLUMN_WITHOUT_STATISTICS` (exit 2)
 */
export function columnsToSketch(schema: Schema, names: readonly string[] | undefined): readonly Leaf[] {
  const leaves = leavesOf(schema)
  if (!names) return leaves.filter((leaf) => leaf.path.length === 1 && isCounted(leaf))
  return [...new Set(names)].map((name) => {
    const field = findField(schema, name)
    if (!field) {
      throw usage('COLUMN_NOT_FOUND', `There is no column ${name}.`, [`columns are ${schema.fields.map((other) => other.name).join(', ')}`])
    }
    const leaf = leaves.find(({fieldId}) => fieldId === field.id)
    if (leaf && isCounted(leaf)) return leaf
    throw usage(
      'COLUMN_WITHOUT_STATISTICS',
      `No distinct values are counted of column ${name}: it has to hold one primitive value a row.`,
      ['name columns of primitive types, those of structs dotted'],
    )
  })
}

/** The single-value form of shapes is that of their bounds, by which they cannot be told apart. */
const isCounted = ({type, maxRepetitionLevel}: Leaf) => maxRepetitionLevel === 0 && physicalType(type) !== undefined && !geographic(type)
