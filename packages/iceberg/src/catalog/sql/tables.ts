import {type Kysely, sql} from 'kysely'

/** The tables of Iceberg's JDBC catalog, schema version 1; version 0 lacks `iceberg_type`. */
export interface SqlCatalogTables {
  iceberg_tables: {
    catalog_name: string
    table_namespace: string
    table_name: string
    metadata_location: string | null
    previous_metadata_location: string | null
    /** `TABLE` or `VIEW`; null, as older writers leave it, is a table. */
    iceberg_type?: string | null
  }
  iceberg_namespace_properties: {
    catalog_name: string
    namespace: string
    property_key: string
    property_value: string | null
  }
}

export type SqlCatalogDatabase = Kysely<SqlCatalogTables>

/** Creates the tables, as Java's JdbcCatalog and PyIceberg do, unless they are there. */
export async function createCatalogTables(db: SqlCatalogDatabase): Promise<void> {
  await db.schema
    .createTable('iceberg_tables')
    .ifNotExists()
    .addColumn('catalog_name', 'varchar(255)', (column) => column.notNull())
    .addColumn('table_namespace', 'varchar(255)', (column) => column.notNull())
    .addColumn('table_name', 'varchar(255)', (column) => column.notNull())
    .addColumn('metadata_location', 'varchar(1000)')
    .addColumn('previous_metadata_location', 'varchar(1000)')
    .addColumn('iceberg_type', 'varchar(5)')
    .addPrimaryKeyConstraint('iceberg_tables_pkey', ['catalog_name', 'table_namespace', 'table_name'])
    .execute()
  await db.schema
    .createTable('iceberg_namespace_properties')
    .ifNotExists()
    .addColumn('catalog_name', 'varchar(255)', (column) => column.notNull())
    .addColumn('namespace', 'varchar(255)', (column) => column.notNull())
    .addColumn('property_key', 'varchar(255)', (column) => column.notNull())
    .addColumn('property_value', 'varchar(1000)')
    .addPrimaryKeyConstraint('iceberg_namespace_properties_pkey', ['catalog_name', 'namespace', 'property_key'])
    .execute()
}

/**
 * Which of the tables a database has. `typed`: `iceberg_tables` has the column of schema version 1; a catalog of version 0 is used as it is,
 * never altered.
 */
export async function findCatalogTables(db: SqlCatalogDatabase): Promise<{readonly areThere: boolean; readonly typed: boolean}> {
  const columns = new Map((await db.introspection.getTables()).map((table) => [table.name, table.columns]))
  return {
    areThere: columns.has('iceberg_tables') && columns.has('iceberg_namespace_properties'),
    typed: columns.get('iceberg_tables')?.some(({name}) => name === 'iceberg_type') ?? false,
  }
}

/** The condition that a row is a table and not a view. */
export const isTable = (typed: boolean) => (typed ? sql<boolean>`(iceberg_type is null or iceberg_type = 'TABLE')` : sql<boolean>`1 = 1`)
