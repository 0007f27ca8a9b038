import {ExitCode, formatTableName, hasCode, type LakehouseResource, PhloError, type TableName} from '@phlo/core'
import type {Catalog, CreateTable} from './catalog/catalog.js'
import {icebergSchemas} from './schema-manager.js'
import {icebergSnapshots} from './snapshot-manager.js'
import {type IcebergTable, icebergTable} from './table.js'
import {type IcebergView, icebergView} from './view.js'

/** An Iceberg catalog as the lakehouse that commands work on. */
export interface IcebergLakehouse extends LakehouseResource {
  readonly catalog: Catalog
  getTable(name: TableName, options?: {readonly ref?: string}): Promise<IcebergTable>
  getView?(name: TableName): Promise<IcebergView>
}

/** Puts the contract of `@phlo/core` over an Iceberg catalog. */
export function icebergLakehouse(catalog: Catalog): IcebergLakehouse {
  const getTable = async (name: TableName, {ref}: {readonly ref?: string} = {}) => {
    const table = icebergTable(catalog, name, await catalog.loadTable(name), ref ?? 'main')
    if (ref !== undefined && ref !== 'main' && !table.metadata.refs[ref]) throw refNotFound(table, ref)
    return table
  }
  return {
    name: catalog.name,
    catalog,
    getTable,
    listTables: (namespace) => (namespace ? catalog.listTables(namespace) : everywhere(catalog, (own) => catalog.listTables(own), [])),
    ...viewsOf(catalog),
    createTable: async (name, request) => icebergTable(catalog, name, await catalog.createTable(name, request as CreateTable)),
    registerTable: async (name, location) => icebergTable(catalog, name, await catalog.registerTable(name, location)),
    renameTable: (from, to) => catalog.renameTable(from, to),
    dropTable: (name) => catalog.dropTable(name),
    listNamespaces: (parent = []) => catalog.listNamespaces(parent),
    createNamespace: (namespace, properties) => catalog.createNamespace(namespace, properties),
    getNamespaceProperties: (namespace) => catalog.loadNamespace(namespace),
    setNamespaceProperties: (namespace, changes) => catalog.updateNamespace(namespace, changes),
    dropNamespace: (namespace) => catalog.dropNamespace(namespace),
    schemas: icebergSchemas(),
    snapshots: icebergSnapshots(),
    check: () => catalog.check(),
    close: () => catalog.close(),
  }
}

function viewsOf(catalog: Catalog): Pick<IcebergLakehouse, 'listViews' | 'getView'> {
  const listViews = catalog.listViews?.bind(catalog)
  const loadView = catalog.loadView?.bind(catalog)
  return {
    ...(listViews && {listViews: (namespace) => (namespace ? listViews(namespace) : everywhere(catalog, listViews, []))}),
    ...(loadView && {getView: async (name) => icebergView(catalog.name, name, await loadView(name))}),
  }
}

/** Every table or view of a catalog, namespace by namespace. One that somebody drops meanwhile has none. */
async function* everywhere(catalog: Catalog, list: Catalog['listTables'], parent: readonly string[]): AsyncIterable<TableName> {
  for await (const namespace of catalog.listNamespaces(parent)) {
    try {
      yield* list(namespace)
      yield* everywhere(catalog, list, namespace)
    } catch (error) {
      if (!hasCode(error, 'NAMESPACE_NOT_FOUND')) throw error
    }
  }
}

function refNotFound(table: IcebergTable, ref: string): PhloError {
  const name = formatTableName(table.name)
  return new PhloError(`${name} has no branch or tag ${ref}.`, {
    code: 'REF_NOT_FOUND',
    exit: ExitCode.usage,
    suggestions: [`phlo table refs ${name}`],
  })
}
