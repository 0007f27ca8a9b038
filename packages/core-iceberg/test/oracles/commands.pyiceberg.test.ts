import {join} from 'node:path'
import {describe, expect, test} from '@jest/globals'
import {pyiceberg} from '../../../iceberg/test/support/judges.js'
import {maintainByCommands, sharedLake} from '../support/judged.js'
import {writeOrders} from '../support/phlo.js'

describe('PyIceberg', () => {
  test('finds its table as it was after every command that maintains it', async () => {
    const lake = sharedLake()
    pyiceberg.create(lake, 'made.orders', 2, 6, 50)
    await maintainByCommands(lake, 'made.orders', pyiceberg)
  })

  test('appends to a table that Phlo made and optimized, and Phlo optimizes it again', async () => {
    const lake = sharedLake()
    pyiceberg.create(lake, 'made.source', 2, 1, 40)
    const [source] = Object.values(pyiceberg.profile(lake, 'made.source'))
    const [{path}] = (await lake.must('table', 'files', 'made.source')).files
    await lake.must('namespace', 'create', 'ours')
    await lake.must('table', 'create', 'ours.types', '--from', path, '--partition-by', 'day(at)')
    expect(await lake.must('table', 'list', 'ours')).toEqual({tables: ['ours.types']})
    for (const file of (await lake.must('table', 'files', 'made.source')).files) await lake.must('table', 'append', 'ours.types', file.path)
    expect(Object.values(pyiceberg.profile(lake, 'ours.types')).at(-1)).toEqual(source)

    await lake.must('table', 'optimize', 'ours.types', '--min-input-files', '2', '--yes')
    for (const first of [1000, 2000, 3000]) pyiceberg.append(lake, 'ours.types', first, 20)
    const appended = Object.values(pyiceberg.profile(lake, 'ours.types')).at(-1)
    expect(appended?.rows).toBe(100)
    await lake.must('table', 'optimize', 'ours.types', '--min-input-files', '2', '--verify', 'full', '--yes')
    expect(Object.values(pyiceberg.profile(lake, 'ours.types')).at(-1)).toEqual(appended)
  })

  test('and Phlo find each other’s tables in one catalog', async () => {
    const lake = sharedLake()
    pyiceberg.create(lake, 'theirs.orders', 2, 1, 5)
    await lake.must('namespace', 'create', 'ours')
    await lake.must('table', 'create', 'ours.orders', '--schema', 'id: long, amount: double, country: string')
    await lake.must('table', 'append', 'ours.orders', writeOrders(join(lake.cwd, 'orders.arrow'), 30))
    expect((await lake.must('table', 'list')).tables.sort()).toEqual(['ours.orders', 'theirs.orders'])
    expect(await lake.must('table', 'stats', 'theirs.orders')).toMatchObject({rows: 5})
    expect(Object.values(pyiceberg.profile(lake, 'ours.orders'))).toMatchObject([{rows: 30, columns: {id: {nulls: 0, sum: '435'}}}])
  })
})
