export {createSqlCatalog, type SqlCatalogOptions} from './catalog/sql/sql-catalog.js'
export type {SqlCatalogDatabase, SqlCatalogTables} from './catalog/sql/tables.js'
