import {alreadyExists, commitConflict, formatTableName, namespaceNotFound, type TableName, tableNotFound} from '@phlo/core'
import type {PointerStore} from '../pointer/pointer-store.js'
import {openAccess} from './access.js'
import {encodeNamespace} from './names.js'
import {assertNamespace, changeNamespace, childNamespaces, deleteNamespace, insertNamespace, namespaceProperties} from './namespaces.js'
import type {SqlCatalogOptions} from './options.js'
import {classify, commitFailed} from './sql-errors.js'
import {deleteTable, insertTable, metadataLocation, renameRow, swapMetadata, type TableRows, tableNames} from './table-rows.js'

/** Rows of a SQL database as the pointers of a catalog. What a row points at is all that tells it apart, so there is no more to an entry. */
export function sqlStore(options: SqlCatalogOptions): PointerStore<undefined> {
  const {name: catalog} = options
  const {read, write} = openAccess(options)
  const noNamespace = (namespace: readonly string[]) => (): never => {
    throw namespaceNotFound(namespace.join('.'), catalog)
  }
  /** A statement that makes metadata visible: nobody may know whether it was done. */
  const change = <T>(name: TableName, statement: (rows: TableRows) => Promise<T>): Promise<T> =>
    write(async (rows) => {
      try {
        return await statement(rows)
      } catch (error) {
        throw commitFailed(rows.catalog, formatTableName(name), error)
      }
    })
  const loadNamespace = (namespace: readonly string[]) =>
    read<Readonly<Record<string, string>>>(noNamespace(namespace), ({db}) => namespaceProperties(db, catalog, namespace))

  return {
    name: catalog,
    async *listNamespaces(parent) {
      const absent = () => (parent.length > 0 ? noNamespace(parent)() : [])
      yield* await read<readonly (readonly string[])[]>(absent, ({db}) => childNamespaces(db, catalog, parent))
    },
    async createNamespace(namespace, properties) {
      encodeNamespace(namespace)
      await write(async ({db}) => {
        try {
          await insertNamespace(db, catalog, namespace, properties)
        } catch (error) {
          if (classify(error) === 'duplicate') throw alreadyExists('Namespace', namespace.join('.'), catalog)
          throw error
        }
      })
    },
    loadNamespace,
    async updateNamespace(namespace, changes) {
      await loadNamespace(namespace)
      await write(({db}) => changeNamespace(db, catalog, namespace, changes))
    },
    async dropNamespace(namespace) {
      await loadNamespace(namespace)
      await write(({db}) => deleteNamespace(db, catalog, namespace))
    },
    async *listTables(namespace) {
      const names = await read<readonly string[]>(noNamespace(namespace), async (rows) => {
        await assertNamespace(rows.db, catalog, namespace)
        return tableNames(rows, namespace)
      })
      for (const name of names) yield {namespace, name}
    },
    async read(name) {
      const location = await read<string | undefined>(
        () => undefined,
        (rows) => metadataLocation(rows, name),
      )
      if (location === undefined) throw tableNotFound(formatTableName(name), catalog)
      return {metadataLocation: location, entry: undefined}
    },
    async insert(name, table) {
      await change(name, (rows) => insertTable(rows, name, table.metadataLocation))
    },
    async swap(name, from, to) {
      const isOurs = await change(name, (rows) => swapMetadata(rows, name, from.metadataLocation, to.metadataLocation))
      if (!isOurs) throw commitConflict(`Table ${formatTableName(name)} was changed by somebody else meanwhile; nothing was changed.`)
    },
    rename: (from, to) => change(from, (rows) => renameRow(rows, from, to)),
    remove: (name) => change(name, (rows) => deleteTable(rows, name)),
    async check() {
      await read<unknown>(
        () => [],
        ({db}) => db.selectFrom('iceberg_tables').select('table_name').limit(1).execute(),
      )
    },
    close: async () => options.close?.(),
  }
}
