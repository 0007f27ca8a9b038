import {afterAll, expect, test} from '@jest/globals'
import {engine} from '@phlo/engine-duckdb'
import {optimize} from '@phlo/iceberg'
import {duckdb, standingPyiceberg} from '../../iceberg/test/support/judges.js'
import {openLake} from '../../iceberg/test/support/lake.js'

const pyiceberg = standingPyiceberg()
afterAll(() => pyiceberg.close())

test('PyIceberg and DuckDB read the same rows before and after an engine has sorted and then z-ordered a table, and PyIceberg goes on writing', async () => {
  const lake = await openLake({engines: {names: ['duckdb'], load: async () => engine}})
  const name = 'made.to_sort'
  await pyiceberg.create(lake, name, 2, 8, 60)
  const before = await pyiceberg.profile(lake, name)
  const judged = async () => duckdb((await lake.table(name)).metadataLocation, ['id', 'name'])
  const [rows, sums] = [before[String((await lake.table(name)).metadata['current-snapshot-id'])], await judged()]
  const sorted = await lake.run(optimize, name, {sort: 'name desc nulls last, id', engine: 'duckdb', verify: 'full'})
  const clustered = await lake.run(optimize, name, {zorder: ['name', 'id'], engine: 'duckdb', verify: 'full'})
  expect([sorted, clustered].map(({result}) => result.engines)).toEqual([{duckdb: 10}, {duckdb: 10}])
  const own = Object.fromEntries([sorted, clustered].map(({result}) => [String(result.snapshotId), rows]))
  expect(await pyiceberg.profile(lake, name)).toEqual({...before, ...own})
  expect(await judged()).toEqual(sums)
  await pyiceberg.append(lake, name, 1000, 20)
  const {result} = await lake.run(optimize, name, {sort: 'id', engine: 'duckdb'})
  expect((await pyiceberg.profile(lake, name))[String(result.snapshotId)]?.rows).toBe(500)
  await lake.close()
})
