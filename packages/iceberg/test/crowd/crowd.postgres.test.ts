import {randomUUID} from 'node:crypto'
import {test} from '@jest/globals'
import {openDatabase} from '@phlo/state'
import {sql} from 'kysely'
import {openLake} from '../support/lake.js'
import {required} from '../support/required.js'
import {crowd} from './crowd.js'

test('eight writers, two optimizers and an expirer share a table on PostgreSQL, and nothing is lost', async () => {
  const server = required('PHLO_TEST_POSTGRES_URL')
  const name = `crowd_${randomUUID().replaceAll('-', '')}`
  const admin = await openDatabase(server)
  await sql`create database ${sql.id(name)}`.execute(admin.db)
  await admin.close()
  const lake = await openLake({uri: server.replace(/\/[^/]*$/, `/${name}`)})
  await crowd(lake)
  await lake.close()
})
