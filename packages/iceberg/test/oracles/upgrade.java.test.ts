import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {append, headOf, liveFiles, optimize, upgrade} from '@phlo/iceberg'
import {addDeletes, entriesOf, findingsOf, positionDeletes, vectors} from '../inspect/checked.js'
import {closeSound} from '../support/close-sound.js'
import {standingJava} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'

const java = standingJava()
afterAll(() => java.close())

let lake: Lake
beforeAll(async () => {
  lake = await openLake()
})
afterAll(() => closeSound(lake))

test('Iceberg’s Java library finds the same rows in every snapshot of a table that goes from version 1 to 2 to 3', async () => {
  const name = 'made.to_upgrade'
  await java.create(lake, name, 1, 10, 20)
  const files: {path: string; records: number}[] = []
  for await (const {path, records} of liveFiles(await lake.table(name))) files.push({path, records})
  const some = files.slice(0, 2)
  const added = some.reduce((sum, {records}) => sum + records, 0)
  const head = async () => String(headOf(await lake.table(name))?.['snapshot-id'])
  const original = await java.profile(lake, name)
  let rows = original[await head()]?.rows ?? 0
  /** By snapshot. */
  const expected: Record<string, {rows: number}> = {...original}
  /** Does something that adds so many rows. */
  const step = async (work: () => Promise<unknown>, more: number) => {
    await work()
    rows += more
    expected[await head()] = {rows}
    expect(await findingsOf(lake, await lake.table(name), {data: true, allSnapshots: true})).toEqual([])
  }
  const again = () => lake.run(append, name, {files: some.map(({path}) => path)})
  const rewrite = () => lake.run(optimize, name, {minInputFiles: 2, rewriteAll: true, verify: 'full'})
  const deleteTwo = async (version: number) => {
    const table = await lake.table(name)
    const target = (await entriesOf(table)).find(({dataFile}) => dataFile.recordCount > 5)?.dataFile
    if (!target) throw new Error('there is no data file')
    await addDeletes(lake, name, version > 2 ? await vectors(table, [target], [0, 3]) : [await positionDeletes(table, target, [1, 2])])
  }
  await step(rewrite, 0)
  for (const version of [2, 3]) {
    await step(again, added)
    const before = await java.profile(lake, name)
    await step(() => lake.run(upgrade, name, {formatVersion: version}), 0)
    expect(await java.profile(lake, name)).toMatchObject(before)
    await step(again, added)
    await step(() => deleteTwo(version), -2)
    await step(rewrite, 0)
    await step(again, added)
    await step(() => deleteTwo(version), -2)
  }
  const found = await java.profile(lake, name)
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort())
  expect(found).toMatchObject(expected)
})
