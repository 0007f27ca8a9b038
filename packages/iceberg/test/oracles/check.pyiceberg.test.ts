import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {optimize} from '@phlo/iceberg'
import {findingsOf} from '../inspect/checked.js'
import {standingPyiceberg} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'

const pyiceberg = standingPyiceberg()
afterAll(() => pyiceberg.close())

let lake: Lake
beforeAll(async () => {
  lake = await openLake()
})
afterAll(() => lake.close())

test.each([1, 2])('a v%d table that PyIceberg made has no finding, nor when both have gone on with it', async (version) => {
  const name = `made.checked_v${version}`
  const clean = async () => expect(await findingsOf(lake, await lake.table(name), {data: true, allSnapshots: true})).toEqual([])
  await pyiceberg.create(lake, name, version, 6, 40)
  await clean()
  await lake.run(optimize, name, {minInputFiles: 2})
  await pyiceberg.append(lake, name, 500, 20)
  await clean()
})
