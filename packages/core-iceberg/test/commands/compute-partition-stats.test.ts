import {beforeEach, describe, expect, test} from '@jest/globals'
import {openShop, type Shop} from '../support/in-process.js'
import {isRefused} from '../support/whole-way.js'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})

describe('table compute-partition-stats', () => {
  test('changes nothing in a dry run, counts everything, then what has changed, then nothing', async () => {
    const before = shop.tree()
    const dry = await shop.json('table', 'compute-partition-stats', 'shop.orders', '--dry-run')
    expect(dry).toMatchObject({exit: 0, result: {outcome: 'planned', plan: {countedFrom: null}}})
    expect(shop.tree()).toEqual(before)
    const first = await shop.type(['table', 'compute-partition-stats', 'shop.orders'])
    expect(first).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Partitions +3\nCounted +everything\nStatistics +file:.*\.parquet$/m),
    })
    await shop.append(60, 1000)
    const second = await shop.must('table', 'compute-partition-stats', 'shop.orders')
    expect(second.report).toMatchObject({partitions: 3, isIncremental: true})
    expect(await shop.json('table', 'compute-partition-stats', 'shop.orders')).toMatchObject({exit: 0, result: {outcome: 'nothing-to-do'}})
    expect(await shop.json('table', 'check', 'shop.orders', '--data')).toMatchObject({exit: 0, result: {findings: []}})
  })

  test('does what a saved plan says, and refuses a snapshot that is not there', async () => {
    await isRefused(shop, ['table', 'compute-partition-stats', 'shop.orders', '--snapshot-id', '17'], 2, 'SNAPSHOT_NOT_FOUND', '17')
    await shop.must('table', 'compute-partition-stats', 'shop.orders', '--plan-out', 'plan.json')
    expect((await shop.must('table', 'apply', 'plan.json', '--yes')).report).toMatchObject({partitions: 3, isIncremental: false})
    expect(await shop.json('table', 'apply', 'plan.json', '--yes')).toMatchObject({exit: 5, error: {code: 'PLAN_OUTDATED'}})
  })
})
