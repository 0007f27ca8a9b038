import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {append, headOf, liveFiles, optimize, upgrade} from '@phlo/iceberg'
import {findingsOf} from '../inspect/checked.js'
import {closeSound} from '../support/close-sound.js'
import {standingPyiceberg} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'

const pyiceberg = standingPyiceberg()
afterAll(() => pyiceberg.close())

let lake: Lake
beforeAll(async () => {
  lake = await openLake()
})
afterAll(() => closeSound(lake))

test('PyIceberg finds the same rows in every snapshot of a table that Phlo brought from version 1 to 2, and writes on', async () => {
  const name = 'made.to_upgrade'
  await pyiceberg.create(lake, name, 1, 6, 50)
  await lake.run(optimize, name, {minInputFiles: 2})
  const before = await pyiceberg.profile(lake, name)
  expect(await findingsOf(lake, await lake.table(name), {data: true, allSnapshots: true})).toEqual([])
  await lake.run(upgrade, name, {formatVersion: 2})
  expect(await pyiceberg.profile(lake, name)).toEqual(before)

  const files: string[] = []
  for await (const {path} of liveFiles(await lake.table(name))) files.push(path)
  await lake.run(append, name, {files})
  await pyiceberg.append(lake, name, 1000, 30)
  await lake.run(optimize, name, {rewriteAll: true, verify: 'full'})
  const after = await pyiceberg.profile(lake, name)
  expect(after).toMatchObject(before)
  const [last] = Object.values(before).slice(-1)
  expect(after[String(headOf(await lake.table(name))?.['snapshot-id'])]?.rows).toBe(2 * (last?.rows ?? 0) + 30)
  expect(await findingsOf(lake, await lake.table(name), {data: true, allSnapshots: true})).toEqual([])
})
