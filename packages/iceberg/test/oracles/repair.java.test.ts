import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {repair} from '@phlo/iceberg'
import {findingsOf, withEntries} from '../inspect/checked.js'
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

test.each([1, 2, 3])(
  'a v%d table with every type that Java made needs no repair, and Java reads it as before after one',
  async (version) => {
    const name = `made.repaired_v${version}`
    if (version === 3) await java.createDeleted(lake, name, version)
    else await java.create(lake, name, version, 12, 30)
    const before = Object.values(await java.profile(lake, name)).at(-1)
    const {plan} = await lake.run(repair, name, {})
    expect({noop: plan.noop, files: plan.files, left: plan.left}).toEqual({noop: true, files: [], left: []})
    await withEntries(lake, name, (entries) =>
      entries.map(({dataFile, ...entry}) => {
        if (dataFile.content !== 'data') return {...entry, dataFile}
        const {lowerBounds: _lower, nullValueCounts: _nulls, ...rest} = dataFile
        return {...entry, dataFile: {...rest, splitOffsets: [1], fileSizeInBytes: 5}}
      }),
    )
    const {result} = await lake.run(repair, name, {})
    expect(result.mendedFiles).toBeGreaterThan(10)
    expect((await java.profile(lake, name))[String(result.snapshotId)]).toEqual(before)
    expect(await findingsOf(lake, await lake.table(name), {data: true})).toEqual([])
  },
)
