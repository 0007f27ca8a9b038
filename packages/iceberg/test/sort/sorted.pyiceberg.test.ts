import {afterAll, expect, test} from '@jest/globals'
import {optimize} from '@phlo/iceberg'
import {standingPyiceberg} from '../support/judges.js'
import {openLake} from '../support/lake.js'

const pyiceberg = standingPyiceberg()
afterAll(() => pyiceberg.close())

test('PyIceberg reads the same rows before and after its table is sorted and then z-ordered, on every snapshot, and goes on writing', async () => {
  const lake = await openLake()
  const name = 'made.to_sort'
  await pyiceberg.create(lake, name, 2, 8, 60)
  const before = await pyiceberg.profile(lake, name)
  const rows = before[String((await lake.table(name)).metadata['current-snapshot-id'])]
  const sorted = await lake.run(optimize, name, {sort: 'name desc nulls last, id', verify: 'full'})
  const clustered = await lake.run(optimize, name, {zorder: ['name', 'id'], memoryLimit: 1024 ** 2, verify: 'full'})
  const own = Object.fromEntries([sorted, clustered].map(({result}) => [String(result.snapshotId), rows]))
  expect(await pyiceberg.profile(lake, name)).toEqual({...before, ...own})
  expect(rows?.rows).toBe(480)
  await pyiceberg.append(lake, name, 1000, 20)
  const {plan, result} = await lake.run(optimize, name, {zorder: ['name', 'id']})
  expect(plan.inputFiles).toBeGreaterThan(1)
  expect((await pyiceberg.profile(lake, name))[String(result.snapshotId)]?.rows).toBe(500)
  await lake.close()
})
