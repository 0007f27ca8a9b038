import type {SqlCatalogOptions} from './options.js'
import {catalogUnavailable, classify} from './sql-errors.js'
import type {TableRows} from './table-rows.js'
import {createCatalogTables, findCatalogTables, type SqlCatalogDatabase} from './tables.js'

/** The two ways to the catalog's tables. What the database throws comes out as an error of the catalog. */
export interface Access {
  /** `absent` answers where there is no database or it has no catalog tables yet. */
  read<T>(absent: () => T, work: (rows: TableRows) => Promise<T>): Promise<T>
  /** Makes the database and its tables where they are missing. */
  write<T>(work: (rows: TableRows) => Promise<T>): Promise<T>
}

export function openAccess({name: catalog, db: open}: Pick<SqlCatalogOptions, 'name' | 'db'>): Access {
  let known: TableRows | undefined
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      known = undefined
      throw catalogUnavailable(catalog, error)
    }
  }
  /** A database that has the tables is asked once which they are, until something fails: that costs more than what is read from them. */
  const rowsOf = async (db: SqlCatalogDatabase, make: boolean): Promise<TableRows> => {
    if (known?.db === db) return known
    let found = await findCatalogTables(db)
    if (make && !found.areThere) {
      await makeTables(db)
      found = await findCatalogTables(db)
    }
    const rows = {db, catalog, typed: found.typed}
    if (found.areThere) known = rows
    return rows
  }
  return {
    read: (absent, work) =>
      guard(async () => {
        const db = await open('read')
        if (!db) return absent()
        try {
          return await work(await rowsOf(db, false))
        } catch (error) {
          if (classify(error) !== 'missing-table') throw error
          known = undefined
          return absent()
        }
      }),
    write: (work) =>
      guard(async () => {
        const db = await open('write')
        if (!db) throw new TypeError('there is no database to write to')
        return work(await rowsOf(db, true))
      }),
  }
}

/** PostgreSQL may answer two simultaneous CREATE TABLE IF NOT EXISTS with a duplicate of its own: then the tables are there. */
async function makeTables(db: SqlCatalogDatabase): Promise<void> {
  try {
    await createCatalogTables(db)
  } catch (error) {
    if (classify(error) !== 'duplicate') throw error
    await createCatalogTables(db)
  }
}
