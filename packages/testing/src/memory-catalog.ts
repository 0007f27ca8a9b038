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
    const found = namespaces.get(namespace.join('.'))
    if (!found) throw namespaceNotFound(namespace.join('.'), name)
    return found
  }
  const stored = (table: TableName) => {
    const found = tables.get(formatTableName(table))
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
    if (tables.has(formatTableName(table))) throw alreadyExists('Table', formatTableName(table), name)
    tables.set(formatTableName(table), {location, properties})
    return open(table, 'main')
  }
  const below = (namespace?: readonly string[]) =>
    [...tables.keys()].sort().filter((key) => namespace === undefined || key.slice(0, key.lastIndexOf('.')) === namespace.join('.'))

  return {
    name,
    getTable: async (table, options = {}) => open(table, options.ref ?? 'main'),
    async *listTables(namespace) {
      for (const key of below(namespace)) {
        const levels = key.split('.')
        yield {namespace: levels.slice(0, -1), name: levels.at(-1) ?? ''}
      }
    },
    createTable: async (table, request: CreateTableRequest) =>
      add(table, request.location ?? `memory://${name}/${formatTableName(table)}`, request.properties ?? {}),
    registerTable: async (table, metadataLocation) => add(table, metadataLocation.replace(/\/metadata\/[^/]*$/, ''), {}),
    async renameTable(from, to) {
      const {location, properties} = stored(from)
      add(to, location, properties)
      tables.delete(formatTableName(from))
    },
    async dropTable(table) {
      stored(table)
      tables.delete(formatTableName(table))
    },
    async *listNamespaces(parent) {
      for (const key of [...namespaces.keys()].sort()) {
        const levels = key.split('.')
        if (parent === undefined || levels.slice(0, -1).join('.') === parent.join('.')) yield levels
      }
    },
    async createNamespace(namespace, properties) {
      if (namespaces.has(namespace.join('.'))) throw alreadyExists('Namespace', namespace.join('.'), name)
      namespaces.set(namespace.join('.'), properties)
    },
    getNamespaceProperties: async (namespace) => propertiesOf(namespace),
    async setNamespaceProperties(namespace, {set, remove}) {
      const kept = Object.entries(propertiesOf(namespace)).filter(([key]) => !remove.includes(key))
      namespaces.set(namespace.join('.'), {...Object.fromEntries(kept), ...set})
    },
    async dropNamespace(namespace) {
      propertiesOf(namespace)
      if (below(namespace).length > 0) {
        throw new PhloError(`Namespace ${namespace.join('.')} has tables.`, {code: 'NAMESPACE_NOT_EMPTY', exit: ExitCode.refused})
      }
      namespaces.delete(namespace.join('.'))
    },
    check: async () => {},
    close: async () => {},
  }
}
