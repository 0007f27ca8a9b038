import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {computeStats, headOf} from '@phlo/iceberg'
import {findingsOf} from '../inspect/checked.js'
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

/** The sketches that Phlo wrote are byte by byte those that DataSketches makes of the rows that Iceberg reads. */
async function isAsJavaComputes(name: string, columns: number): Promise<void> {
  const {result} = await lake.run(computeStats, name, {})
  const table = await lake.table(name)
  const head = headOf(table)
  const judged = await java.statistics(lake, name, String(head?.['snapshot-id']))
  expect(Object.keys(judged).sort()).toEqual(result.columns.map((column) => column.name).sort())
  expect(Object.keys(judged)).toHaveLength(columns)
  for (const {name: column, ndv} of result.columns) {
    const sketch = judged[column]
    expect({column, stored: sketch?.stored}).toEqual({column, stored: sketch?.computed})
    expect(sketch).toMatchObject({
      ndv: String(ndv),
      storedEstimate: sketch?.computedEstimate,
      unionEstimate: sketch?.computedEstimate,
      sequenceNumber: String(head?.['sequence-number']),
    })
  }
  expect(await findingsOf(lake, table, {data: true})).toEqual([])
}

test('of a table with every type', async () => {
  await java.create(lake, 'made.every_type', 2, 6, 900)
  await isAsJavaComputes('made.every_type', 16)
})

test.each([2, 3])('of the live rows of a v%d table with every kind of delete, over a schema that changed', async (version) => {
  await java.createDeleted(lake, `made.deleted_v${version}`, version)
  await isAsJavaComputes(`made.deleted_v${version}`, 5)
})
