export type {SqlCatalogOptions} from './catalog/sql/options.js'
export {createSqlCatalog} from './catalog/sql/sql-catalog.js'
export type {SqlCatalogDatabase, SqlCatalogTables} from './catalog/sql/tables.js'
