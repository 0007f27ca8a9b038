import {usage} from './errors-of-tables.js'

/** A table's name: the namespace's levels, outermost first, and the name itself. */
export interface TableName {
  readonly namespace: readonly string[]
  readonly name: string
}

/**
 * Reads `sales.orders` or `lake.emea.orders`: everything before the last dot is the namespace. What has a slash in it is the path
 * of a table (`--catalog file`): a name without a namespace.
 *
 * @throws PhloError `INVALID_TABLE_NAME` when there is no namespace or a level is empty.
 */
export function parseTableName(text: string): TableName {
  if (text.includes('/')) return {namespace: [], name: text}
  const levels = text.split('.')
  const name = levels.pop()
  if (!name || levels.length === 0 || levels.some((level) => level === '')) {
    throw usage('INVALID_TABLE_NAME', `${JSON.stringify(text)} is not a table name: write <namespace>.<table>, such as sales.orders.`)
  }
  return {namespace: levels, name}
}

/** `sales.orders`, as `parseTableName` reads it. */
export function formatTableName(name: TableName): string {
  return [...name.namespace, name.name].join('.')
}
