import {test} from '@jest/globals'
import {openLake} from '../support/lake.js'
import {crowd} from './crowd.js'

test('eight writers, two optimizers and an expirer share a table on SQLite, and nothing is lost', async () => {
  const lake = await openLake()
  await crowd(lake)
  await lake.close()
})
