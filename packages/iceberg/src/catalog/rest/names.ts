import {type TableName, usage} from '@phlo/core'

/** What stands between the levels of a namespace in a path, encoded, unless the server says otherwise (`namespace-separator`). */
export const SEPARATOR = '%1F'

/**
 * A namespace as one segment of a path (REST specification, "namespace" parameter).
 *
 * @throws PhloError `INVALID_NAMESPACE` for one without levels, or with an empty one
 */
export function namespaceSegment(levels: readonly string[], separator: string): string {
  if (levels.length === 0 || levels.includes('')) {
    throw usage('INVALID_NAMESPACE', `${JSON.stringify(levels.join('.'))} is not a namespace: it needs levels, and none may be empty.`)
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

/** The path of a table below a catalog's prefix. */
export const tablePath = ({namespace, name}: TableName, separator: string) =>
  `namespaces/${namespaceSegment(namespace, separator)}/tables/${encodeURIComponent(name)}`

/** A namespace, or a table's name in it, as answers have them. */
export const isLevels = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((level) => typeof level === 'string')

/** The name in an answer (`TableIdentifier`); undefined when it is none. */
export function tableNameIn(value: unknown): TableName | undefined {
  const {namespace, name} = (value ?? {}) as Readonly<Record<string, unknown>>
  return isLevels(namespace) && typeof name === 'string' ? {namespace, name} : undefined
}
