import {randomBytes} from 'node:crypto'
import {openDatabase} from '@phlo/state'
import {sql} from 'kysely'

/** The address of a PostgreSQL database for a new role, which may read the catalog's tables there and no more. */
export async function readerOf(url: string): Promise<string> {
  const reader = `reader_${randomBytes(6).toString('hex')}`
  const {db, close} = await openDatabase(url)
  await sql`create role ${sql.id(reader)} login password 'hunter22'`.execute(db)
  await sql`grant select on iceberg_tables, iceberg_namespace_properties to ${sql.id(reader)}`.execute(db)
  await close()
  const uri = new URL(url)
  uri.username = reader
  uri.password = 'hunter22'
  return String(uri)
}
