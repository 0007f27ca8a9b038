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

/**
 * Kysely's dialect over Node's own SQLite. A new file gets mode 0600, its folder 0700, and write-ahead logging, so that readers
 * and a writer do not wait for each other.
 *
 * @throws PhloError `DATABASE_NOT_FOUND`, `DATABASE_UNAVAILABLE`
 */
export async function sqliteDialect(path: string, {create, readonly, busyTimeout}: SqliteOptions): Promise<Dialect> {
  const isNew = path !== ':memory:' && !existsSync(path)
  if (isNew && !create) {
    throw new PhloError(`The database ${path} does not exist.`, {code: 'DATABASE_NOT_FOUND', exit: ExitCode.unavailable})
  }
  if (isNew) await createFile(path)
  const database = await openFile(path, readonly, busyTimeout)
  if (isNew) database.exec('PRAGMA journal_mode = WAL')
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

async function openFile(path: string, readonly: boolean, timeout: number): Promise<DatabaseSync> {
  const {DatabaseSync: Database} = await import('node:sqlite')
  try {
    return new Database(path, {timeout, readOnly: readonly, enableForeignKeyConstraints: true})
  } catch (cause) {
    throw unavailable('DATABASE_UNAVAILABLE', `The database ${path} cannot be opened: ${messageOf(cause)}.`, {cause})
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
