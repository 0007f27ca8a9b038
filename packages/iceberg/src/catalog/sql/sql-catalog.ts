import type {Catalog} from '../catalog.js'
import {createPointerCatalog} from '../pointer/pointer-catalog.js'
import type {SqlCatalogOptions} from './options.js'
import {sqlStore} from './sql-store.js'

/**
 * A catalog in a SQL database with the tables of Iceberg's JDBC catalog, which PyIceberg, Java and Spark open unchanged; SQLite
 * and PostgreSQL. A commit is one UPDATE that compares and swaps the metadata's location. Catalogs of schema version 0 are used
 * as they are; views are neither listed nor touched.
 */
export const createSqlCatalog = (options: SqlCatalogOptions): Catalog => createPointerCatalog(sqlStore(options), options)
