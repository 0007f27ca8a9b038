import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {type DataFile, liveFiles, type OptimizeOptions, optimize} from '@phlo/iceberg'
import {closeSound} from '../support/close-sound.js'
import {type Lake, openLake} from '../support/lake.js'
import {append, createTable, filesOf, orderIds, sort} from './sorted-tables.js'

let lake: Lake
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['s'], {})
})
afterAll(() => closeSound(lake))

describe('optimize --zorder', () => {
  const bound = (bounds: DataFile['lowerBounds'], id: number) => Buffer.from(bounds?.get(id) as Uint8Array).readInt32LE()
  /** The part of the files that has to be read for one value of a column, of 32 that there are; on average. */
  const partRead = (files: readonly DataFile[], id: number) => {
    const reads = files.map(({lowerBounds, upperBounds}) => bound(upperBounds, id) - bound(lowerBounds, id) + 1)
    return reads.reduce((sum, values) => sum + values, 0) / (32 * files.length)
  }

  test('puts near each other what is near in every column, which a sort by one of them does not', async () => {
    const name = await createTable(lake)
    for (const first of [0, 256, 512, 768]) await append(lake, name, first, 256)
    const parts = async () => {
      const files = await filesOf(lake, name)
      return {x: partRead(files, 2), y: partRead(files, 3)}
    }
    const scattered = await parts()
    await sort(lake, name, {sort: 'x, y', targetFileSize: 1_000})
    const sorted = await parts()
    const {plan} = await sort(lake, name, {zorder: ['x', 'y'], targetFileSize: 1_000})
    const clustered = await parts()
    expect(plan.order).toEqual({kind: 'zorder', text: 'zorder(x, y)', columns: [2, 3], varLength: 8, constant: []})
    expect(plan.outputFiles).toBeGreaterThan(7)
    expect(Math.min(scattered.x, scattered.y)).toBeGreaterThan(0.95)
    expect(sorted.x).toBeLessThan(0.2)
    expect(sorted.y).toBeGreaterThan(0.95)
    expect(Math.max(clustered.x, clustered.y)).toBeLessThan(0.6)
  })

  test('leaves out partition columns, which have one value in a partition, and says so', async () => {
    const name = await createTable(lake, {transform: 'identity'})
    await append(lake, name, 0, 60)
    const {plan} = await sort(lake, name, {zorder: ['place', 'id', 'point.lat']})
    expect(plan.order).toMatchObject({text: 'zorder(id, point.lat)', constant: ['place']})
    expect(await orderIds(lake, name)).toEqual([0])
  })

  test('is done again for other columns or another length, and not for the same', async () => {
    const name = await createTable(lake)
    await append(lake, name, 0, 60)
    await sort(lake, name, {zorder: ['place', 'id']})
    const touched = async (options: OptimizeOptions) => (await optimize.plan(await lake.table(name), options, lake.context)).inputFiles
    expect(await touched({sort: 'zorder(place, id)'})).toBe(0)
    expect(await touched({zorder: ['id', 'place']})).toBe(1)
    expect(await touched({zorder: ['place', 'id'], zorderVarLength: 4})).toBe(1)
    expect(await touched({})).toBe(0)
  })
})

describe('an order that does not fit', () => {
  test.each<[OptimizeOptions, string, string]>([
    [{sort: 'nope'}, 'INVALID_SORT_ORDER', 'There is no column nope in the schema.'],
    [{sort: 'point'}, 'INVALID_SORT_ORDER', 'Column point is not of a primitive type.'],
    [{sort: 'id, point.tags.element'}, 'INVALID_SORT_ORDER', 'Column point.tags.element is inside of a list or a map'],
    [{sort: 'day(id)'}, 'INVALID_SORT_ORDER', 'Transform day cannot be applied to column id, which is a long.'],
    [{sort: 'id sideways'}, 'INVALID_SORT_ORDER', '"sideways" after id is not asc or desc'],
    [{sort: '  '}, 'INVALID_SORT_ORDER', 'The sort order names no column.'],
    [{sort: 'id, zorder(x, y)'}, 'INVALID_SORT_ORDER', 'mixes zorder(…) with other terms'],
    [{sort: 'zorder(x desc)'}, 'INVALID_SORT_ORDER', 'has more than the name of column x within zorder(…)'],
    [{sort: 'zorder()'}, 'INVALID_SORT_ORDER', 'The z-order names no column.'],
    [{sort: 'table'}, 'TABLE_UNSORTED', 'The table has no sort order of its own to sort by.'],
    [{sort: 'id', zorder: ['x']}, 'INVALID_SORT_ORDER', 'either by an order or along a z-curve'],
    [{zorder: ['x', 'nope']}, 'INVALID_SORT_ORDER', 'There is no column nope in the schema.'],
    [{zorder: ['x', 'x']}, 'INVALID_SORT_ORDER', 'The z-order names column x twice.'],
    [{zorder: ['place']}, 'INVALID_SORT_ORDER', 'Every column of the z-order is a partition column (place)'],
    [{zorder: ['point']}, 'INVALID_SORT_ORDER', 'Column point is not of a primitive type.'],
    [{sort: 'id', memoryLimit: 1000}, 'INVALID_OPTION', 'memoryLimit has to be from 1 MiB to 4 GiB; it is 1000 bytes.'],
    [{sort: 'id', memoryLimit: 5 * 1024 ** 3}, 'INVALID_OPTION', 'memoryLimit has to be from 1 MiB to 4 GiB'],
    [{zorder: ['id'], zorderVarLength: 0}, 'INVALID_OPTION', 'zorderVarLength has to be at least 1'],
  ])('%j is refused in one sentence, and nothing is changed', async (options, code, message) => {
    const name = await createTable(lake, {transform: 'identity'})
    await append(lake, name, 0, 10)
    const files: string[] = []
    for await (const {path} of liveFiles(await lake.table(name))) files.push(path)
    await expect(lake.run(optimize, name, options)).rejects.toMatchObject({code, exit: 2, message: expect.stringContaining(message)})
    const after: string[] = []
    for await (const {path} of liveFiles(await lake.table(name))) after.push(path)
    expect(after).toEqual(files)
  })
})

test('explain says of each file whether it is in the order', async () => {
  const name = await createTable(lake, {order: 'id'})
  await append(lake, name, 0, 200)
  const [{fileSizeInBytes: size}] = (await filesOf(lake, name)) as [DataFile]
  const options = {sort: 'table', targetFileSize: size, minFileSize: 1}
  const reasons = async () => {
    const found: {subject: string; touched: boolean; reason: string}[] = []
    for await (const explanation of optimize.explain?.(await lake.table(name), options, lake.context) ?? []) found.push(explanation)
    return found.filter(({subject}) => subject.endsWith('.parquet')).map(({touched, reason}) => ({touched, reason}))
  }
  expect(await reasons()).toEqual([{touched: true, reason: expect.stringContaining('it is not known to be in the order asked for')}])
  await sort(lake, name, options)
  expect(await reasons()).toEqual([{touched: false, reason: expect.stringMatching(/ is between /)}])
})
