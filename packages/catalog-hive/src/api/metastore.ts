import {type Changed, type Client, isRefusal} from './client.js'
import {
  alterDatabase,
  alterTable,
  createDatabase,
  createTable,
  dropDatabase,
  dropTable,
  getAllDatabases,
  getAllTables,
  getDatabase,
  getTable,
  getTableNamesByFilter,
  getTableReq,
  getTablesReq,
  getVersion,
} from './methods.js'
import type {HiveDatabase, HiveTable} from './structs.js'

/** What is asked of a metastore. Names are in lower case. Whoever changes something settles what came of it. */
export interface Metastore {
  readonly catalog: string
  /** What it is (`4.0.1`). Hive 2 says `3.0`, whatever it is. */
  version(): Promise<string>
  databases(): Promise<readonly string[]>
  database(name: string): Promise<HiveDatabase | undefined>
  createDatabase(database: HiveDatabase): Promise<Changed<void>>
  alterDatabase(name: string, database: HiveDatabase): Promise<Changed<void>>
  /** Drops a database that is empty, and none of its files. */
  dropDatabase(name: string): Promise<Changed<void>>
  /** The Iceberg tables of a database, in no order. */
  icebergTables(database: string): Promise<readonly string[]>
  table(database: string, name: string): Promise<HiveTable | undefined>
  createTable(table: HiveTable): Promise<Changed<void>>
  /** Replaces a table, if its `metadata_location` is the expected one: metastores that do not check that replace it anyway. */
  alterTable(database: string, name: string, table: HiveTable, expected: string): Promise<Changed<void>>
  /** Forgets a table, and deletes none of its files. */
  dropTable(database: string, name: string): Promise<Changed<void>>
  close(): void
}

/** Tables whose descriptions come in one answer. */
const BATCH = 100
/** Declares that tables which only take inserts are known: they are left out by what they are. */
const INSERT_ONLY_TABLES = 2

/** As Iceberg's library asks: some databases compare these texts by LIKE alone. Others than it have written the name in lower case. */
const IS_ICEBERG = ['ICEBERG', 'iceberg'].map((type) => `hive_filter_field_params__table_type like "${type}"`).join(' or ')

export function hiveMetastore(client: Client): Metastore {
  const {catalog} = client
  let hasTableRequests = true
  const table: Metastore['table'] = async (dbName, tblName) => {
    const about = `table ${dbName}.${tblName}`
    const expected = ['NoSuchObjectException', 'UNKNOWN_METHOD']
    if (hasTableRequests) {
      const found = await client.askOr(getTableReq, {req: {dbName, tblName}}, about, expected)
      if (!isRefusal(found)) return found.table
      if (found.kind === 'NoSuchObjectException') return undefined
      hasTableRequests = false
    }
    const found = await client.askOr(getTable, {dbname: dbName, tblName}, about, ['NoSuchObjectException'])
    return isRefusal(found) ? undefined : found
  }
  /** For metastores that do not filter by parameters. */
  const describedTables = async (dbName: string): Promise<readonly string[]> => {
    const about = `namespace ${dbName}`
    const names = await client.ask(getAllTables, {dbname: dbName}, about)
    const found: string[] = []
    for (let at = 0; at < names.length; at += BATCH) {
      const req = {dbName, tblNames: names.slice(at, at + BATCH), capabilities: {values: [INSERT_ONLY_TABLES]}}
      const {tables = []} = await client.ask(getTablesReq, {req}, about)
      found.push(...tables.filter(isIceberg).flatMap(({tableName}) => tableName ?? []))
    }
    return found
  }
  return {
    catalog,
    version: () => client.ask(getVersion, {}, 'its version'),
    databases: () => client.ask(getAllDatabases, {}, 'its namespaces'),
    async database(name) {
      const found = await client.askOr(getDatabase, {name}, `namespace ${name}`, ['NoSuchObjectException'])
      return isRefusal(found) ? undefined : found
    },
    createDatabase: (database) => client.change(createDatabase, {database}, `namespace ${database.name}`),
    alterDatabase: (name, database) => client.change(alterDatabase, {name, database}, `namespace ${name}`),
    dropDatabase: (name) => client.change(dropDatabase, {name, deleteData: false, cascade: false}, `namespace ${name}`),
    async icebergTables(dbname) {
      const refusals = ['MetaException', 'InvalidOperationException', 'UNKNOWN_METHOD', 'INTERNAL_ERROR']
      const names = await client.askOr(getTableNamesByFilter, {dbname, filter: IS_ICEBERG, most: -1}, `namespace ${dbname}`, refusals)
      return isRefusal(names) ? describedTables(dbname) : names
    },
    table,
    createTable: (created) => client.change(createTable, {table: created}, `table ${created.dbName}.${created.tableName}`),
    alterTable(dbname, tblName, altered, expected) {
      const properties = {
        DO_NOT_UPDATE_STATS: 'true',
        expected_parameter_key: 'metadata_location',
        expected_parameter_value: expected,
      }
      return client.change(alterTable, {dbname, tblName, table: altered, environment: {properties}}, `table ${dbname}.${tblName}`)
    },
    dropTable: (dbname, name) => client.change(dropTable, {dbname, name, deleteData: false}, `table ${dbname}.${name}`),
    close: () => client.close(),
  }
}

/** True for a table of Iceberg; its views are called otherwise. */
export const isIceberg = ({parameters}: HiveTable) => parameters?.['table_type']?.toUpperCase() === 'ICEBERG'
