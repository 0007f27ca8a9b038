import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {addFiles, expireSnapshots, optimize, parseType, scanRecordBatches} from '@phlo/iceberg'
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

async function rowsOf(name: string): Promise<readonly unknown[]> {
  const rows: unknown[] = []
  for await (const batch of scanRecordBatches(await lake.table(name))) {
    for (const row of batch)
      rows.push(JSON.parse(JSON.stringify(row.toJSON(), (_, value) => (typeof value === 'bigint' ? Number(value) : value))))
  }
  return rows
}

test('lists of two levels, as Avro’s users leave them, are read as the lists that they are, and rewritten with three', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'phlo-old-lists-')), 'old.parquet')
  await java.writeOldLists(path)
  const types = {id: 'long', tags: 'list<string>', places: 'list<struct<zip: int, city: string>>'}
  const fields = Object.entries(types).map(([name, type], index) => ({id: index + 1, name, type: parseType(type), required: false}))
  await lake.catalog.createNamespace(['o'], {})
  await lake.catalog.createTable({namespace: ['o'], name: 'lists'}, {schema: {type: 'struct', fields}, properties: {'format-version': '2'}})
  await lake.run(addFiles, 'o.lists', {sources: [path]})
  const before = await rowsOf('o.lists')
  expect(before[3]).toEqual({
    id: 3,
    tags: null,
    places: [
      {zip: 3, city: 'c1'},
      {zip: null, city: 'c2'},
    ],
  })
  expect([before[4], before[5]]).toEqual([
    {id: 4, tags: ['a4'], places: null},
    {id: 5, tags: ['a5', 'b'], places: []},
  ])
  await lake.run(optimize, 'o.lists', {rewriteAll: true, verify: 'full'})
  expect(await rowsOf('o.lists')).toEqual(before)
  // The library itself does not read the old file; it reads the new one.
  await lake.run(expireSnapshots, 'o.lists', {olderThan: 0})
  const [judged] = Object.values(await java.profile(lake, 'o.lists'))
  const tags = before.map((row) => (row as {tags: string[] | null}).tags)
  const measure = tags.reduce((sum, list) => sum + (list ?? []).length, 0)
  expect(judged).toMatchObject({rows: 20, columns: {tags: {nulls: tags.filter((list) => list === null).length, sum: String(measure)}}})
})
