import {existsSync} from 'node:fs'
import {type CatalogProvider, hasCode, usage, wholeNumberProperty} from '@phlo/core'
import {icebergLakehouse} from '@phlo/iceberg'
import {createSqlCatalog, type SqlCatalogTables} from '@phlo/iceberg/sql'
import {type Database, openDatabase, parseDatabaseUrl} from '@phlo/state'

/** `type: sql`: the tables of Iceberg's JDBC catalog in SQLite or PostgreSQL. Reading makes no database; the first write does. */
const provider: CatalogProvider = {
  $type: '@phlo/catalog',
  contract: 1,
  type: 'sql',
  async open(name, properties, {fileIO}) {
    const {uri, warehouse} = properties
    if (uri === undefined) {
      throw usage('CATALOG_WITHOUT_URI', `The catalog ${name} has no uri.`, [
        `phlo config set catalogs.${name}.uri sqlite:////absolute/path.db`,
      ])
    }
    const location = parseDatabaseUrl(uri)
    const busyTimeout = wholeNumberProperty(name, properties, 'sql.busy-timeout-ms', undefined, 0)
    let opened: Promise<Database<SqlCatalogTables>> | undefined
    const open = () => {
      opened ??= openDatabase<SqlCatalogTables>(uri, busyTimeout === undefined ? {} : {busyTimeout})
      return opened
    }
    const isThere = () => location.dialect === 'postgres' || location.path === ':memory:' || existsSync(location.path)
    return icebergLakehouse(
      createSqlCatalog({
        name,
        ...(warehouse !== undefined && {warehouse}),
        openIO: fileIO,
        db: async (intent) => (intent === 'read' && !opened && !isThere() ? undefined : (await open()).db),
        close: async () => (await opened?.catch(ignoreMissing))?.close(),
      }),
    )
  },
}

/** What could not be opened need not be closed. */
function ignoreMissing(error: unknown): undefined {
  if (hasCode(error, 'DATABASE_UNAVAILABLE') || hasCode(error, 'DATABASE_NOT_FOUND')) return undefined
  throw error
}

export default provider
