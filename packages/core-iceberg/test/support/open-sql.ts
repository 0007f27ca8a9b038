import {icebergLakehouse, localFileIO} from '@phlo/iceberg'
import {createSqlCatalog, type SqlCatalogTables} from '@phlo/iceberg/sql'
import {openDatabase} from '@phlo/state'

/** The SQL catalog for the suite of catalogs, in this process or in another. */
export async function open({uri = '', warehouse = '', lake = 'lake'}: Readonly<Record<string, string>>) {
  const {db, close} = await openDatabase<SqlCatalogTables>(uri)
  return icebergLakehouse(createSqlCatalog({name: lake, warehouse, db: async () => db, openIO: async () => localFileIO(), close}))
}
