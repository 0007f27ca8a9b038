import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {optimize} from '@phlo/iceberg'
import {findingsOf} from '../inspect/checked.js'
import {standingJava} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'

const java = standingJava()
afterAll(() => java.close())

let lake: Lake
beforeAll(async () => {
  lake = await openLake()
})
afterAll(() => lake.close())

const everything = {data: true, allSnapshots: true}

test.each([1, 2])('a v%d table with every type that Java made has no finding, nor when Phlo has optimized it', async (version) => {
  const name = `made.checked_v${version}`
  await java.create(lake, name, version, 12, 30)
  expect(await findingsOf(lake, await lake.table(name), everything)).toEqual([])
  await lake.run(optimize, name, {})
  expect(await findingsOf(lake, await lake.table(name), everything)).toEqual([])
})

test.each([
  [2, 'parquet'],
  [3, 'parquet'],
  [2, 'avro'],
  [3, 'avro'],
])('a v%d table in %s with every kind of delete that Java made has no finding, nor when Phlo has optimized it', async (version, format) => {
  const name = `made.deleted_v${version}_${format}`
  await java.createDeleted(lake, name, version, format)
  expect(await findingsOf(lake, await lake.table(name), everything)).toEqual([])
  await lake.run(optimize, name, {rewriteAll: true})
  expect(await findingsOf(lake, await lake.table(name), everything)).toEqual([])
})
