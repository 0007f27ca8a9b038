import {ExitCode, PhloError} from '@phlo/core'
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
 * @throws PhloError `STATE_TOO_NEW` (exit 6) when a later version of the package was here already
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  packageName: string,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const own = db as unknown as Kysely<MigrationTables>
  await own.schema
    .createTable('phlo_migrations')
    .ifNotExists()
    .addColumn('package', 'varchar(255)', (column) => column.notNull())
    .addColumn('name', 'varchar(255)', (column) => column.notNull())
    .addColumn('applied_at', 'varchar(40)', (column) => column.notNull())
    .addPrimaryKeyConstraint('phlo_migrations_pkey', ['package', 'name'])
    .execute()
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
    for (const {name, up} of missing) {
      await up(transaction)
      await transaction.insertInto('phlo_migrations').values({package: packageName, name, applied_at: new Date().toISOString()}).execute()
    }
    return missing.map(({name}) => name)
  })
}

/** Makes others wait until this transaction ends: a write, which takes SQLite's file and a row of PostgreSQL. */
async function lock(transaction: Transaction<MigrationTables>, packageName: string): Promise<void> {
  await sql`insert into phlo_migrations (package, name, applied_at) values (${packageName}, '(lock)', '') on conflict (package, name) do update set applied_at = ''`.execute(
    transaction,
  )
  await transaction.deleteFrom('phlo_migrations').where('package', '=', packageName).where('name', '=', '(lock)').execute()
}
