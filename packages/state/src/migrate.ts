import {ExitCode, messageOf, PhloError, unavailable} from '@phlo/core'
import {type Kysely, sql, type Transaction} from 'kysely'

/** A step of a package's schema. Steps are never changed once they are released; a new one is added. */
export interface Migration {
  /** Sorts after all earlier ones: `0001-policies`. */
  readonly name: string
  // biome-ignore lint/suspicious/noExplicitAny: a migration runs before the tables that a type could name are there
  up(db: Transaction<any>): Promise<void>
}

interface MigrationTables {
  phlo_migrations: {package: string; name: string; applied_at: string}
}

/**
 * Brings a package's tables up to date, in one transaction: all missing steps, or none. Several processes may call it at once.
 *
 * @returns the names of the steps that were made
 * @throws PhloError `STATE_TOO_NEW` (exit 6) when a later version of the package was here already; `MIGRATION_FAILED` (exit 3),
 * which names the step
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  packageName: string,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const own = db as unknown as Kysely<MigrationTables>
  await createMigrationsTable(own)
  return own.transaction().execute(async (transaction) => {
    await lock(transaction, packageName)
    const rows = await transaction.selectFrom('phlo_migrations').select('name').where('package', '=', packageName).execute()
    const applied = new Set(rows.map(({name}) => name))
    const unknown = [...applied].filter((name) => !migrations.some((migration) => migration.name === name))
    if (unknown.length > 0) {
      throw new PhloError(`The state of ${packageName} was written by a later version: it has ${unknown.join(', ')}.`, {
        code: 'STATE_TOO_NEW',
        exit: ExitCode.refused,
        suggestions: [`phlo plugins update ${packageName}`],
      })
    }
    const missing = migrations.filter(({name}) => !applied.has(name)).sort((a, b) => a.name.localeCompare(b.name))
    for (const step of missing) await apply(transaction, packageName, step)
    return missing.map(({name}) => name)
  })
}

/** What PostgreSQL says to all but one of several CREATE TABLE IF NOT EXISTS at once; when it says so, the table is there. */
const CREATED_MEANWHILE: readonly unknown[] = ['23505', '42P07', '42710']

async function createMigrationsTable(db: Kysely<MigrationTables>): Promise<void> {
  try {
    await db.schema
      .createTable('phlo_migrations')
      .ifNotExists()
      .addColumn('package', 'varchar(255)', (column) => column.notNull())
      .addColumn('name', 'varchar(255)', (column) => column.notNull())
      .addColumn('applied_at', 'varchar(40)', (column) => column.notNull())
      .addPrimaryKeyConstraint('phlo_migrations_pkey', ['package', 'name'])
      .execute()
  } catch (error) {
    if (!CREATED_MEANWHILE.includes((error as {readonly code?: unknown}).code)) throw error
  }
}

async function apply(transaction: Transaction<MigrationTables>, packageName: string, {name, up}: Migration): Promise<void> {
  try {
    await up(transaction)
  } catch (cause) {
    const what = `Step ${name} of the state of ${packageName} failed, and nothing was changed`
    throw unavailable('MIGRATION_FAILED', `${what}: ${messageOf(cause)}.`, {cause})
  }
  await transaction.insertInto('phlo_migrations').values({package: packageName, name, applied_at: new Date().toISOString()}).execute()
}

/** Makes others wait until this transaction ends: a write, which takes SQLite's file and a row of PostgreSQL. */
async function lock(transaction: Transaction<MigrationTables>, packageName: string): Promise<void> {
  await sql`insert into phlo_migrations (package, name, applied_at) values (${packageName}, '(lock)', '') on conflict (package, name) do update set applied_at = ''`.execute(
    transaction,
  )
  await transaction.deleteFrom('phlo_migrations').where('package', '=', packageName).where('name', '=', '(lock)').execute()
}
