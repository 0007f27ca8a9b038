import {usage} from '@phlo/core'
import {type Leaf, type LeafValues, leavesOf, type PhysicalValue} from '../parquet/leaves.js'
import {toValue} from '../parquet/physical.js'
import type {LeafReader} from '../parquet/read-leaves.js'
import type {Schema} from '../spec/types.js'
import {compilePredicate, fieldsOf, type Predicate} from './predicate.js'

/**
 * The columns that a condition tests.
 *
 * @throws PhloError `INVALID_PREDICATE` (exit 2) for one that has several values in a row, or that the schema lacks
 */
export function testedLeaves(predicate: Predicate, schema: Schema): readonly Leaf[] {
  const leaves = leavesOf(schema)
  return fieldsOf(predicate).map(({id, name}) => {
    const leaf = leaves.find(({fieldId}) => fieldId === id)
    if (!leaf || leaf.maxRepetitionLevel > 0) {
      throw usage('INVALID_PREDICATE', `Column ${name} has several values in a row, or none at this snapshot; a condition cannot test it.`)
    }
    return leaf
  })
}

/** The indexes of the rows that match, ascending. */
export function matchingRows(predicate: Predicate, tested: readonly Leaf[], reader: LeafReader, rows: number): Uint32Array {
  const accepts = compilePredicate(predicate)
  const columns = new Map(tested.map((leaf) => [leaf.fieldId, valuesOf(reader(leaf))]))
  const found: number[] = []
  let row = 0
  const valueOf = (id: number) => columns.get(id)?.(row) ?? null
  for (; row < rows; row++) if (accepts(valueOf)) found.push(row)
  return Uint32Array.from(found)
}

function valuesOf({leaf, values}: LeafValues) {
  const meaning = toValue(leaf.type)
  return (row: number) => {
    const physical = values[row] as PhysicalValue
    return physical === null ? null : meaning(physical)
  }
}
