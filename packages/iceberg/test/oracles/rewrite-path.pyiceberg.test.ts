import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {closeSound} from '../support/close-sound.js'
import {standingPyiceberg} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'
import {moveTable, withoutFilesOf} from '../support/move-table.js'

const pyiceberg = standingPyiceberg()
afterAll(() => pyiceberg.close())

describe('PyIceberg', () => {
  let lake: Lake
  beforeAll(async () => {
    lake = await openLake()
  })
  afterAll(() => closeSound(lake))

  test.each([1, 2])('reads a v%d table of its own after it was moved, and goes on writing to it', async (version) => {
    const name = `made.by_pyiceberg_v${version}`
    await pyiceberg.create(lake, name, version, 6, 40)
    const profile = await pyiceberg.profile(lake, name)
    const {moved} = await moveTable(lake, name)
    await withoutFilesOf(lake, name, async () => {
      expect(await pyiceberg.profile(lake, moved)).toEqual(profile)
      await pyiceberg.append(lake, moved, 5000, 10)
      expect(Object.values(await pyiceberg.profile(lake, moved)).at(-1)?.rows).toBe((Object.values(profile).at(-1)?.rows ?? 0) + 10)
    })
  })
})
