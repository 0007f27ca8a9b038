import {
  alreadyExists,
  type CreateTableRequest,
  ExitCode,
  formatTableName,
  type LakehouseResource,
  type LakehouseTable,
  namespaceNotFound,
  PhloError,
  type TableName,
  tableNotFound,
} from '@phlo/core'

/** A catalog that is gone with the process, for tests of what works on any catalog. Its tables are of format `memory`. */
export function memoryCatalog(name = 'memory'): LakehouseResource {
  const namespaces = new Map<string, Readonly<Record<string, string>>>()
  const tables = new Map<string, {readonly location: string; readonly properties: Readonly<Record<string, string>>}>()

  const propertiesOf = (namespace: readonly string[]) => {
    const found = namespaces.get(keyOf(namespace))
    if (!found) throw namespaceNotFound(namespace.join('.'), name)
    return found
  }
  const stored = (table: TableName) => {
    const found = tables.get(tableKey(table))
    if (!found) throw tableNotFound(formatTableName(table), name)
    return found
  }
  const open = (table: TableName, ref: string): LakehouseTable => ({
    format: 'memory',
    catalog: name,
    name: table,
    ref,
    ...stored(table),
    refresh: async () => open(table, ref),
  })
  const add = (table: TableName, location: string, properties: Readonly<Record<string, string>>) => {
    propertiesOf(table.namespace)
    if (tables.has(tableKey(table))) throw alreadyExists('Table', formatTableName(table), name)
    tables.set(tableKey(table), {location, properties})
    return open(table, 'main')
  }
  const below = (namespace?: readonly string[]) =>
    [...tables.keys()]
      .map(levelsOf)
      .filter((levels) => namespace === undefined || keyOf(levels.slice(0, -1)) === keyOf(namespace))
      .sort(byLevels)
  const childrenOf = (parent: readonly string[]) =>
    [...namespaces.keys()]
      .map(levelsOf)
      .filter((levels) => keyOf(levels.slice(0, -1)) === keyOf(parent))
      .sort(byLevels)

  return {
    name,
    getTable: async (table, options = {}) => open(table, options.ref ?? 'main'),
    async *listTables(namespace) {
      if (namespace) propertiesOf(namespace)
      for (const levels of below(namespace)) yield {namespace: levels.slice(0, -1), name: levels.at(-1) ?? ''}
    },
    createTable: async (table, request: CreateTableRequest) =>
      add(table, request.location ?? `memory://${name}/${encodeURIComponent(tableKey(table))}`, request.properties ?? {}),
    registerTable: async (table, metadataLocation) => add(table, metadataLocation.replace(/\/metadata\/[^/]*$/, ''), {}),
    async renameTable(from, to) {
      const {location, properties} = stored(from)
      add(to, location, properties)
      tables.delete(tableKey(from))
    },
    async dropTable(table) {
      stored(table)
      tables.delete(tableKey(table))
    },
    async *listNamespaces(parent = []) {
      yield* childrenOf(parent)
    },
    async createNamespace(namespace, properties) {
      if (namespaces.has(keyOf(namespace))) throw alreadyExists('Namespace', namespace.join('.'), name)
      namespaces.set(keyOf(namespace), properties)
    },
    getNamespaceProperties: async (namespace) => propertiesOf(namespace),
    async setNamespaceProperties(namespace, {set, remove}) {
      const kept = Object.entries(propertiesOf(namespace)).filter(([key]) => !remove.includes(key))
      namespaces.set(keyOf(namespace), {...Object.fromEntries(kept), ...set})
    },
    async dropNamespace(namespace) {
      propertiesOf(namespace)
      if (below(namespace).length > 0 || childrenOf(namespace).length > 0) {
        throw new PhloError(`Namespace ${namespace.join('.')} is not empty.`, {code: 'NAMESPACE_NOT_EMPTY', exit: ExitCode.refused})
      }
      namespaces.delete(keyOf(namespace))
    },
    check: async () => {},
    close: async () => {},
  }
}

/** Levels as one text, whatever characters they have. */
const keyOf = (levels: readonly string[]): string => JSON.stringify(levels)
const tableKey = ({namespace, name}: TableName): string => keyOf([...namespace, name])
const levelsOf = (key: string): readonly string[] => JSON.parse(key)
const byLevels = (a: readonly string[], b: readonly string[]) => ((a.at(-1) ?? '') < (b.at(-1) ?? '') ? -1 : 1)
