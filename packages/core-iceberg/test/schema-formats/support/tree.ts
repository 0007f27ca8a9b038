import type {ColumnPath} from '@phlo/core'
import type {UnderstoodColumn} from '@phlo/testing'

export interface Row {
  readonly path: ColumnPath
  readonly column: UnderstoodColumn
}

/** Columns within columns, out of rows with paths, a parent before what is in it. */
export function treeOf(rows: readonly Row[], depth = 0): readonly UnderstoodColumn[] {
  const found: UnderstoodColumn[] = []
  for (let start = 0; start < rows.length; ) {
    const {path, column} = rows[start] as Row
    let end = start + 1
    while ((rows[end]?.path.length ?? 0) > depth + 1) end++
    const inside = rows.slice(start + 1, end)
    found.push({...column, name: path.at(-1) ?? '', ...(inside.length > 0 && {children: treeOf(inside, depth + 1)})})
    start = end
  }
  return found
}
