import {usage} from '@phlo/core'
import type {LeafValues, PhysicalValue} from './leaves.js'
import type {PhysicalType} from './physical.js'

/** The least and the greatest integer of the physical types that have some. */
const RANGES: Partial<Record<PhysicalType['type'], readonly [bigint | number, bigint | number]>> = {
  INT32: [-(2 ** 31), 2 ** 31 - 1],
  INT64: [-(2n ** 63n), 2n ** 63n - 1n],
}

/**
 * Refuses what pages cannot say: a null where the column, or the struct that it is in, may not have one, and an integer that its bytes
 * would hold as another one.
 *
 * @throws PhloError `NULL_IN_REQUIRED_COLUMN`, `VALUE_OUT_OF_RANGE` (exit 2) naming the column
 */
export function assertWritable(given: LeafValues, {type}: PhysicalType): void {
  const {leaf} = given
  const values = given.values as ArrayLike<PhysicalValue>
  const [least, greatest] = RANGES[type] ?? []
  let nulls = 0
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as PhysicalValue
    if (value === null) nulls += 1
    else if (least !== undefined && greatest !== undefined && ((value as bigint) < least || (value as bigint) > greatest)) {
      throw usage('VALUE_OUT_OF_RANGE', `Column ${leaf.name}, which is ${leaf.type}, cannot hold the value ${value}.`)
    }
  }
  if (nulls !== absent(given)) throw usage('NULL_IN_REQUIRED_COLUMN', `Column ${leaf.name} has nulls, and the table requires it.`)
}

/** How many entries have no value by their levels. */
function absent({leaf, definitionLevels: levels}: LeafValues): number {
  let count = 0
  for (let at = 0; levels && at < levels.length; at++) count += Number(levels[at] !== leaf.maxDefinitionLevel)
  return count
}
