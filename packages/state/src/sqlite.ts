import {existsSync} from 'node:fs'
import {mkdir, open} from 'node:fs/promises'
import {dirname} from 'node:path'
import type {DatabaseSync, SQLInputValue} from 'node:sqlite'
import {ExitCode, messageOf, PhloError, unavailable} from '@phlo/core'
import {type Dialect, SqliteDialect, type SqliteStatement} from 'kysely'

export interface SqliteOptions {
  readonly create: boolean
  readonly readonly: boolean
  /** Milliseconds that a statement waits for another process to let go of the file. */
  readonly busyTimeout: number
}

const SQLITE_NOTADB = 26

/**
 * Kysely's dialect over Node's own SQLite. A new file gets mode 0600, its folder 0700, and write-ahead logging, so that readers
 * and a writer do not wait for each other.
 *
 * @throws PhloError `DATABASE_NOT_FOUND`, `DATABASE_UNAVAILABLE`
 */
export async function sqliteDialect(path: string, options: SqliteOptions): Promise<Dialect> {
  const isNew = path !== ':memory:' && !existsSync(path)
  if (isNew && (options.readonly || !options.create)) {
    throw new PhloError(`The database ${path} does not exist.`, {code: 'DATABASE_NOT_FOUND', exit: ExitCode.unavailable})
  }
  if (isNew) await createFile(path)
  const database = await openFile(path, isNew, options)
  return new SqliteDialect({database: {close: () => database.close(), prepare: (sql) => statement(database, sql)}})
}

async function createFile(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), {recursive: true, mode: 0o700})
    // SQLite gives the files beside the database the mode of the database.
    const file = await open(path, 'a', 0o600)
    await file.close()
  } catch (cause) {
    throw unavailable('DATABASE_UNAVAILABLE', `The database ${path} cannot be created: ${messageOf(cause)}.`, {cause})
  }
}

async function openFile(path: string, isNew: boolean, {readonly, busyTimeout}: SqliteOptions): Promise<DatabaseSync> {
  const {DatabaseSync: Database} = await import('node:sqlite')
  let database: DatabaseSync | undefined
  try {
    database = new Database(path, {timeout: 0, readOnly: readonly, enableForeignKeyConstraints: true})
    assertDatabase(database)
    database.exec(`PRAGMA busy_timeout = ${busyTimeout}`)
    if (isNew) database.exec('PRAGMA journal_mode = WAL')
    return database
  } catch (cause) {
    database?.close()
    throw unavailable('DATABASE_UNAVAILABLE', `The database ${path} cannot be opened: ${messageOf(cause)}.`, {cause})
  }
}

/**
 * SQLite looks into a file only with the first statement. Whether it is a database at all is told of at once; anything else, a
 * lock above all, is for the statement that meets it.
 */
function assertDatabase(database: DatabaseSync): void {
  try {
    database.exec('PRAGMA schema_version')
  } catch (error) {
    if ((error as {readonly errcode?: unknown}).errcode === SQLITE_NOTADB) throw error
  }
}

function statement(database: DatabaseSync, sql: string): SqliteStatement {
  const prepared = database.prepare(sql)
  const values = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[]
  return {
    reader: prepared.columns().length > 0,
    all: (parameters) => prepared.all(...values(parameters)),
    run: (parameters) => prepared.run(...values(parameters)),
    iterate: (parameters) => prepared.iterate(...values(parameters)),
  }
}
