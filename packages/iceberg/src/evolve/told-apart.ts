import {type Column, columnsById, columnsOf, formatColumnPath} from './columns.js'
import type {Draft} from './draft.js'
import {impossible} from './impossible.js'

/**
 * Engines look columns and partition fields up by their names joined with dots, and do not open a table in which one name is two columns, or a
 * column and a partition field of another, whatever spec it is of (Java: `TypeUtil.indexByName`, `PartitionSpec.Builder`). What was so
 * before is left to those who made it so.
 *
 * @throws PhloError `IMPOSSIBLE_CHANGE` (exit 2)
 */
export function assertToldApart(before: Draft, after: Draft): void {
  const old = columnsById(before.schema)
  const isNew = ({id, path}: Column) => nameOf(old.get(id)?.path ?? []) !== nameOf(path)
  const named = new Map<string, Column>()
  for (const column of columnsOf(after.schema)) {
    const name = nameOf(column.path)
    const other = named.get(name)
    if (other && (isNew(column) || isNew(other))) {
      throw impossible(
        `Columns ${formatColumnPath(other.path)} and ${formatColumnPath(column.path)} are both ${name} once their names are joined by dots: no engine tells them apart.`,
      )
    }
    named.set(name, column)
  }
  for (const field of [...after.earlierSpecs.flatMap(({fields}) => fields), ...after.partitionFields]) {
    const column = named.get(field.name)
    const isOwn = column?.id === field['source-id'] && field.transform === 'identity'
    if (column && isNew(column) && !isOwn) {
      throw impossible(
        `Column ${formatColumnPath(column.path)} cannot be called so: a partition field that the table has or had is ${field.name}, too.`,
      )
    }
  }
}

const nameOf = (path: readonly string[]) => path.join('.')
