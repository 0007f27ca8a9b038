import {afterEach, beforeEach, describe, expect, test} from '@jest/globals'
import {type Database, type Migration, migrate, openDatabase} from '@phlo/state'
import {sql} from 'kysely'

interface Tables {
  phlo_migrations: {package: string; name: string; applied_at: string}
  policies: {name: string}
  notes: {text: string}
}

/** A database that nobody has used yet. */
export interface FreshDatabase {
  readonly url: string
  drop(): Promise<void>
}

const PACKAGE = '@acme/phlo-plugin-policies'
const step = (name: string, statement: string): Migration => ({
  name,
  up: async (transaction) => void (await sql.raw(statement).execute(transaction)),
})
const policies = step('0001-policies', 'create table policies (name varchar(40) not null)')
const first = step('0002-first-policy', "insert into policies (name) values ('first')")
const second = step('0003-second-policy', "insert into policies (name) values ('second')")
const steps = [policies, first, second]
const names = steps.map(({name}) => name)

/** What the migration runner keeps to on every database. */
export function migrateCases(label: string, fresh: () => Promise<FreshDatabase>): void {
  describe(`migrations on ${label}`, () => {
    let place: FreshDatabase
    let opened: Database<Tables>
    beforeEach(async () => {
      place = await fresh()
      opened = await openDatabase<Tables>(place.url)
    })
    afterEach(async () => {
      await opened.close()
      await place.drop()
    })
    const applied = (owner: string) =>
      opened.db.selectFrom('phlo_migrations').select('name').where('package', '=', owner).orderBy('name').execute()
    const policyNames = async () => (await opened.db.selectFrom('policies').select('name').execute()).map(({name}) => name)
    const tableNames = async () =>
      (await opened.db.introspection.getTables()).map(({name}) => name).filter((name) => name !== 'phlo_migrations')

    test('are made in the order of their names, whatever the order of the list, and once', async () => {
      expect(await migrate(opened.db, PACKAGE, [second, policies, first])).toEqual(names)
      expect(await migrate(opened.db, PACKAGE, steps)).toEqual([])
      expect(await policyNames()).toEqual(['first', 'second'])
      expect(await applied(PACKAGE)).toEqual(names.map((name) => ({name})))
    })

    test('are remembered by the database: after it was closed and opened again only new ones are made', async () => {
      await migrate(opened.db, PACKAGE, [policies, first])
      await opened.close()
      opened = await openDatabase<Tables>(place.url)
      expect(await migrate(opened.db, PACKAGE, steps)).toEqual(['0003-second-policy'])
      expect(await policyNames()).toEqual(['first', 'second'])
    })

    test('of two packages are kept apart, even under the same names', async () => {
      await migrate(opened.db, PACKAGE, [policies])
      expect(await migrate(opened.db, '@acme/other', [step('0001-policies', 'create table notes (text varchar(40))')])).toEqual([
        '0001-policies',
      ])
      expect((await tableNames()).sort()).toEqual(['notes', 'policies'])
      expect(await applied('@acme/other')).toEqual([{name: '0001-policies'}])
    })

    test('of which one fails leave nothing of any of them, and the error names the step and the package', async () => {
      const broken = step('0002-broken', 'insert into nowhere (name) values (1)')
      const failure = await migrate(opened.db, PACKAGE, [policies, broken, second]).catch((error: unknown) => error)
      expect(failure).toMatchObject({
        code: 'MIGRATION_FAILED',
        exit: 3,
        message: expect.stringMatching(
          /^Step 0002-broken of the state of @acme\/phlo-plugin-policies failed, and nothing was changed: .*nowhere/,
        ),
      })
      expect(await tableNames()).toEqual([])
      expect(await applied(PACKAGE)).toEqual([])
      expect(await migrate(opened.db, PACKAGE, steps)).toEqual(names)
    })

    test('that fail after others were made earlier leave those as they are', async () => {
      await migrate(opened.db, PACKAGE, [policies, first])
      const broken = step('0003-broken', 'drop table nowhere')
      const emptied = step('0002-z-emptied', 'delete from policies')
      await expect(migrate(opened.db, PACKAGE, [policies, first, emptied, broken])).rejects.toMatchObject({code: 'MIGRATION_FAILED'})
      expect(await policyNames()).toEqual(['first'])
      expect(await applied(PACKAGE)).toEqual([{name: '0001-policies'}, {name: '0002-first-policy'}])
    })

    test('of a later version are a reason to leave the database alone', async () => {
      await migrate(opened.db, PACKAGE, steps)
      const added = step('0004-added', 'delete from policies')
      await expect(migrate(opened.db, PACKAGE, [policies, first, added])).rejects.toMatchObject({
        code: 'STATE_TOO_NEW',
        exit: 6,
        message: expect.stringContaining('0003-second-policy'),
      })
      expect(await policyNames()).toEqual(['first', 'second'])
      expect(await applied(PACKAGE)).toEqual(names.map((name) => ({name})))
    })

    test('that are asked for four times at once on a fresh database are made once', async () => {
      const made = await Promise.all(Array.from({length: 4}, () => migrate(opened.db, PACKAGE, steps)))
      expect(made.flat().sort()).toEqual(names)
      expect(await policyNames()).toEqual(['first', 'second'])
    })
  })
}
