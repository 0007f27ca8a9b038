import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {append, optimize, parseType, type Schema} from '@phlo/iceberg'
import {tableFromArrays, tableToIPC} from 'apache-arrow'
import {closeSound} from '../support/close-sound.js'
import {deleteByPosition} from '../support/delete-rows.js'
import {duckdb} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'

let lake: Lake
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['kept'], {})
})
afterAll(() => closeSound(lake))

test.each(['2', '3'])('DuckDB finds the rows of a v%s table that are left, once deletes are moved to merged files', async (version) => {
  const name = `kept.rows_v${version}`
  const schema = parseType('struct<id: long>') as Schema
  await lake.catalog.createTable({namespace: ['kept'], name: name.slice(5)}, {schema, properties: {'format-version': version}})
  for (let file = 0; file < 6; file++) {
    const path = join(lake.folder, 'rows.arrow')
    writeFileSync(path, tableToIPC(tableFromArrays({id: BigInt64Array.from({length: 50}, (_, row) => BigInt(file * 50 + row))}), 'file'))
    await lake.run(append, name, {files: [path]})
  }
  await deleteByPosition(lake, name, (id) => id % 7n === 2n)
  const rows = Array.from({length: 300}, (_, id) => id).filter((id) => id % 7 !== 2).length
  const judge = async () => duckdb((await lake.table(name)).metadataLocation, ['id'])
  const before = await judge()
  expect(before).toMatchObject({rows})
  expect((await lake.run(optimize, name, {keepDeletes: true})).result).toMatchObject({rows: 300, keptDeletedRows: 300 - rows})
  expect(await judge()).toEqual(before)
})
