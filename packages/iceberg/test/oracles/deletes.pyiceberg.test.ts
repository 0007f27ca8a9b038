import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {append, expireSnapshots, optimize, parseType, rewriteDeletes, type Schema} from '@phlo/iceberg'
import {tableFromArrays, tableToIPC} from 'apache-arrow'
import {closeSound} from '../support/close-sound.js'
import {deleteByEquality, deleteByPosition} from '../support/delete-rows.js'
import {standingPyiceberg} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'

const pyiceberg = standingPyiceberg()
afterAll(() => pyiceberg.close())

/** PyIceberg reads position deletes and deletion vectors; equality deletes it does not. */
describe.each(['2', '3'])('PyIceberg, reading a v%s table', (version) => {
  const name = `made.deleted_v${version}`
  let lake: Lake
  beforeAll(async () => {
    lake = await openLake()
    await lake.catalog.createNamespace(['made'], {})
    const schema = parseType('struct<id: long>') as Schema
    await lake.catalog.createTable({namespace: ['made'], name: name.slice(5)}, {schema, properties: {'format-version': version}})
    for (let file = 0; file < 3; file++) {
      const ids = BigInt64Array.from({length: 50}, (_, row) => BigInt(file * 50 + row))
      const path = join(lake.folder, 'rows.arrow')
      writeFileSync(path, tableToIPC(tableFromArrays({id: ids}), 'file'))
      await lake.run(append, name, {files: [path]})
    }
    await deleteByPosition(lake, name, (id) => id % 7n === 2n)
    await deleteByPosition(lake, name, (id) => id % 11n === 5n)
    await deleteByEquality(lake, name, 1, [3n, 53n, 103n, 9999n])
  })
  afterAll(() => closeSound(lake))

  test('finds the rows that are left, once its equality deletes are rewritten, and once it is optimized', async () => {
    const left = Array.from({length: 150}, (_, id) => id).filter((id) => id % 7 !== 2 && id % 11 !== 5 && ![3, 53, 103].includes(id))
    const expected = {rows: left.length, columns: {id: {nulls: 0, nans: 0, sum: String(left.reduce((sum, id) => sum + id, 0))}}}
    // It reads every snapshot, and cannot read those that have equality deletes.
    const headOf = async () => {
      await lake.run(expireSnapshots, name, {olderThan: 0, retainLast: 1})
      return (await pyiceberg.profile(lake, name))[String((await lake.table(name)).metadata['current-snapshot-id'])]
    }
    await lake.run(rewriteDeletes, name, {equality: true})
    expect(await headOf()).toEqual(expected)
    await lake.run(rewriteDeletes, name, {minInputFiles: 2})
    expect(await headOf()).toEqual(expected)
    const kept = await lake.run(optimize, name, {rewriteAll: true, keepDeletes: true, verify: 'full'})
    expect(kept.result).toMatchObject({rows: 150, keptDeletedRows: 150 - left.length, addedDeleteFiles: 1})
    expect(await headOf()).toEqual(expected)
    await lake.run(optimize, name, {rewriteAll: true})
    expect(await headOf()).toEqual(expected)
  })
})
