import {beforeEach, describe, expect, test} from '@jest/globals'
import {openShop, type Shop} from '../support/in-process.js'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
const version = async () => (await shop.must('table', 'show', 'shop.orders')).formatVersion as number

describe('table upgrade', () => {
  test('says what it means in a dry run, and changes nothing', async () => {
    const before = shop.tree()
    const {stdout, exitCode} = await shop.type(['table', 'upgrade', 'shop.orders', '--format-version', '3', '--dry-run'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('upgrade shop.orders from format version 2 to 3')
    expect(stdout).toMatch(/^- Rows have ids that stay with them/m)
    expect(stdout).toMatch(/^- A table cannot go back/m)
    expect(shop.tree()).toEqual(before)
  })

  test('asks first, and then upgrades; rows and snapshots stay, and the table is as it should be', async () => {
    expect(await shop.json('table', 'upgrade', 'shop.orders', '--format-version', '3')).toMatchObject({exit: 2})
    expect(await version()).toBe(2)
    await shop.must('table', 'upgrade', 'shop.orders', '--format-version', '3', '--yes')
    expect(await version()).toBe(3)
    expect(await shop.must('table', 'stats', 'shop.orders')).toMatchObject({rows: 360, snapshots: 6})
    await shop.append(30, 1000)
    await shop.must('table', 'optimize', 'shop.orders', '--yes')
    expect(await shop.must('table', 'stats', 'shop.orders')).toMatchObject({rows: 390})
    expect(await shop.must('table', 'check', 'shop.orders', '--data', '--all-snapshots')).toMatchObject({findings: []})
  })

  test('is applied from a saved plan', async () => {
    await shop.must('table', 'upgrade', 'shop.orders', '--format-version', '3', '--plan-out', 'plan.json')
    expect(await version()).toBe(2)
    await shop.must('table', 'apply', 'plan.json', '--yes')
    expect(await version()).toBe(3)
    expect(await shop.json('table', 'apply', 'plan.json', '--yes')).toMatchObject({exit: 5, error: {code: 'PLAN_OUTDATED'}})
  })

  test('never goes back, has nothing to do for the version that there is, and takes no other', async () => {
    expect((await shop.must('table', 'upgrade', 'shop.orders', '--format-version', '2')).outcome).toBe('nothing-to-do')
    await shop.must('table', 'upgrade', 'shop.orders', '--format-version', '3', '--yes')
    const back = await shop.json('table', 'upgrade', 'shop.orders', '--format-version', '2', '--yes')
    expect(back).toMatchObject({exit: 6, error: {code: 'FORMAT_VERSION_DOWNGRADE'}})
    expect(await shop.json('table', 'upgrade', 'shop.orders', '--format-version', '4', '--yes')).toMatchObject({exit: 2})
    expect(await shop.json('table', 'upgrade', 'shop.orders')).toMatchObject({exit: 2})
    expect(await version()).toBe(3)
  })
})
