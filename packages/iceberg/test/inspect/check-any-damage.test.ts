import {readFile, writeFile} from 'node:fs/promises'
import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {isPhloError} from '@phlo/core'
import {headOf, localPath} from '@phlo/iceberg'
import fc from 'fast-check'
import type {Lake} from '../support/lake.js'
import {
  addDeletes,
  appendRows,
  emptyTable,
  entriesOf,
  findingsOf,
  manifestsOf,
  openCheckedLake,
  positionDeletes,
  vectors,
} from './checked.js'

let lake: Lake
beforeAll(async () => {
  lake = await openCheckedLake()
})
afterAll(() => lake.close())

test.each([2, 3])(
  'whatever byte of whichever file of a v%d table is damaged, the check ends with findings or one clear error',
  async (version) => {
    const name = await emptyTable(lake, version)
    await appendRows(lake, name)
    const bare = await lake.table(name)
    const targets = (await entriesOf(bare)).map(({dataFile}) => dataFile)
    const deletes =
      version === 3 ? await vectors(bare, targets, [0, 3]) : await Promise.all(targets.map((target) => positionDeletes(bare, target, [1])))
    const table = await addDeletes(lake, name, deletes)
    const paths = [
      headOf(table)?.['manifest-list'] as string,
      ...(await manifestsOf(table)).map(({manifestPath}) => manifestPath),
      ...(await entriesOf(table)).map(({dataFile}) => dataFile.filePath),
    ].map(localPath)
    expect(await findingsOf(lake, table)).toEqual([])
    let found = 0
    await fc.assert(
      fc.asyncProperty(
        fc.nat(paths.length - 1),
        fc.double({min: 0, max: 1, maxExcluded: true, noNaN: true}),
        fc.integer({min: 1, max: 255}),
        async (file, place, bits) => {
          const path = paths[file] as string
          const bytes = await readFile(path)
          const damaged = Buffer.from(bytes)
          const at = Math.floor(place * bytes.length)
          damaged[at] = (damaged[at] as number) ^ bits
          await writeFile(path, damaged)
          try {
            found += Number((await findingsOf(lake, table)).length > 0)
          } catch (error) {
            expect({at, path, error, isClear: isPhloError(error)}).toMatchObject({isClear: true})
          } finally {
            await writeFile(path, bytes)
          }
        },
      ),
      {numRuns: 400},
    )
    expect(found).toBeGreaterThan(100)
    expect(await findingsOf(lake, table)).toEqual([])
  },
)
