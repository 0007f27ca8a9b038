import {join} from 'node:path'
import {parseTableName} from '@phlo/core'
import {icebergTable, localFileIO} from '@phlo/iceberg'
import {createSqlCatalog} from '@phlo/iceberg/sql'
import {openDatabase} from '@phlo/state'
import {root} from '../lib/places.mjs'

/** Opens a table of the demo's lakehouse with the library, as a program of one's own would. */
export async function openDemoTable(name) {
  const {db, close} = await openDatabase(`sqlite:///${join(root, '.phlo', 'catalog.db')}`)
  const io = localFileIO()
  const catalog = createSqlCatalog({name: 'local', db: async () => db, openIO: async () => io})
  const tableName = parseTableName(name)
  return {table: icebergTable(catalog, tableName, await catalog.loadTable(tableName)), close}
}
