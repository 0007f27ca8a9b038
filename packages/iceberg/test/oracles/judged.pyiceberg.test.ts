import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {optimize} from '@phlo/iceberg'
import {closeSound} from '../support/close-sound.js'
import {standingPyiceberg} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'
import {maintainUnderJudgement} from '../support/maintenance.js'

const pyiceberg = standingPyiceberg()
afterAll(() => pyiceberg.close())

describe('PyIceberg', () => {
  let lake: Lake
  beforeAll(async () => {
    lake = await openLake()
  })
  afterAll(() => closeSound(lake))

  test.each([1, 2])('agrees with what Phlo made of its v%d table, on every snapshot', async (version) => {
    const name = `made.by_pyiceberg_v${version}`
    await pyiceberg.create(lake, name, version, 8, 60)
    await maintainUnderJudgement(lake, name, pyiceberg)
  })

  test('goes on writing to a table that Phlo optimized, and Phlo optimizes it again', async () => {
    const name = 'made.shared'
    await pyiceberg.create(lake, name, 2, 6, 50)
    await lake.run(optimize, name, {})
    for (const first of [1000, 2000, 3000, 4000, 5000]) await pyiceberg.append(lake, name, first, 20)
    const before = Object.values(await pyiceberg.profile(lake, name)).at(-1)
    await lake.run(optimize, name, {minInputFiles: 2})
    expect(Object.values(await pyiceberg.profile(lake, name)).at(-1)).toEqual(before)
    expect(before?.rows).toBe(400)
  })

  test('finds the tables of Phlo’s catalog, and Phlo finds its', async () => {
    const names: string[] = []
    for await (const {name} of lake.catalog.listTables(['made'])) names.push(name)
    expect(names.sort()).toEqual(['by_pyiceberg_v1', 'by_pyiceberg_v2', 'shared'])
  })
})
