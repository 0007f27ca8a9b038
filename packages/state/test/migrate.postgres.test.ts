import {execFile} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {expect, test} from '@jest/globals'
import {openDatabase} from '@phlo/state'
import {sql} from 'kysely'
import {type FreshDatabase, migrateCases} from './migrate-cases.js'

const server = process.env['PHLO_TEST_POSTGRES_URL']
if (server === undefined) throw new Error('PHLO_TEST_POSTGRES_URL is not set: this suite needs a real PostgreSQL')

const migrant = join(import.meta.dirname, 'migrant.mjs')

async function onServer(statement: string): Promise<void> {
  const {db, close} = await openDatabase(server as string)
  await sql.raw(statement).execute(db)
  await close()
}

async function freshDatabase(): Promise<FreshDatabase> {
  const name = `state_${randomBytes(6).toString('hex')}`
  await onServer(`create database ${name}`)
  const url = new URL(server as string)
  url.pathname = `/${name}`
  return {url: url.href, drop: () => onServer(`drop database ${name} with (force)`)}
}

migrateCases('PostgreSQL', freshDatabase)

test('processes that migrate one PostgreSQL database at the same time do not clash: every step is made once', async () => {
  for (let round = 0; round < 4; round++) {
    const {url, drop} = await freshDatabase()
    const made = await Promise.all(Array.from({length: 4}, () => promisify(execFile)(process.execPath, [migrant, url])))
    expect(made.flatMap(({stdout}) => JSON.parse(stdout) as string[]).sort()).toEqual(['0001-visits', '0002-first-visit'])
    const {db, close} = await openDatabase<{visits: {id: number}}>(url)
    expect(await db.selectFrom('visits').selectAll().execute()).toEqual([{id: 1}])
    await close()
    await drop()
  }
})

test('a server that has no such database is told of with the first statement, without the password', async () => {
  const url = new URL(server as string)
  Object.assign(url, {pathname: '/no_such_database', password: 'hunter2secret'})
  const {db, close} = await openDatabase(url.href)
  const failure = await sql`select 1`.execute(db).catch((error: unknown) => error)
  expect(String(failure)).toContain('no_such_database')
  expect(JSON.stringify(failure)).not.toContain('hunter2secret')
  await close()
})
