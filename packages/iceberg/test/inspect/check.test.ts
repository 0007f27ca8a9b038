import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {expireSnapshots, optimize, rewriteManifests} from '@phlo/iceberg'
import type {Lake} from '../support/lake.js'
import {addDeletes, appendRows, emptyTable, entriesOf, findingsOf, openCheckedLake, positionDeletes, vectors} from './checked.js'

let lake: Lake
beforeAll(async () => {
  lake = await openCheckedLake()
})
afterAll(() => lake.close())

const everything = {data: true, allSnapshots: true}

describe.each([1, 2, 3])('a healthy table of format version %d', (version) => {
  test.each([null, 'identity', 'bucket[3]', 'truncate[6]', 'void'])(
    'partitioned by %s has no finding, whatever is done to it',
    async (transform) => {
      const name = await emptyTable(lake, version, transform)
      const clean = async () => expect(await findingsOf(lake, await lake.table(name), everything)).toEqual([])
      await clean()
      for (let commit = 0; commit < 3; commit++) await appendRows(lake, name, commit * 40)
      await clean()
      await lake.run(rewriteManifests, name, {})
      await clean()
      await lake.run(optimize, name, {minInputFiles: 2})
      await clean()
      await appendRows(lake, name, 200)
      await lake.run(expireSnapshots, name, {olderThan: 0})
      await clean()
    },
  )
})

test('a table with position deletes has no finding, nor when optimize has applied them', async () => {
  const name = await emptyTable(lake, 2)
  await appendRows(lake, name)
  const table = await lake.table(name)
  const [first, second] = await entriesOf(table)
  await addDeletes(lake, name, [
    await positionDeletes(table, first?.dataFile as never, [0, 2]),
    await positionDeletes(table, second?.dataFile as never, [1]),
  ])
  expect(await findingsOf(lake, await lake.table(name), everything)).toEqual([])
  await lake.run(optimize, name, {rewriteAll: true})
  expect(await findingsOf(lake, await lake.table(name), everything)).toEqual([])
})

test('a table with deletion vectors has no finding, nor when optimize has applied them', async () => {
  const name = await emptyTable(lake, 3)
  await appendRows(lake, name)
  const table = await lake.table(name)
  const targets = (await entriesOf(table)).map(({dataFile}) => dataFile)
  await addDeletes(lake, name, await vectors(table, targets, [0, 3]))
  expect(await findingsOf(lake, await lake.table(name), everything)).toEqual([])
  await lake.run(optimize, name, {rewriteAll: true})
  expect(await findingsOf(lake, await lake.table(name), everything)).toEqual([])
})
