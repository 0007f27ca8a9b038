import {formatTable} from '@phlo/core/command'
import {type Column, columnsOf, defaultToText, type Schema} from '@phlo/iceberg'

/** A column as `schema show` tells it, as JSON. */
export interface SchemaRow {
  readonly id: number
  /** As commands take it: `address.zip`. */
  readonly column: string
  /** How deep it is: 0 at the top. */
  readonly depth: number
  readonly type: string
  readonly required: boolean
  readonly doc: string | null
  readonly default: string | null
  /** `identifier`, `partition month(at)`, `sort 1`. */
  readonly uses: readonly string[]
}

/** The columns as a tree: what is in another one is indented below it, and types that hold others say only which kind they are. */
export function schemaTree(rows: readonly SchemaRow[]): string {
  const own = (row: SchemaRow) => row.column.slice(parentLength(rows, row))
  return formatTable(rows, [
    {header: 'id', value: ({id}) => id},
    {header: 'column', value: (row) => '  '.repeat(row.depth) + own(row)},
    {header: 'type', value: ({type}) => type},
    {header: 'null', value: ({required}) => (required ? 'no' : 'yes')},
    ...(rows.some((row) => row.default !== null) ? [{header: 'default', value: (row: SchemaRow) => row.default}] : []),
    ...(rows.some(({uses}) => uses.length > 0) ? [{header: 'use', value: ({uses}: SchemaRow) => uses.join(', ')}] : []),
    ...(rows.some(({doc}) => doc !== null) ? [{header: 'doc', value: ({doc}: SchemaRow) => doc}] : []),
  ])
}

/** Columns come after those that they are in: the nearest one before that is less deep is the parent. */
function parentLength(rows: readonly SchemaRow[], row: SchemaRow): number {
  if (row.depth === 0) return 0
  const at = rows.indexOf(row)
  const parent = rows.slice(0, at).findLast(({depth}) => depth === row.depth - 1)
  return parent ? parent.column.length + 1 : 0
}

/** The default value that rows get that are written without the column. */
export function defaultText({field, type}: Column): string | null {
  const value = field?.['write-default'] ?? field?.['initial-default']
  return value === undefined || value === null ? null : defaultToText(type, value)
}

export const columnCount = (schema: Schema): number => columnsOf(schema).length
