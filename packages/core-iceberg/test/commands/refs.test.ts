import {beforeEach, describe, expect, test} from '@jest/globals'
import {openShop, type Shop} from '../support/in-process.js'
import {writeOrders} from '../support/phlo.js'
import {goesTheWholeWay, isRefused, refsOf} from '../support/whole-way.js'

const DAY = 86_400_000
let shop: Shop
let ids: readonly string[]
let times: readonly number[]

beforeEach(async () => {
  shop = await openShop()
  const {snapshots} = await shop.must('snapshot', 'list', 'shop.orders')
  ids = snapshots.map(({id}: {id: string}) => id)
  times = snapshots.map(({timestamp}: {timestamp: number}) => timestamp)
})

const id = (commit: number) => ids[commit] as string
const time = (commit: number, plus = 0) => new Date((times[commit] as number) + plus).toISOString()
const rows = async (ref = 'main') => (await shop.must('table', 'stats', 'shop.orders', '--ref', ref)).rows
const appendTo = async (ref: string) =>
  shop.must('table', 'append', 'shop.orders', writeOrders(`${shop.cwd}/more.arrow`, 30, 1000), '--ref', ref)

describe('snapshot rollback', () => {
  test('goes back to an id, by --to or as it is printed everywhere', async () => {
    const {report, stdout} = await goesTheWholeWay(shop, ['snapshot', 'rollback', 'shop.orders', '--to', id(2)], async () =>
      expect(await rows()).toBe(180),
    )
    expect(report.undo).toBe(`phlo snapshot set-current shop.orders --to ${id(5)}`)
    expect(stdout).toBe(`moved branch main of shop.orders from snapshot ${id(5)} to ${id(2)}\nUndo  ${report.undo}\n`)
    await shop.must('snapshot', 'rollback', 'shop.orders', id(1), '--yes')
    expect(await rows()).toBe(120)
  })

  test('goes back to a tag or a branch', async () => {
    await shop.must('snapshot', 'tag', 'create', 'shop.orders', 'good', '--at', id(3))
    await goesTheWholeWay(shop, ['snapshot', 'rollback', 'shop.orders', '--to', 'good'], async () => expect(await rows()).toBe(240))
  })

  test('goes back to what was current before a time, as the log of main has it', async () => {
    await goesTheWholeWay(shop, ['snapshot', 'rollback', 'shop.orders', '--to', time(3)], async () => expect(await rows()).toBe(180))
    // Since the rollback of above main is at the third commit again: what came after is no ancestor.
    expect(await shop.must('snapshot', 'rollback', 'shop.orders', '--to', time(5, 1), '--yes')).toMatchObject({outcome: 'nothing-to-do'})
    await shop.must('snapshot', 'rollback', 'shop.orders', '--to', time(0, 1), '--yes')
    expect(await rows()).toBe(60)
  })

  test('of a branch counts its ancestors by when they were made', async () => {
    await shop.must('snapshot', 'branch', 'create', 'shop.orders', 'audit')
    await shop.must('snapshot', 'rollback', 'shop.orders', '--to', time(2), '--ref', 'audit', '--yes')
    expect([await rows('audit'), await rows()]).toEqual([120, 360])
  })

  test('to a snapshot that was made on a branch is not what main was at the time', async () => {
    await shop.must('snapshot', 'branch', 'create', 'shop.orders', 'audit')
    await appendTo('audit')
    const staged = (await shop.must('snapshot', 'list', 'shop.orders')).snapshots.at(-1)
    await shop.must('snapshot', 'fast-forward', 'shop.orders', 'main', '--to', 'audit', '--yes')
    expect(await rows()).toBe(390)
    const justAfter = new Date(staged.timestamp + 1).toISOString()
    await shop.must('snapshot', 'rollback', 'shop.orders', '--to', justAfter, '--yes')
    expect(await rows()).toBe(360)
  })

  test('says what is wrong, and changes nothing', async () => {
    const rollback = (...more: string[]) => ['snapshot', 'rollback', 'shop.orders', ...more, '--yes']
    await isRefused(shop, rollback(), 2, 'USAGE', 'shop.orders')
    await isRefused(shop, rollback(id(1), '--to', id(1)), 2, 'USAGE', 'shop.orders')
    await isRefused(shop, rollback('--to', '12'), 2, 'SNAPSHOT_NOT_FOUND', '12')
    await isRefused(shop, rollback('--to', 'mian'), 2, 'REF_NOT_FOUND', 'mian')
    await isRefused(shop, rollback('--to', '2026-02-30'), 2, 'INVALID_TIMESTAMP', '2026-02-30')
    await isRefused(shop, rollback('--to', '2001-01-01'), 2, 'SNAPSHOT_NOT_FOUND', '2001-01-01')
    await isRefused(shop, rollback('--to', id(1), '--ref', 'nope'), 2, 'REF_NOT_FOUND', 'nope')
    await shop.must('snapshot', 'rollback', 'shop.orders', id(2), '--yes')
    await isRefused(shop, rollback('--to', id(5)), 6, 'NOT_AN_ANCESTOR', id(5))
    await shop.must('snapshot', 'tag', 'create', 'shop.orders', 'fixed')
    await isRefused(shop, rollback('--to', id(1), '--ref', 'fixed'), 6, 'REF_IS_A_TAG', 'fixed')
  })
})

describe('snapshot set-current', () => {
  test('goes to any snapshot, an ancestor or not', async () => {
    await shop.must('snapshot', 'rollback', 'shop.orders', id(2), '--yes')
    await goesTheWholeWay(shop, ['snapshot', 'set-current', 'shop.orders', '--to', id(4)], async () => expect(await rows()).toBe(300))
  })

  test('keeps the retention of a branch', async () => {
    await shop.must('snapshot', 'branch', 'create', 'shop.orders', 'audit', '--max-ref-age', '30d', '--min-snapshots-to-keep', '3')
    await goesTheWholeWay(shop, ['snapshot', 'set-current', 'shop.orders', '--ref', 'audit', '--to', time(1)], async () =>
      expect((await refsOf(shop))['audit']).toMatchObject({snapshotId: id(1), maxRefAge: 30 * DAY, minSnapshotsToKeep: 3}),
    )
  })

  test('says what is wrong, and changes nothing', async () => {
    const setCurrent = (...more: string[]) => ['snapshot', 'set-current', 'shop.orders', ...more, '--yes']
    await isRefused(shop, setCurrent('--to', '99'), 2, 'SNAPSHOT_NOT_FOUND', '99')
    await isRefused(shop, setCurrent('--to', 'nope'), 2, 'REF_NOT_FOUND', 'nope')
    await isRefused(shop, setCurrent('--to', '2026-13-01'), 2, 'INVALID_TIMESTAMP', '2026-13-01')
    await isRefused(shop, setCurrent('--to', '2001-01-01'), 2, 'SNAPSHOT_NOT_FOUND', '2001-01-01')
  })
})

describe('snapshot fast-forward', () => {
  test('moves a branch to one that has all its commits', async () => {
    await shop.must('snapshot', 'branch', 'create', 'shop.orders', 'audit')
    await appendTo('audit')
    await goesTheWholeWay(shop, ['snapshot', 'fast-forward', 'shop.orders', 'main', '--to', 'audit'], async () =>
      expect(await rows()).toBe(390),
    )
    expect(await shop.must('snapshot', 'fast-forward', 'shop.orders', 'main', '--to', 'audit')).toMatchObject({outcome: 'nothing-to-do'})
  })

  test('is refused when the branch has commits of its own, and of what is not there', async () => {
    await shop.must('snapshot', 'branch', 'create', 'shop.orders', 'audit')
    await appendTo('audit')
    await appendTo('main')
    const fastForward = (...more: string[]) => ['snapshot', 'fast-forward', 'shop.orders', ...more, '--yes']
    await isRefused(shop, fastForward('main', '--to', 'audit'), 6, 'NOT_AN_ANCESTOR', 'audit')
    await isRefused(shop, fastForward('nope', '--to', 'audit'), 2, 'REF_NOT_FOUND', 'nope')
    await isRefused(shop, fastForward('main', '--to', 'nope'), 2, 'REF_NOT_FOUND', 'nope')
    await shop.must('snapshot', 'tag', 'create', 'shop.orders', 'fixed', '--at', id(1))
    await isRefused(shop, fastForward('fixed', '--to', 'main'), 6, 'REF_IS_A_TAG', 'fixed')
  })

  test('of a saved plan conflicts when the branch has moved on', async () => {
    await shop.must('snapshot', 'branch', 'create', 'shop.orders', 'audit')
    await appendTo('audit')
    await shop.must('snapshot', 'fast-forward', 'shop.orders', 'main', '--to', 'audit', '--plan-out', 'plan.json')
    await appendTo('main')
    await isRefused(shop, ['table', 'apply', 'plan.json', '--yes'], 5, 'PLAN_OUTDATED', 'main')
    expect(await rows()).toBe(390)
  })
})

describe.each(['branch', 'tag'] as const)('snapshot %s', (type) => {
  const list = type === 'branch' ? 'branches' : 'tags'

  test('create makes one at the head, or at any snapshot, and list shows it', async () => {
    await goesTheWholeWay(shop, ['snapshot', type, 'create', 'shop.orders', 'a b'], async () =>
      expect((await refsOf(shop))['a b']).toMatchObject({type, snapshotId: id(5), maxRefAge: null}),
    )
    await goesTheWholeWay(
      shop,
      ['snapshot', type, 'create', 'shop.orders', '2026-01-31', '--at', time(2), '--max-ref-age', '30d'],
      async () => expect((await refsOf(shop))['2026-01-31']).toMatchObject({type, snapshotId: id(2), maxRefAge: 30 * DAY}),
    )
    await shop.must('snapshot', type, 'create', 'shop.orders', 'again', '--at', '2026-01-31')
    expect((await refsOf(shop))['again']).toMatchObject({snapshotId: id(2)})
    const listed = (await shop.must('snapshot', type, 'list', 'shop.orders'))[list]
    expect(listed.map(({name}: {name: string}) => name)).toEqual([...(type === 'branch' ? ['main'] : []), '2026-01-31', 'a b', 'again'])
    expect((await shop.type(['snapshot', type, 'list', 'shop.orders'])).stdout).toMatch(
      new RegExp(`^2026-01-31 +${type} +${id(2)} +30 d`, 'm'),
    )
  })

  test('create never replaces one, and names the command that does', async () => {
    await shop.must('snapshot', type, 'create', 'shop.orders', 'kept', '--at', id(1))
    await isRefused(shop, ['snapshot', type, 'create', 'shop.orders', 'kept'], 5, 'ALREADY_EXISTS', 'kept')
    const {error} = await shop.json('snapshot', type, 'create', 'shop.orders', 'kept')
    expect(error?.suggestions).toEqual([`phlo snapshot ${type} replace shop.orders kept`])
  })

  test('create of a saved plan conflicts when somebody made it meanwhile', async () => {
    await shop.must('snapshot', type, 'create', 'shop.orders', 'ours', '--at', id(1), '--plan-out', 'plan.json')
    await shop.must('snapshot', type, 'create', 'shop.orders', 'ours', '--at', id(2))
    await isRefused(shop, ['table', 'apply', 'plan.json', '--yes'], 5, 'PLAN_OUTDATED', 'ours')
  })

  test('replace moves one and keeps its retention, unless it is told another', async () => {
    await shop.must('snapshot', type, 'create', 'shop.orders', 'it', '--at', id(1), '--max-ref-age', '7d')
    await goesTheWholeWay(shop, ['snapshot', type, 'replace', 'shop.orders', 'it', '--at', id(3)], async () =>
      expect((await refsOf(shop))['it']).toMatchObject({snapshotId: id(3), maxRefAge: 7 * DAY}),
    )
    await goesTheWholeWay(shop, ['snapshot', type, 'replace', 'shop.orders', 'it', '--at', id(3), '--max-ref-age', '1d'], async () =>
      expect((await refsOf(shop))['it']).toMatchObject({snapshotId: id(3), maxRefAge: DAY}),
    )
    await goesTheWholeWay(shop, ['snapshot', type, 'replace', 'shop.orders', 'it', '--clear-retention'], async () =>
      expect((await refsOf(shop))['it']).toMatchObject({snapshotId: id(5), maxRefAge: null}),
    )
  })

  test('delete takes one away, and its snapshot stays', async () => {
    await shop.must('snapshot', type, 'create', 'shop.orders', 'gone', '--at', id(1), '--max-ref-age', '36h')
    await goesTheWholeWay(shop, ['snapshot', type, 'delete', 'shop.orders', 'gone'], async () =>
      expect(Object.keys(await refsOf(shop))).toEqual(['main']),
    )
    expect((await shop.must('snapshot', 'list', 'shop.orders')).snapshots).toHaveLength(6)
  })

  test('says what is wrong, and changes nothing', async () => {
    const other = type === 'branch' ? 'tag' : 'branch'
    await shop.must('snapshot', other, 'create', 'shop.orders', 'other')
    const refs = (...words: string[]) => ['snapshot', type, ...words, '--yes']
    await isRefused(shop, refs('create', 'shop.orders', 'x', '--at', '7'), 2, 'SNAPSHOT_NOT_FOUND', '7')
    await isRefused(shop, refs('create', 'shop.orders', 'x', '--at', 'nope'), 2, 'REF_NOT_FOUND', 'nope')
    await isRefused(shop, refs('create', 'shop.orders', 'x', '--at', '2026-99-99'), 2, 'INVALID_TIMESTAMP', '2026-99-99')
    await isRefused(shop, refs('create', 'shop.orders', 'x', '--max-ref-age', '3 moons'), 2, 'INVALID_DURATION', '3 moons')
    await isRefused(shop, refs('create', 'shop.orders', 'x', '--max-ref-age', '0s'), 2, 'INVALID_OPTION', 'greatest age')
    await isRefused(shop, refs('create', 'shop.orders', ''), 2, 'INVALID_OPTION', 'needs a name')
    await isRefused(shop, refs('create', 'shop.orders', 'main'), 5, 'ALREADY_EXISTS', 'main')
    await isRefused(shop, refs('replace', 'shop.orders', 'nope', '--at', id(1)), 2, 'REF_NOT_FOUND', 'nope')
    await isRefused(shop, refs('replace', 'shop.orders', 'other', '--at', id(1)), 6, `REF_IS_A_${other.toUpperCase()}`, 'other')
    await isRefused(shop, refs('delete', 'shop.orders', 'nope'), 2, 'REF_NOT_FOUND', 'nope')
    await isRefused(shop, refs('delete', 'shop.orders', 'other'), 6, `REF_IS_A_${other.toUpperCase()}`, 'other')
    await isRefused(shop, refs('delete', 'shop.orders', 'main'), 6, 'MAIN_BRANCH', 'main')
  })

  test('of a table without snapshots has nothing to be at', async () => {
    await shop.must('table', 'create', 'shop.empty', '--schema', 'id: long')
    await isRefused(shop, ['snapshot', type, 'create', 'shop.empty', 'x'], 2, 'SNAPSHOT_NOT_FOUND', 'shop.empty')
    expect((await shop.must('snapshot', type, 'list', 'shop.empty'))[list]).toEqual([])
  })
})

test('a branch keeps as many snapshots as it is told when snapshots expire, and a tag keeps one', async () => {
  await shop.must('snapshot', 'branch', 'create', 'shop.orders', 'audit', '--at', id(3), '--min-snapshots-to-keep', '2')
  await shop.must('snapshot', 'tag', 'create', 'shop.orders', 'first', '--at', id(0))
  await shop.must('table', 'expire-snapshots', 'shop.orders', '--older-than', '0s', '--yes')
  const left = (await shop.must('snapshot', 'list', 'shop.orders')).snapshots.map((snapshot: {id: string}) => snapshot.id)
  expect(left).toEqual([id(0), id(2), id(3), id(5)])
  await shop.must('snapshot', 'branch', 'create', 'shop.orders', 'x', '--max-snapshot-age', '2d')
  expect((await refsOf(shop))['x']).toMatchObject({maxSnapshotAge: 2 * DAY})
})
