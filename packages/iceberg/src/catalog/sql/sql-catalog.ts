import {alreadyExists, formatTableName, hasCode, namespaceNotFound, type TableName, tableNotFound} from '@phlo/core'
import {applyUpdates} from '../apply-updates.js'
import type {Catalog, LoadedTable} from '../catalog.js'
import {nextMetadataPath, readTableMetadata, writeTableMetadata} from '../metadata-file.js'
import {droppedMetadataFiles} from '../metadata-log.js'
import {checkRequirements} from '../requirements.js'
import {openAccess} from './access.js'
import {encodeNamespace} from './names.js'
import {assertNamespace, changeNamespace, childNamespaces, deleteNamespace, insertNamespace, namespaceProperties} from './namespaces.js'
import {freeLocation, newMetadata} from './new-table.js'
import type {SqlCatalogOptions} from './options.js'
import {publishTable, swapTable} from './publish.js'
import {classify} from './sql-errors.js'
import {deleteTable, metadataLocation, renameRow, tableNames} from './table-rows.js'

/**
 * A catalog in a SQL database with the tables of Iceberg's JDBC catalog, which PyIceberg, Java and Spark open unchanged; SQLite
 * and PostgreSQL. A commit is one UPDATE that compares and swaps the metadata's location. Catalogs of schema version 0 are used
 * as they are; views are neither listed nor touched.
 */
export function createSqlCatalog(options: SqlCatalogOptions): Catalog {
  const {name: catalog, openIO} = options
  const now = options.now ?? Date.now

  const access = openAccess(options)
  const {read, write} = access
  const locate = (name: TableName): Promise<string> =>
    read<string>(
      () => {
        throw tableNotFound(formatTableName(name), catalog)
      },
      async (rows) => {
        const location = await metadataLocation(rows, name)
        if (location === undefined) throw tableNotFound(formatTableName(name), catalog)
        return location
      },
    )
  const load = async (name: TableName): Promise<LoadedTable> => {
    const location = await locate(name)
    const io = await openIO(location)
    return {metadataLocation: location, metadata: await readTableMetadata(io, location), io}
  }
  /**
   * `write.metadata.delete-after-commit.enabled`: only files that the log dropped, and only when the commit can be seen. The commit
   * is made by now, so that nothing that fails here may look like a failure of it: callers would delete what it refers to.
   */
  const deleteOldMetadata = async (name: TableName, base: LoadedTable, committed: LoadedTable): Promise<void> => {
    if (committed.metadata.properties['write.metadata.delete-after-commit.enabled']?.toLowerCase() !== 'true') return
    const dropped = droppedMetadataFiles(base.metadata, committed.metadata)
    try {
      if (dropped.length > 0 && (await locate(name)) === committed.metadataLocation) await committed.io.delete(dropped)
    } catch {
      // Old metadata files that stay are found by vacuum.
    }
  }

  return {
    name: catalog,
    async *listNamespaces(parent) {
      const absent = () => {
        if (parent.length > 0) throw namespaceNotFound(parent.join('.'), catalog)
        return []
      }
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
    loadNamespace: (namespace) =>
      read<Readonly<Record<string, string>>>(
        () => {
          throw namespaceNotFound(namespace.join('.'), catalog)
        },
        ({db}) => namespaceProperties(db, catalog, namespace),
      ),
    async updateNamespace(namespace, changes) {
      await this.loadNamespace(namespace)
      await write(({db}) => changeNamespace(db, catalog, namespace, changes))
    },
    async dropNamespace(namespace) {
      await this.loadNamespace(namespace)
      await write(({db}) => deleteNamespace(db, catalog, namespace))
    },
    async *listTables(namespace) {
      const names = await read<readonly string[]>(
        () => {
          throw namespaceNotFound(namespace.join('.'), catalog)
        },
        async (rows) => {
          await assertNamespace(rows.db, catalog, namespace)
          return tableNames(rows, namespace)
        },
      )
      for (const name of names) yield {namespace, name}
    },
    loadTable: load,
    async createTable(name, request) {
      const properties = await this.loadNamespace(name.namespace)
      if ((await existing(locate, name)) !== undefined) throw alreadyExists('Table', formatTableName(name), catalog)
      const location = request.location ?? (await freeLocation(name, properties['location'], options))
      const metadata = newMetadata(request, location, now())
      const path = nextMetadataPath(metadata)
      const io = await openIO(path)
      await writeTableMetadata(io, path, metadata)
      const takeBack = async () => {
        await io.delete([path])
      }
      await publishTable(access, {name, location: path, takeBack})
      return {metadataLocation: path, metadata, io}
    },
    async registerTable(name, location) {
      await this.loadNamespace(name.namespace)
      const io = await openIO(location)
      const metadata = await readTableMetadata(io, location)
      await publishTable(access, {name, location, takeBack: async () => {}})
      return {metadataLocation: location, metadata, io}
    },
    async renameTable(from, to) {
      await this.loadNamespace(to.namespace)
      await locate(from)
      await write((rows) => renameRow(rows, from, to))
    },
    async dropTable(name) {
      await locate(name)
      await write((rows) => deleteTable(rows, name))
    },
    async commitTable(name, requirements, updates) {
      const base = await load(name)
      checkRequirements(base.metadata, requirements)
      const metadata = applyUpdates(base.metadata, updates, {now: now(), previousLocation: base.metadataLocation})
      if (metadata === base.metadata) return base
      const path = nextMetadataPath(metadata, base.metadataLocation)
      await writeTableMetadata(base.io, path, metadata)
      const takeBack = async () => {
        await base.io.delete([path])
      }
      await swapTable(access, {name, location: path, takeBack}, base.metadataLocation)
      const committed = {metadataLocation: path, metadata, io: base.io}
      await deleteOldMetadata(name, base, committed)
      return committed
    },
    async check() {
      await read<unknown>(
        () => [],
        ({db}) => db.selectFrom('iceberg_tables').select('table_name').limit(1).execute(),
      )
      if (options.warehouse !== undefined)
        await (await openIO(options.warehouse)).stat(`${options.warehouse.replace(/\/+$/, '')}/.phlo-check`)
    },
    close: async () => options.close?.(),
  }
}

async function existing(locate: (name: TableName) => Promise<string>, name: TableName): Promise<string | undefined> {
  try {
    return await locate(name)
  } catch (error) {
    if (hasCode(error, 'TABLE_NOT_FOUND')) return undefined
    throw error
  }
}
