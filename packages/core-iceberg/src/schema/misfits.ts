import {type Column, canPromote, formatColumnPath, formatType, type PairOptions, pairColumns, type Schema, type Type} from '@phlo/iceberg'

/** Something that a table would say of rows that come with another schema. */
export interface Misfit {
  readonly severity: 'error' | 'note'
  /** As commands take it; of the table where it has it. */
  readonly column: string
  readonly why: string
}

/**
 * What stands in the way of rows with schema `rows` in a table with schema `table`: columns that are missing and required, types that cannot be
 * read as the table's, nulls where there must be none. Columns that the table does not have are notes: nobody reads them.
 *
 * @param options `byId`: the ids of both are of one table
 */
export function misfitsOf(rows: Schema, table: Schema, options: PairOptions): readonly Misfit[] {
  const pairs = pairColumns(rows, table, options)
  const paired = new Set(pairs.flatMap(({left, right}) => (left && right ? [left, right] : [])))
  const isTop = ({parent}: Column) => !parent || paired.has(parent)
  return pairs.flatMap(({left, right}): readonly Misfit[] => {
    if (!right) {
      if (!left || !isTop(left)) return []
      const other = pairs.find((pair) => !pair.left && pair.right && namedAlike(pair.right, left))?.right
      const meant = other ? ` (it has ${formatColumnPath(other.path)})` : ''
      return [
        {severity: 'note', column: formatColumnPath(left.path), why: `the table has no such column${meant}: its values will not be seen`},
      ]
    }
    const column = formatColumnPath(right.path)
    if (!left) return isTop(right) ? missing(right, column) : []
    return [...typeMisfit(left, right, column), ...nullMisfit(left, right, column), ...nameMisfit(left, right, column, options)]
  })
}

const namedAlike = (left: Column, right: Column) => left.path.join('.').toLowerCase() === right.path.join('.').toLowerCase()

function missing({required, field}: Column, column: string): readonly Misfit[] {
  if (!required) return [{severity: 'note', column, why: 'it is missing, and will be null'}]
  const value = field?.['initial-default']
  return value === undefined
    ? [{severity: 'error', column, why: 'it is missing, is required, and has no default value'}]
    : [{severity: 'note', column, why: 'it is missing, and will have its default value'}]
}

function typeMisfit(left: Column, right: Column, column: string): readonly Misfit[] {
  const kind = (type: Type) => (typeof type === 'string' ? formatType(type) : type.type)
  const [from, to] = [kind(left.type), kind(right.type)]
  if (from === to) return []
  if (typeof left.type === 'string' && typeof right.type === 'string' && canPromote(left.type, right.type, 3)) {
    return [{severity: 'note', column, why: `type ${from} is read as ${to}`}]
  }
  return [{severity: 'error', column, why: `type ${from} cannot be read as ${to}`}]
}

function nullMisfit(left: Column, right: Column, column: string): readonly Misfit[] {
  return right.required && !left.required ? [{severity: 'error', column, why: 'it may be null, and is required in the table'}] : []
}

function nameMisfit(left: Column, right: Column, column: string, {byId}: PairOptions): readonly Misfit[] {
  const [from, to] = [left.path.at(-1), right.path.at(-1)]
  return byId && from !== to ? [{severity: 'note', column, why: `it is called ${from} there, and known by its id ${right.id}`}] : []
}
