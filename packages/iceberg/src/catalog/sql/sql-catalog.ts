import {
  alreadyExists,
  commitConflict,
  type FileIO,
  formatTableName,
  hasCode,
  namespaceNotFound,
  type TableName,
  tableNotFound,
  usage,
} from '@phlo/core'
import {newTableMetadata} from '../../spec/new-table-metadata.js'
import type {TableMetadata} from '../../spec/table-metadata.js'
import {applyUpdates} from '../apply-updates.js'
import type {Catalog, CreateTable, LoadedTable} from '../catalog.js'
import {nextMetadataPath, readTableMetadata, writeTableMetadata} from '../metadata-file.js'
import {droppedMetadataFiles} from '../metadata-log.js'
import {checkRequirements} from '../requirements.js'
import {encodeNamespace, pathSegment} from './names.js'
import {assertNamespace, changeNamespace, childNamespaces, deleteNamespace, insertNamespace, namespaceProperties} from './namespaces.js'
import {catalogUnavailable, classify, commitFailed} from './sql-errors.js'
import {deleteTable, insertTable, metadataLocation, renameRow, swapMetadata, type TableRows, tableNames} from './table-rows.js'
import {createCatalogTables, hasTypeColumn, type SqlCatalogDatabase} from './tables.js'

export interface SqlCatalogOptions {
  /** The `catalog_name` of its rows: the name under which PyIceberg and Java open the same catalog. */
  readonly name: string
  /**
   * The database. For `read` it may answer undefined: there is none yet, which reads as an empty catalog. For `write` it makes
   * one. Called for every operation, so it should open the database once.
   */
  readonly db: (intent: 'read' | 'write') => Promise<SqlCatalogDatabase | undefined>
  /** Where tables without a location of their own go, a URI. */
  readonly warehouse?: string
  /** A FileIO for a path's scheme. */
  readonly openIO: (path: string) => Promise<FileIO>
  /** Milliseconds since the epoch. Default: the clock. */
  readonly now?: () => number
  /** Closes what `db` opened. */
  readonly close?: () => Promise<void>
}

/**
 * A catalog in a SQL database with the tables of Iceberg's JDBC catalog, which PyIceberg, Java and Spark open unchanged; SQLite
 * and PostgreSQL. A commit is one UPDATE that compares and swaps the metadata's location. Catalogs of schema version 0 are used
 * as they are; views are neither listed nor touched.
 */
export function createSqlCatalog(options: SqlCatalogOptions): Catalog {
  const {name: catalog, openIO} = options
  const now = options.now ?? Date.now

  /** Errors of the database as errors of the catalog. */
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw catalogUnavailable(catalog, error)
    }
  }
  const rowsOf = async (db: SqlCatalogDatabase): Promise<TableRows> => ({db, catalog, typed: await hasTypeColumn(db)})
  /** Reads; `absent` where there is no database or it has no catalog tables yet. */
  const read = <T>(absent: () => T, work: (rows: TableRows) => Promise<T>): Promise<T> =>
    guard(async () => {
      const db = await options.db('read')
      if (!db) return absent()
      try {
        return await work(await rowsOf(db))
      } catch (error) {
        if (classify(error) === 'missing-table') return absent()
        throw error
      }
    })
  const write = <T>(work: (rows: TableRows) => Promise<T>): Promise<T> =>
    guard(async () => {
      const db = await options.db('write')
      if (!db) throw new TypeError('there is no database to write to')
      await ensureTables(db)
      return work(await rowsOf(db))
    })
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
  /** Adds the row of a table whose metadata file is there; takes the file back when it certainly was not added. */
  const publish = async (name: TableName, location: string, takeBack: () => Promise<void>): Promise<void> => {
    try {
      await write(async (rows) => {
        try {
          await insertTable(rows, name, location)
        } catch (error) {
          throw commitFailed(catalog, formatTableName(name), error)
        }
      })
    } catch (error) {
      if (!hasCode(error, 'COMMIT_STATE_UNKNOWN')) await takeBack()
      throw error
    }
  }
  const swap = async (name: TableName, base: LoadedTable, location: string): Promise<void> => {
    const table = formatTableName(name)
    const takeBack = () => base.io.delete([location])
    let swapped: boolean
    try {
      swapped = await write(async (rows) => {
        try {
          return await swapMetadata(rows, name, base.metadataLocation, location)
        } catch (error) {
          throw commitFailed(catalog, table, error)
        }
      })
    } catch (error) {
      if (!hasCode(error, 'COMMIT_STATE_UNKNOWN')) await takeBack()
      throw error
    }
    if (!swapped) {
      await takeBack()
      throw commitConflict(`Table ${table} was changed by somebody else meanwhile; nothing was changed.`)
    }
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
      await publish(name, path, async () => {
        await io.delete([path])
      })
      return {metadataLocation: path, metadata, io}
    },
    async registerTable(name, location) {
      await this.loadNamespace(name.namespace)
      const io = await openIO(location)
      const metadata = await readTableMetadata(io, location)
      await publish(name, location, async () => {})
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
      await swap(name, base, path)
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

/** PostgreSQL may answer two simultaneous CREATE TABLE IF NOT EXISTS with a duplicate of its own: then the tables are there. */
async function ensureTables(db: SqlCatalogDatabase): Promise<void> {
  const found = await db.introspection.getTables()
  const names = found.map((table) => table.name)
  if (names.includes('iceberg_tables') && names.includes('iceberg_namespace_properties')) return
  try {
    await createCatalogTables(db)
  } catch (error) {
    if (classify(error) !== 'duplicate') throw error
    await createCatalogTables(db)
  }
}

/** The version comes as the property `format-version`, which is not one of the table's own (as in Java and PyIceberg). */
function newMetadata(request: CreateTable, location: string, now: number): TableMetadata {
  const {'format-version': version, ...properties} = request.properties ?? {}
  return newTableMetadata({
    schema: request.schema,
    ...(request.partitionSpec && {partitionSpec: request.partitionSpec}),
    ...(request.sortOrder && {sortOrder: request.sortOrder}),
    location,
    properties,
    ...(version !== undefined && {formatVersion: Number(version)}),
    now,
  })
}

/**
 * `<warehouse>/<namespace>/<table>`, with a suffix when files of another table are there: one that was renamed away or dropped
 * without its files. Two tables under one location would be cleaned up at each other's cost.
 */
async function freeLocation(
  name: TableName,
  namespaceLocation: string | undefined,
  {warehouse, openIO}: SqlCatalogOptions,
): Promise<string> {
  const root = namespaceLocation ?? (warehouse && [warehouse.replace(/\/+$/, ''), ...name.namespace.map(pathSegment)].join('/'))
  if (root === undefined) {
    throw usage('WAREHOUSE_MISSING', `Table ${formatTableName(name)} has no location: the catalog has no warehouse.`, [
      'set catalogs.<name>.warehouse in phlo.yaml',
    ])
  }
  const location = `${root.replace(/\/+$/, '')}/${pathSegment(name.name)}`
  const io = await openIO(location)
  for await (const page of io.list(`${location}/`)) {
    if (page.length > 0) return `${location}-${crypto.randomUUID().slice(0, 8)}`
  }
  return location
}
