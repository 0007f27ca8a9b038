import {randomUUID} from 'node:crypto'
import {test} from '@jest/globals'
import {openDatabase} from '@phlo/state'
import {sql} from 'kysely'
import {openLake} from '../support/lake.js'
import {crowd} from './crowd.js'

const server = process.env['PHLO_TEST_POSTGRES_URL']

test('eight writers, two optimizers and an expirer share a table on PostgreSQL, and nothing is lost', async () => {
  if (server === undefined) throw new Error('PHLO_TEST_POSTGRES_URL is not set: run this suite through npm test, which starts a server')
  const name = `crowd_${randomUUID().replaceAll('-', '')}`
  const admin = await openDatabase(server)
  await sql`create database ${sql.id(name)}`.execute(admin.db)
  await admin.close()
  const lake = await openLake({uri: server.replace(/\/[^/]*$/, `/${name}`)})
  await crowd(lake)
  await lake.close()
})
