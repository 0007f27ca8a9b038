import type {SqlCatalogOptions} from './options.js'
import {catalogUnavailable, classify} from './sql-errors.js'
import type {TableRows} from './table-rows.js'
import {createCatalogTables, hasTypeColumn, type SqlCatalogDatabase} from './tables.js'

/** The two ways to the catalog's tables. What the database throws comes out as an error of the catalog. */
export interface Access {
  /** `absent` answers where there is no database or it has no catalog tables yet. */
  read<T>(absent: () => T, work: (rows: TableRows) => Promise<T>): Promise<T>
  /** Makes the database and its tables where they are missing. */
  write<T>(work: (rows: TableRows) => Promise<T>): Promise<T>
}

export function openAccess({name: catalog, db: open}: Pick<SqlCatalogOptions, 'name' | 'db'>): Access {
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw catalogUnavailable(catalog, error)
    }
  }
  const rowsOf = async (db: SqlCatalogDatabase): Promise<TableRows> => ({db, catalog, typed: await hasTypeColumn(db)})
  return {
    read: (absent, work) =>
      guard(async () => {
        const db = await open('read')
        if (!db) return absent()
        try {
          return await work(await rowsOf(db))
        } catch (error) {
          if (classify(error) === 'missing-table') return absent()
          throw error
        }
      }),
    write: (work) =>
      guard(async () => {
        const db = await open('write')
        if (!db) throw new TypeError('there is no database to write to')
        await ensureTables(db)
        return work(await rowsOf(db))
      }),
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
