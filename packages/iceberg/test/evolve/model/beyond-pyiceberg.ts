import {type Columns, type ModelColumn, withAncestors} from './columns.js'
import type {ModelTable} from './table.js'

/** Why PyIceberg cannot read a table as the specification says; undefined when it can. */
export function beyondPyiceberg({columns}: ModelTable): string | undefined {
  const hasDefault = columns.filter(({initial, write}) => initial !== undefined || write !== undefined)
  if (hasDefault.some(({type}) => type.endsWith('_ns'))) return 'its defaults have no nanoseconds'
  if (hasDefault.some(({initial}) => isInexact(initial))) return 'it takes a default that JSON writes without a point for an integer'
  if (columns.some(({isFormerDay}) => isFormerDay)) return 'it promotes no date'
  if (columns.some((column) => isRequiredWhereNull(columns, column)))
    return 'Arrow casts nested columns as wholes, in which what is null has no required fields'
  return undefined
}

/** A required field of a struct that is in another column. */
const isRequiredWhereNull = (columns: Columns, column: ModelColumn) =>
  column.required && column.kind === 'field' && withAncestors(columns, column).length > 2

/** A float that Arrow does not make of an integer: one without a neighbour, or the zero below zero. */
const isInexact = (value: ModelColumn['initial']) =>
  Object.is(value, -0) || (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) > 2 ** 24)
