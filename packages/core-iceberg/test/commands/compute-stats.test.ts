import {beforeEach, describe, expect, test} from '@jest/globals'
import {openShop, type Shop} from '../support/in-process.js'
import {isRefused} from '../support/whole-way.js'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})

const COUNTED = [
  {name: 'id', ndv: 360},
  {name: 'amount', ndv: 360},
  {name: 'country', ndv: 3},
]

describe('table compute-stats', () => {
  test('says what it will read and changes nothing in a dry run, then counts, then has nothing to do', async () => {
    const before = shop.tree()
    const dry = await shop.type(['table', 'compute-stats', 'shop.orders', '--dry-run'])
    expect(dry).toMatchObject({exitCode: 0, stdout: expect.stringMatching(/^Columns +id, amount, country$/m)})
    expect(dry.stdout).toMatch(/^To be read +18 files, 360 rows before deletes, /m)
    expect(shop.tree()).toEqual(before)
    const done = await shop.type(['table', 'compute-stats', 'shop.orders'])
    expect(done.exitCode).toBe(0)
    expect(done.stdout).toMatch(/^country +3$/m)
    expect(done.stdout).toMatch(/^Statistics +file:.*\.stats$/m)
    expect(await shop.json('table', 'compute-stats', 'shop.orders')).toMatchObject({exit: 0, result: {outcome: 'nothing-to-do'}})
    expect((await shop.must('table', 'stats', 'shop.orders')).distinctValues).toMatchObject(COUNTED)
    expect((await shop.type(['table', 'stats', 'shop.orders'])).stdout).toMatch(/^Distinct values +id 360, amount 360, country 3$/m)
    expect(await shop.json('table', 'check', 'shop.orders', '--data')).toMatchObject({exit: 0, result: {findings: []}})
  })

  test('does what a saved plan says, and not twice', async () => {
    await shop.must('table', 'compute-stats', 'shop.orders', '--columns', 'country', '--plan-out', 'plan.json')
    const {report} = await shop.must('table', 'apply', 'plan.json', '--yes')
    expect(report).toMatchObject({snapshotId: null, columns: [{name: 'country', ndv: 3}]})
    const forced = await shop.must('table', 'compute-stats', 'shop.orders', '--force')
    expect(forced.report.columns).toMatchObject(COUNTED)
  })

  test.each([
    ['--columns', 'nothing', 'COLUMN_NOT_FOUND'],
    ['--snapshot-id', '17', 'SNAPSHOT_NOT_FOUND'],
  ])('is refused for %s %s, by name', async (flag, value, code) => {
    await isRefused(shop, ['table', 'compute-stats', 'shop.orders', flag, value], 2, code, value)
  })
})
