import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {repair} from '@phlo/iceberg'
import {findingsOf, withEntries} from '../inspect/checked.js'
import {closeSound} from '../support/close-sound.js'
import {java} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'

let lake: Lake
beforeAll(async () => {
  lake = await openLake()
})
afterAll(() => closeSound(lake))

test.each([1, 2, 3])(
  'a v%d table with every type that Java made needs no repair, and Java reads it as before after one',
  async (version) => {
    const name = `made.repaired_v${version}`
    if (version === 3) java.createDeleted(lake, name, version)
    else java.create(lake, name, version, 12, 30)
    const before = Object.values(java.profile(lake, name)).at(-1)
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
    expect(java.profile(lake, name)[String(result.snapshotId)]).toEqual(before)
    expect(await findingsOf(lake, await lake.table(name), {data: true})).toEqual([])
  },
)
