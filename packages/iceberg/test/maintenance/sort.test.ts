import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {currentSchema, type DataFile, optimize, scanRecordBatches, type TableUpdate} from '@phlo/iceberg'
import {closeSound} from '../support/close-sound.js'
import {deleteByEquality, deleteByPosition} from '../support/delete-rows.js'
import {type Lake, openLake} from '../support/lake.js'
import {append, change, createTable, filesOf, idsIn, orderIds, sort} from './sorted-tables.js'

let lake: Lake
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['s'], {})
})
afterAll(() => closeSound(lake))

const SMALL = {targetFileSize: 3_000}

describe('optimize --sort', () => {
  test('sorts each partition into files of which none reaches into another, and says by which order of the table', async () => {
    const name = await createTable(lake, {order: 'id desc', transform: 'identity'})
    for (const first of [0, 600, 1200]) await append(lake, name, first, 600)
    expect(await orderIds(lake, name)).toEqual([0])
    const {plan} = await sort(lake, name, {sort: 'table', ...SMALL})
    expect(plan).toMatchObject({order: {kind: 'sort', text: 'id desc nulls last'}, summary: expect.stringContaining('sorted by id desc')})
    const table = await lake.table(name)
    const files = await filesOf(lake, name)
    expect(files.length).toBe(plan.outputFiles)
    expect(files.length).toBeGreaterThan(3)
    expect(await orderIds(lake, name)).toEqual([1])
    for (const place of ['place 0', 'place 1', 'place 2']) {
      const own = await Promise.all(files.filter(({partition}) => partition[0] === place).map((file) => idsIn(table, file)))
      const all = own.toSorted((a, b) => Number(b[0]) - Number(a[0])).flat()
      expect(all).toEqual(all.toSorted((a, b) => b - a))
      expect(all).toHaveLength(600)
    }
  })

  test.each([
    ['id desc', 1],
    ['id DESC NULLS LAST', 1],
    ['id', 0],
    ['id desc nulls first', 0],
    ['id desc, x', 0],
    ['zorder(id, x)', 0],
  ])('by %s writes the sort order id %d into a table that is sorted by id desc', async (order, id) => {
    const name = await createTable(lake, {order: 'id desc'})
    await append(lake, name, 0, 50)
    await sort(lake, name, {sort: order})
    expect(await orderIds(lake, name)).toEqual([id])
  })

  test('sorts by transforms and by columns within structs, those whose struct is null included', async () => {
    const name = await createTable(lake)
    for (const first of [0, 50]) await append(lake, name, first, 50)
    await sort(lake, name, {sort: 'point.lat desc nulls first, truncate(10, id) desc, bucket(4, place)'})
    const [file] = await filesOf(lake, name)
    const ids = await idsIn(await lake.table(name), file as DataFile)
    const nulls = ids.filter((id) => id % 4 === 0)
    expect(ids.slice(0, nulls.length)).toEqual(nulls)
    expect(nulls.map((id) => Math.floor(id / 10))).toEqual(nulls.map((id) => Math.floor(id / 10)).toSorted((a, b) => b - a))
    expect(ids.slice(nulls.length)).toEqual(ids.slice(nulls.length).toSorted((a, b) => b - a))
  })

  test('takes up a file of a good size because it is not in the order, alone, and leaves those that are', async () => {
    const name = await createTable(lake, {order: 'id'})
    await append(lake, name, 0, 200)
    const [{fileSizeInBytes: size}] = (await filesOf(lake, name)) as [DataFile]
    const options = {targetFileSize: size, minFileSize: size - 1, maxFileSize: size + 2000}
    expect((await optimize.plan(await lake.table(name), options, lake.context)).noop).toBe(true)
    const {plan} = await sort(lake, name, {sort: 'table', ...options, minFileSize: 1})
    expect(plan.groups).toMatchObject([{files: 1, reason: '1 of 1 files are not known to be in the order asked for'}])
    const [sorted] = (await filesOf(lake, name)) as [DataFile]
    await append(lake, name, 200, 200)
    await sort(lake, name, {sort: 'table', ...options, minFileSize: 1})
    expect((await filesOf(lake, name)).map(({filePath}) => filePath)).toContain(sorted.filePath)
  })

  test('knows files in a longer order of the table by their sort order id, whoever wrote them and whatever snapshot is left', async () => {
    const name = await createTable(lake, {order: 'id, x'})
    for (const first of [0, 100]) await append(lake, name, first, 100)
    await sort(lake, name, {sort: 'id, x'})
    const known = await lake.table(name)
    const snapshots = known.metadata.snapshots.map(({summary, ...snapshot}) => ({...snapshot, summary: {operation: 'replace'}}))
    const table = {...known, metadata: {...known.metadata, snapshots}}
    const touched = async (sort: string) => (await optimize.plan(table, {sort}, lake.context)).inputFiles
    expect({same: await touched('id, x'), first: await touched('id'), other: await touched('x')}).toEqual({same: 0, first: 0, other: 1})
  })

  test('is undone by a merge: what is merged from sorted files is not sorted, and says so', async () => {
    const name = await createTable(lake, {order: 'id'})
    for (const first of [0, 100]) {
      await append(lake, name, first, 100)
      await sort(lake, name, {sort: 'table', minInputFiles: 2})
    }
    expect(await orderIds(lake, name)).toEqual([1])
    await append(lake, name, 200, 100)
    await lake.run(optimize, name, {minInputFiles: 2})
    expect(await orderIds(lake, name)).toEqual([0])
    const {plan} = await sort(lake, name, {sort: 'table'})
    expect(plan.inputFiles).toBe(1)
  })

  test.each(['2', '3'])('leaves out deleted rows and lets row ids go with their rows: v%s', async (version) => {
    const name = await createTable(lake, {version, transform: 'bucket[2]'})
    for (const first of [0, 60]) await append(lake, name, first, 60)
    await deleteByPosition(lake, name, (id) => id % 7n === 2n)
    await deleteByEquality(lake, name, 1, [3n, 77n])
    const lineage = async () => {
      const found: string[] = []
      const columns = ['id', ...(version === '3' ? ['_row_id', '_last_updated_sequence_number'] : [])]
      for await (const batch of scanRecordBatches(await lake.table(name), {columns}))
        for (const row of batch.toArray()) found.push(String(row))
      return found.sort()
    }
    const before = await lineage()
    const {result} = await sort(lake, name, {sort: 'id desc', ...SMALL})
    expect(await lineage()).toEqual(before)
    expect(result.deletedRows).toBe(19)
    expect(before).toHaveLength(101)
  })

  test('sorts files of an older schema and partition spec within the partitions of the new one', async () => {
    const name = await createTable(lake, {order: 'id desc'})
    for (const first of [0, 100]) await append(lake, name, first, 100)
    const {metadata} = await lake.table(name)
    const schema = currentSchema(metadata)
    const added = {id: 99, name: 'grade', required: false, type: 'int', 'initial-default': 7}
    await change(
      lake,
      name,
      {action: 'add-spec', spec: {'spec-id': 1, fields: [{'source-id': 4, 'field-id': 1000, name: 'place', transform: 'identity'}]}},
      {action: 'set-default-spec', 'spec-id': -1},
      {action: 'add-schema', schema: {...schema, 'schema-id': 1, fields: [...schema.fields, added]}, 'last-column-id': 99} as TableUpdate,
      {action: 'set-current-schema', 'schema-id': -1},
    )
    const {plan} = await lake.run(optimize, name, {sort: 'grade, id desc', verify: 'full'})
    expect(plan.groups).toMatchObject([{specId: 0, outputSpecId: 1, files: 2}])
    const table = await lake.table(name)
    const files = await filesOf(lake, name)
    expect(files.map(({partition}) => partition[0]).sort()).toEqual(['place 0', 'place 1', 'place 2'])
    for (const file of files) {
      const ids = await idsIn(table, file)
      expect(ids).toEqual(ids.toSorted((a, b) => b - a))
    }
  })

  test('has the same result when the rows are more than the memory limit', async () => {
    const [small, large] = [await createTable(lake), await createTable(lake)]
    for (const name of [small, large]) for (const first of [0, 8000]) await append(lake, name, first, 8000)
    await sort(lake, small, {sort: 'y, id desc', memoryLimit: 1024 ** 2})
    await sort(lake, large, {sort: 'y, id desc'})
    const ids = async (name: string) => idsIn(await lake.table(name), (await filesOf(lake, name))[0] as DataFile)
    expect(await ids(small)).toEqual(await ids(large))
  })

  test('conflicts when a column of its order was dropped after the plan was made, and changes nothing', async () => {
    const name = await createTable(lake)
    await append(lake, name, 0, 50)
    const plan = await optimize.plan(await lake.table(name), {sort: 'x'}, lake.context)
    const schema = currentSchema((await lake.table(name)).metadata)
    const fields = schema.fields.filter(({name: column}) => column !== 'x')
    await change(
      lake,
      name,
      {action: 'add-schema', schema: {...schema, 'schema-id': 1, fields}},
      {action: 'set-current-schema', 'schema-id': -1},
    )
    const before = await lake.table(name)
    const saved = JSON.parse(JSON.stringify(plan)) as typeof plan
    await expect(optimize.execute(before, saved, lake.context)).rejects.toMatchObject({
      code: 'PLAN_OUTDATED',
      exit: 5,
      message: expect.stringContaining('a column of the order x asc nulls first is gone'),
    })
    expect((await lake.table(name)).metadataLocation).toBe(before.metadataLocation)
  })
})
