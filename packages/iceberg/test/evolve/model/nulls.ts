import {type Columns, columnOf, isNested, type ModelColumn, withAncestors} from './columns.js'
import type {Cell, Cells} from './rows.js'

/** Whether a column is null anywhere in some rows, and whether manifests must tell: of values in optional structs, lists and maps they do not. */
export function nullsIn(
  rows: readonly Cells[],
  columns: Columns,
  column: ModelColumn,
): {readonly some: boolean; readonly certain: boolean} {
  const outer = withAncestors(columns, column).slice(1)
  const certain = !isNested(column.type) && outer.every(({type, required}) => type === 'struct' && required)
  return {some: rows.some((row) => cellsOf(row, columns, column).includes(null)), certain}
}

/** The values of a column in a row: one at most when it is in no list or map. */
function cellsOf(row: Cells, columns: Columns, column: ModelColumn): readonly Cell[] {
  const own = (cells: Cells): Cell => {
    const cell = cells.get(column.id)
    return cell === undefined ? (column.initial ?? null) : cell
  }
  if (column.parent === undefined) return [own(row)]
  const parent = columnOf(columns, column.parent)
  return cellsOf(row, columns, parent).flatMap((outer): readonly Cell[] => {
    if (outer === null) return []
    if (parent.type === 'struct') return [own(outer as Cells)]
    if (parent.type === 'list') return outer as readonly Cell[]
    return (outer as readonly Cells[]).map((entry) => entry.get(column.id) ?? null)
  })
}
