import {writeFileSync} from 'node:fs'
import {readdir} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {append, localPath, optimize, parseType, type Schema, scanRecordBatches, tableStats} from '@phlo/iceberg'
import {tableFromArrays, tableToIPC} from 'apache-arrow'
import fc from 'fast-check'
import {readDeleteIndex} from '../../src/deletes/delete-index.js'
import {positionBitmap, positionsOf} from '../../src/deletes/roaring.js'
import {movedPositions} from '../../src/maintenance/optimize/move-deletes.js'
import {planScan} from '../../src/scan/plan.js'
import type {DataFile} from '../../src/spec/manifest.js'
import type {IcebergTable} from '../../src/table.js'
import {closeSound} from '../support/close-sound.js'
import {deleteByEquality, deleteByPosition} from '../support/delete-rows.js'
import {type Lake, openLake} from '../support/lake.js'
import {raced} from '../support/raced.js'

let lake: Lake
let next = 0
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['kept'], {})
})
afterAll(() => closeSound(lake))

/** A table of files with so many rows each, whose ids count up. */
async function tableOf(version: string, rows: readonly number[], properties: Readonly<Record<string, string>> = {}): Promise<string> {
  const table = `rows_${next++}`
  const schema = parseType('struct<id: long, half: long>') as Schema
  await lake.catalog.createTable({namespace: ['kept'], name: table}, {schema, properties: {'format-version': version, ...properties}})
  let begin = 0
  for (const count of rows) {
    await add(`kept.${table}`, begin, count)
    begin += count
  }
  return `kept.${table}`
}

async function add(name: string, begin: number, count: number): Promise<void> {
  const ids = BigInt64Array.from({length: count}, (_, row) => BigInt(begin + row))
  const path = join(lake.folder, 'rows.arrow')
  writeFileSync(path, tableToIPC(tableFromArrays({id: ids, half: ids.map((id) => id / 2n)}), 'file'))
  await lake.run(append, name, {files: [path]})
}

const ROW_ID = '_row_id'

async function rowsOf(table: IcebergTable): Promise<readonly string[]> {
  const columns = table.metadata['format-version'] > 2 ? ['id', 'half', ROW_ID, '_last_updated_sequence_number'] : ['id', 'half']
  const rows: string[] = []
  for await (const batch of scanRecordBatches(table, {columns})) {
    for (const row of batch) rows.push(columns.map((column) => String(row[column])).join())
  }
  return rows
}

/** The data files with the position deletes that apply to each. */
async function filesOf(table: IcebergTable) {
  const index = await readDeleteIndex(table)
  const files: {readonly data: DataFile; readonly deletes: readonly DataFile[]}[] = []
  for await (const {entry} of planScan(table)) {
    const deletes = index.deletesFor(entry).map(({dataFile}) => dataFile)
    files.push({data: entry.dataFile, deletes: deletes.filter(({content}) => content === 'position-deletes')})
  }
  return files
}

const rowsIn = (files: readonly DataFile[]) => files.reduce((sum, {recordCount}) => sum + recordCount, 0)

test('deleted rows are found where they have come to', () => {
  const files = fc.array(fc.record({rows: fc.nat(40), deleted: fc.uniqueArray(fc.nat(39))}), {maxLength: 8})
  fc.assert(
    fc.property(files, fc.array(fc.double({min: 0, max: 1, noNaN: true}), {maxLength: 4}), (given, cuts) => {
      const inputs = given.map(({rows}, at) => ({filePath: `in ${at}`, recordCount: rows}))
      const deleted = new Map(given.map(({rows, deleted: own}, at) => [`in ${at}`, positionBitmap(own.filter((row) => row < rows))]))
      const all = given.flatMap(({rows, deleted: own}) => Array.from({length: rows}, (_, row) => own.includes(row)))
      const ends = [0, ...cuts.map((cut) => Math.floor(cut * all.length)).sort((a, b) => a - b), all.length]
      const outputs = ends.slice(1).map((end, at) => ({filePath: `out ${at}`, recordCount: end - (ends[at] as number)}))
      const moved = movedPositions(inputs, outputs, deleted)
      const found = outputs.flatMap(({filePath, recordCount}) => {
        const own = new Set(positionsOf(moved.get(filePath) ?? positionBitmap()))
        return Array.from({length: recordCount}, (_, row) => own.has(row))
      })
      expect(found).toEqual(all)
    }),
    {numRuns: 300},
  )
})

describe.each(['2', '3'])('optimizing a v%s table with keepDeletes', (version) => {
  test('leaves every row in the new files and takes those that were deleted by one delete for each, whatever had taken them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({min: 1, max: 30}), {minLength: 2, maxLength: 4}),
        fc.uniqueArray(fc.nat(60)),
        fc.uniqueArray(fc.nat(60), {maxLength: 3}),
        fc.constantFrom(1, 3),
        async (rows, positions, keys, parts) => {
          const name = await tableOf(version, rows)
          await deleteByPosition(lake, name, (id) => positions.includes(Number(id)))
          if (keys.length > 0) await deleteByEquality(lake, name, 1, keys.map(BigInt))
          const before = await lake.table(name)
          const expected = await rowsOf(before)
          const all = rows.reduce((sum, count) => sum + count, 0)
          const bytes = (await filesOf(before)).reduce((sum, {data}) => sum + data.fileSizeInBytes, 0)
          const targetFileSize = Math.ceil(bytes / parts)
          const options = {rewriteAll: true, keepDeletes: true, verify: 'full' as const, targetFileSize, maxFileSize: 2 * targetFileSize}
          const {result} = await lake.run(optimize, name, options)
          const after = await lake.table(name)
          expect(await rowsOf(after)).toEqual(expected)
          expect(result).toMatchObject({rows: all, deletedRows: 0, keptDeletedRows: all - expected.length})
          const files = await filesOf(after)
          expect(rowsIn(files.map(({data}) => data))).toBe(all)
          expect(rowsIn(files.flatMap(({deletes}) => deletes))).toBe(all - expected.length)
          expect(result.addedDeleteFiles).toBe(files.flatMap(({deletes}) => deletes).length)
          expect(files.every(({deletes}) => deletes.length <= 1)).toBe(true)
          expect((await tableStats(after, lake.context)).deleteFiles).toBe(result.addedDeleteFiles)
        },
      ),
      {numRuns: 8},
    )
  })

  test('has nothing to do a second time, however many rows of a file are deleted', async () => {
    const name = await tableOf(version, [10, 10, 10, 10, 10])
    await deleteByPosition(lake, name, (id) => id % 5n !== 0n)
    expect((await lake.run(optimize, name, {keepDeletes: true})).result).toMatchObject({keptDeletedRows: 40, rows: 50})
    expect((await lake.run(optimize, name, {keepDeletes: true})).plan.noop).toBe(true)
    expect((await lake.run(optimize, name, {})).result).toMatchObject({deletedRows: 40, rows: 10, removedDeleteFiles: 1})
  })

  test('is refused when a delete lands meanwhile, and leaves nothing behind', async () => {
    const name = await tableOf(version, [10, 10])
    await deleteByPosition(lake, name, (id) => id === 3n)
    const options = {rewriteAll: true, keepDeletes: true}
    const table = await raced(lake, name, () => deleteByPosition(lake, name, (id) => id === 14n))
    const plan = await optimize.plan(table, options, lake.context)
    await expect(optimize.execute(table, plan, lake.context)).rejects.toMatchObject({code: 'NEW_DELETES'})
    const after = await lake.table(name)
    expect((await rowsOf(after)).length).toBe(18)
    const known = new Set((await filesOf(after)).flatMap(({data, deletes}) => [data, ...deletes].map(({filePath}) => basename(filePath))))
    const folder = join(localPath(after.location), 'data')
    const left = (await readdir(folder)).filter((file) => !known.has(file))
    expect(left).toEqual([])
  })

  test('goes on when rows are appended, or deleted by their values, meanwhile', async () => {
    const name = await tableOf(version, [10, 10])
    await deleteByPosition(lake, name, (id) => id === 3n)
    const table = await raced(lake, name, async () => {
      await add(name, 20, 5)
      await deleteByEquality(lake, name, 1, [14n, 3n])
    })
    const plan = await optimize.plan(table, {rewriteAll: true, keepDeletes: true}, lake.context)
    expect(await optimize.execute(table, plan, lake.context)).toMatchObject({keptDeletedRows: 1, rows: 20})
    const ids = (await rowsOf(await lake.table(name))).map((row) => Number(row.split(',')[0])).sort((a, b) => a - b)
    expect(ids).toEqual(Array.from({length: 25}, (_, id) => id).filter((id) => id !== 3 && id !== 14))
  })
})

test.each([{sort: 'id'}, {zorder: ['id', 'half']}, {outputSpecId: 0}])(
  'keepDeletes is refused with %j, which moves rows',
  async (option) => {
    const name = await tableOf('2', [2])
    await expect(optimize.plan(await lake.table(name), {keepDeletes: true, ...option}, lake.context)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    })
  },
)

test('what is explained says that deleted rows stay, and that pages are merged', async () => {
  const name = await tableOf('2', [10, 10])
  await deleteByPosition(lake, name, (id) => id === 3n || id === 4n)
  const told: string[] = []
  const table = await lake.table(name)
  for await (const {kind, reason} of optimize.explain?.(table, {rewriteAll: true, keepDeletes: true}, lake.context) ?? []) {
    if (kind === 'data-file') told.push(reason)
  }
  expect(told.filter((reason) => reason.includes('its 2 deleted rows stay, and are deleted by their new positions'))).toHaveLength(1)
  expect(told.every((reason) => !reason.includes('decoded'))).toBe(true)
})
