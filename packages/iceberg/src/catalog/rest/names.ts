import {type TableName, usage} from '@phlo/core'

/** What stands between the levels of a namespace in a path, encoded, unless the server says otherwise (`namespace-separator`). */
export const SEPARATOR = '%1F'

/** Segments that lead to another path, however they are encoded (URL standard, "single-dot" and "double-dot URL path segment"). */
const DOTS = ['.', '..']

/**
 * A namespace as one segment of a path (REST specification, "namespace" parameter).
 *
 * @throws PhloError `INVALID_NAMESPACE` for one without levels, with an empty one, and for `.` and `..`
 */
export function namespaceSegment(levels: readonly string[], separator: string): string {
  if (levels.length === 0 || levels.includes('')) {
    throw usage('INVALID_NAMESPACE', `${JSON.stringify(levels.join('.'))} is not a namespace: it needs levels, and none may be empty.`)
  }
  if (levels.length === 1 && DOTS.includes(levels[0] ?? '')) {
    throw usage('INVALID_NAMESPACE', `${JSON.stringify(levels[0])} is not a namespace: no request of the REST protocol can name it.`)
  }
  return levels.map(encodeURIComponent).join(separator)
}

/** A namespace as a query has it: not encoded, since whoever writes the query encodes it. */
export const namespaceParameter = (levels: readonly string[], separator: string) => levels.join(decoded(separator))

function decoded(separator: string): string {
  try {
    return decodeURIComponent(separator)
  } catch {
    return separator
  }
}

/** The path of a table below a catalog's prefix. @throws PhloError `INVALID_TABLE_NAME` for `.` and `..` */
export const tablePath = (table: TableName, separator: string) => pathOf('tables', table, separator)

/** The same of a view. */
export const viewPath = (view: TableName, separator: string) => pathOf('views', view, separator)

function pathOf(kind: 'tables' | 'views', name: TableName, separator: string): string {
  assertAddressable(name)
  return `namespaces/${namespaceSegment(name.namespace, separator)}/${kind}/${encodeURIComponent(name.name)}`
}

/** Refuses a name that a table could get, and by which nobody would find it again. @throws PhloError `INVALID_TABLE_NAME` */
export function assertAddressable({name}: TableName): void {
  if (name !== '' && !DOTS.includes(name)) return
  throw usage('INVALID_TABLE_NAME', `${JSON.stringify(name)} is not a table name: no request of the REST protocol can name it.`)
}

/** A namespace, or a table's name in it, as answers have them. */
export const isLevels = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((level) => typeof level === 'string')

/** The name in an answer (`TableIdentifier`); undefined when it is none. */
export function tableNameIn(value: unknown): TableName | undefined {
  const {namespace, name} = (value ?? {}) as Readonly<Record<string, unknown>>
  return isLevels(namespace) && typeof name === 'string' ? {namespace, name} : undefined
}
