import {Kysely, PostgresDialect} from 'kysely'
import {parseDatabaseUrl} from './database-url.js'
import {sqliteDialect} from './sqlite.js'

/** An open database. */
export interface Database<Tables> {
  readonly db: Kysely<Tables>
  readonly dialect: 'sqlite' | 'postgres'
  close(): Promise<void>
}

export interface OpenOptions {
  /** Make a SQLite file that does not exist. Default: true. */
  readonly create?: boolean
  /** Default: false. */
  readonly readonly?: boolean
  /** Milliseconds that a statement waits while another process has a SQLite file locked. Default: 30,000. */
  readonly busyTimeout?: number
}

/** Milliseconds to wait for a connection, and for the answer to a statement: a server that says nothing is not waited for. */
const CONNECT_TIMEOUT = 10_000
const QUERY_TIMEOUT = 60_000
const CONNECTIONS = 4
const BUSY_TIMEOUT = 30_000

/**
 * Opens SQLite (`node:sqlite`) or PostgreSQL (`pg`, imported only for it) by URL.
 *
 * @throws PhloError `INVALID_DATABASE_URL`, `DATABASE_NOT_FOUND`, `DATABASE_UNAVAILABLE`; a PostgreSQL server that cannot be
 * reached shows with the first statement
 */
export async function openDatabase<Tables>(
  url: string,
  {create = true, readonly = false, busyTimeout = BUSY_TIMEOUT}: OpenOptions = {},
): Promise<Database<Tables>> {
  const location = parseDatabaseUrl(url)
  const dialect =
    location.dialect === 'sqlite'
      ? await sqliteDialect(location.path, {create, readonly, busyTimeout})
      : await postgresDialect(location.url)
  const db = new Kysely<Tables>({dialect})
  return {db, dialect: location.dialect, close: () => db.destroy()}
}

async function postgresDialect(connectionString: string): Promise<PostgresDialect> {
  const {default: pg} = await import('pg')
  const pool = new pg.Pool({
    connectionString,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    query_timeout: QUERY_TIMEOUT,
    keepAlive: true,
    application_name: 'phlo',
  })
  // A connection that breaks while it is idle is replaced with the next statement; one that breaks during a statement fails that too.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return new PostgresDialect({pool})
}
