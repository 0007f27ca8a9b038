import {beforeEach, describe, expect, test} from '@jest/globals'
import {openShop, type Shop} from '../support/in-process.js'
import {writeOrders} from '../support/phlo.js'
import {goesTheWholeWay, isRefused} from '../support/whole-way.js'

let shop: Shop
let main: string
let picked: string
const rows = async (ref = 'main') => (await shop.must('table', 'stats', 'shop.orders', '--ref', ref)).rows
const headOf = async (ref: string) => (await shop.must('snapshot', 'show', 'shop.orders', ref)).id as string
const appendTo = async (ref: string, count: number) =>
  shop.must('table', 'append', 'shop.orders', writeOrders(`${shop.cwd}/more.arrow`, count, 1000), '--ref', ref)

beforeEach(async () => {
  shop = await openShop()
  main = await headOf('main')
  await shop.must('snapshot', 'branch', 'create', 'shop.orders', 'audit')
  await appendTo('audit', 30)
  picked = await headOf('audit')
})

describe('snapshot cherry-pick', () => {
  test('moves main when it is at the parent', async () => {
    const {report, stdout} = await goesTheWholeWay(shop, ['snapshot', 'cherry-pick', 'shop.orders', picked], async () =>
      expect(await rows()).toBe(390),
    )
    expect(report).toMatchObject({fastForward: true, snapshotId: null, currentSnapshotId: picked, addedFiles: 3, removedFiles: 0})
    expect(stdout).toBe(
      `fast-forwarded main of shop.orders to snapshot ${picked}\nAdded files    3\nRemoved files  0\nUndo  phlo snapshot rollback shop.orders ${main}\n`,
    )
  })

  test('makes a new snapshot elsewhere, also of the head of a branch and on another branch', async () => {
    await appendTo('main', 60)
    const {report} = await goesTheWholeWay(shop, ['snapshot', 'cherry-pick', 'shop.orders', 'audit'], async () =>
      expect(await rows()).toBe(450),
    )
    expect(report).toMatchObject({fastForward: false, sourceSnapshotId: picked})
    const {summary} = await shop.must('snapshot', 'show', 'shop.orders', 'main')
    expect(summary).toMatchObject({operation: 'append', 'source-snapshot-id': picked, 'added-records': '30', 'total-records': '450'})

    await shop.must('snapshot', 'branch', 'create', 'shop.orders', 'other', '--at', main)
    await appendTo('other', 6)
    await goesTheWholeWay(shop, ['snapshot', 'cherry-pick', 'shop.orders', picked, '--ref', 'other'], async () =>
      expect(await rows('other')).toBe(396),
    )
    expect([await rows(), await rows('audit')]).toEqual([450, 390])
    const {undo} = (await appendTo('other', 3)).report
    expect(undo).toBe(
      `phlo snapshot rollback shop.orders ${(await shop.must('snapshot', 'show', 'shop.orders', 'other')).parentId} --ref other`,
    )
  })

  test('says what is wrong, and changes nothing', async () => {
    await appendTo('main', 60)
    await shop.must('snapshot', 'cherry-pick', 'shop.orders', picked, '--yes')
    await shop.must('table', 'optimize', 'shop.orders', '--ref', 'audit', '--yes')
    await shop.must('snapshot', 'tag', 'create', 'shop.orders', 'fixed')
    const pick = (...more: string[]) => ['snapshot', 'cherry-pick', 'shop.orders', ...more, '--yes']
    await isRefused(shop, pick(picked), 6, 'ALREADY_PICKED', picked)
    await isRefused(shop, pick(main), 6, 'ALREADY_AN_ANCESTOR', main)
    await isRefused(shop, pick('audit'), 6, 'NOT_PICKABLE', await headOf('audit'))
    await isRefused(shop, pick('12'), 2, 'SNAPSHOT_NOT_FOUND', '12')
    await isRefused(shop, pick('adit'), 2, 'REF_NOT_FOUND', 'adit')
    await isRefused(shop, pick('2026-02-31'), 2, 'INVALID_TIMESTAMP', '2026-02-31')
    await isRefused(shop, pick(picked, '--ref', 'fixed'), 6, 'REF_IS_A_TAG', 'fixed')
    await isRefused(shop, ['snapshot', 'publish', 'shop.orders', 'nightly', '--yes'], 2, 'WAP_ID_NOT_FOUND', 'nightly')
  })
})
