import {join} from 'node:path'
import {afterAll, describe, expect, test} from '@jest/globals'
import {standingPyiceberg} from '../../../iceberg/test/support/judges.js'
import {sharedLake} from '../support/judged.js'
import {writeOrders} from '../support/phlo.js'

const pyiceberg = standingPyiceberg()
afterAll(() => pyiceberg.close())

describe('PyIceberg', () => {
  test('and Phlo find each other’s tables in one catalog', async () => {
    const lake = sharedLake()
    await pyiceberg.create(lake, 'theirs.orders', 2, 1, 5)
    await lake.must('namespace', 'create', 'ours')
    await lake.must('table', 'create', 'ours.orders', '--schema', 'id: long, amount: double, country: string')
    await lake.must('table', 'append', 'ours.orders', writeOrders(join(lake.cwd, 'orders.arrow'), 30))
    expect((await lake.must('table', 'list')).tables.sort()).toEqual(['ours.orders', 'theirs.orders'])
    expect(await lake.must('table', 'stats', 'theirs.orders')).toMatchObject({rows: 5})
    expect(Object.values(await pyiceberg.profile(lake, 'ours.orders'))).toMatchObject([{rows: 30, columns: {id: {nulls: 0, sum: '435'}}}])
  })
})
