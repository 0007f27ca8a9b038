import type {FileMetaData, RowGroup, SchemaElement, SchemaTree} from 'hyparquet'
import {getSchemaPath, getTreePath} from 'hyparquet/src/schema.js'

/**
 * A footer without the counts of nulls that are wrong: in lists and maps DuckDB (1.5) counts a null struct twice in the columns of its fields.
 * What is not counted is read.
 */
export function withoutWrongNulls(footer: FileMetaData): FileMetaData {
  const {created_by: writer, row_groups: groups, schema} = footer
  if (!writer?.startsWith('DuckDB')) return footer
  const [tree] = getSchemaPath([...schema], []) as [SchemaTree]
  const wrong = (groups[0]?.columns ?? []).map(({meta_data: column}) =>
    isCountedTwice(getTreePath(tree, [...(column?.path_in_schema ?? [])])),
  )
  return wrong.includes(true) ? {...footer, row_groups: groups.map((group) => withoutNulls(group, wrong))} : footer
}

/** Whether a struct that may be null is on the way to a column, below a list or a map. */
function isCountedTwice(path: readonly SchemaTree[]): boolean {
  const repeated = path.findIndex(({element}) => element.repetition_type === 'REPEATED')
  return repeated >= 0 && path.slice(repeated).some(({element}) => element.repetition_type === 'OPTIONAL' && isStruct(element))
}

const isStruct = ({num_children: children, converted_type: type}: SchemaElement) => children !== undefined && type === undefined

function withoutNulls(group: RowGroup, wrong: readonly boolean[]): RowGroup {
  const columns = group.columns.map((column, at) => {
    if (!wrong[at] || !column.meta_data?.statistics) return column
    const {null_count: _nulls, ...statistics} = column.meta_data.statistics
    return {...column, meta_data: {...column.meta_data, statistics}}
  })
  return {...group, columns}
}
