import type {OperationContext, SchemaChange} from '@phlo/core'
import type {IcebergTable} from '../table.js'
import {type Column, formatColumnPath, keyOf} from './columns.js'
import {columnsNamedIn} from './named-properties.js'

/** A change of a column that is there. */
interface Change {
  readonly change: SchemaChange
  readonly column: Column | undefined
}

/** For each change, who refers to the column that is dropped, renamed or gets another type, a sentence each: other packages are asked. */
export async function dependentsOf(
  table: IcebergTable,
  changes: readonly Change[],
  context: OperationContext,
): Promise<readonly (readonly string[])[]> {
  const isAsked = ({change}: Change) => change.kind === 'drop' || change.kind === 'rename' || change.kind === 'type'
  const columns = changes.filter(isAsked).flatMap(({column}) => (column ? [column.path] : []))
  const found = columns.length === 0 ? [] : ((await context.dependents?.(table, columns)) ?? [])
  return changes.map((item) => {
    const {change, column} = item
    if (!column || !isAsked(item)) return []
    const others = found.filter((dependent) => keyOf(dependent.column) === keyOf(column.path))
    const properties = change.kind === 'drop' ? columnsNamedIn(table.properties) : []
    return [
      ...others.map(({what, consequence}) => `The ${what} refers to ${formatColumnPath(column.path)}: ${consequence}.`),
      ...properties
        .filter((named) => named.column === column.path.join('.'))
        .map(({property}) => `The table property ${property} is for it, and stays.`),
    ]
  })
}
