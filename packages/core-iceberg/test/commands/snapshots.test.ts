import {beforeAll, beforeEach, describe, expect, test} from '@jest/globals'
import {openShop, type Shop} from '../support/in-process.js'

let shop: Shop
let ids: readonly string[]
const refresh = async () => {
  ids = (await shop.must('snapshot', 'list', 'shop.orders')).snapshots.map(({id}: {id: string}) => id)
}

describe('the history of a table', () => {
  beforeAll(async () => {
    shop = await openShop()
    await refresh()
  })

  test('is listed oldest first, with what each snapshot did', async () => {
    const {snapshots} = await shop.must('snapshot', 'list', 'shop.orders')
    expect(snapshots).toHaveLength(6)
    expect(snapshots.map(({operation}: {operation: string}) => operation)).toEqual(Array(6).fill('append'))
    expect(snapshots.map(({refs}: {refs: string[]}) => refs)).toEqual([[], [], [], [], [], ['main']])
    const {stdout} = await shop.type(['snapshot', 'list', 'shop.orders'])
    expect(stdout).toMatch(new RegExp(`^ *${ids[5]} .* append +3 +18 +360 +main$`, 'm'))
  })

  test('is shown one by one, by id and by branch', async () => {
    const byId = await shop.must('snapshot', 'show', 'shop.orders', ids[5] as string)
    expect(byId).toEqual(await shop.must('snapshot', 'show', 'shop.orders', 'main'))
    expect(byId).toMatchObject({parentId: ids[4], sequenceNumber: '6', summary: {'total-records': '360'}})
    expect((await shop.type(['snapshot', 'show', 'shop.orders', 'main'])).stdout).toMatch(new RegExp(`^Parent +${ids[4]}$`, 'm'))
    expect(await shop.json('snapshot', 'show', 'shop.orders', 'nope')).toMatchObject({exit: 2, error: {code: 'SNAPSHOT_NOT_FOUND'}})
  })

  test('is shown whole, however many rows there are', async () => {
    const many = await openShop()
    await many.append(140_000, 360)
    const {stdout} = await many.type(['table', 'scan', 'shop.orders', '--columns', 'id', '--limit', '200000'])
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .filter((line) => /^ *\d+$/.test(line)),
    ).toHaveLength(140_360)
  })

  test('can be read at any snapshot', async () => {
    for (const [commit, id] of ids.entries()) {
      const {rows} = await shop.must('table', 'scan', 'shop.orders', '--snapshot-id', id, '--columns', 'id', '--limit', '1000')
      expect(rows).toBe((commit + 1) * 60)
    }
  })
})

describe('rollback', () => {
  beforeEach(async () => {
    shop = await openShop()
    await refresh()
  })

  test('moves the branch back, after a yes, and the snapshots after it stay', async () => {
    const before = shop.tree()
    expect((await shop.must('snapshot', 'rollback', 'shop.orders', ids[2] as string, '--dry-run')).outcome).toBe('planned')
    expect(await shop.json('snapshot', 'rollback', 'shop.orders', ids[2] as string)).toMatchObject({exit: 2})
    expect(shop.tree()).toEqual(before)
    await shop.must('snapshot', 'rollback', 'shop.orders', ids[2] as string, '--yes')
    expect(await shop.must('table', 'stats', 'shop.orders')).toMatchObject({rows: 180, snapshots: 6})
    expect((await shop.must('table', 'refs', 'shop.orders')).refs).toMatchObject([{name: 'main', type: 'branch', snapshotId: ids[2]}])
    expect((await shop.must('snapshot', 'rollback', 'shop.orders', ids[2] as string)).outcome).toBe('nothing-to-do')
  })

  test('goes to ancestors only', async () => {
    await shop.must('snapshot', 'rollback', 'shop.orders', ids[2] as string, '--yes')
    const {exit, error} = await shop.json('snapshot', 'rollback', 'shop.orders', ids[5] as string, '--yes')
    expect({exit, code: error?.code}).toEqual({exit: 6, code: 'NOT_AN_ANCESTOR'})
  })

  test('of a saved plan conflicts when the branch has moved on', async () => {
    await shop.must('snapshot', 'rollback', 'shop.orders', ids[2] as string, '--plan-out', 'plan.json')
    await shop.append(30, 1000)
    const {exit, error} = await shop.json('table', 'apply', 'plan.json', '--yes')
    expect({exit, code: error?.code}).toEqual({exit: 5, code: 'PLAN_OUTDATED'})
    expect(error?.suggestions).toContain('phlo snapshot list shop.orders')
    expect(await shop.must('table', 'stats', 'shop.orders')).toMatchObject({rows: 390})
  })
})

describe('expire-snapshots', () => {
  beforeEach(async () => {
    shop = await openShop()
    await shop.must('table', 'optimize', 'shop.orders', '--yes')
    await refresh()
  })
  const filesOf = (tree: Readonly<Record<string, string>>, pattern: RegExp) => Object.keys(tree).filter((path) => pattern.test(path))

  test('shows what goes in a dry run, and changes nothing', async () => {
    const before = shop.tree()
    const {plan} = await shop.must('table', 'expire-snapshots', 'shop.orders', '--older-than', '0s', '--dry-run')
    expect(plan.snapshots.map(({id}: {id: string}) => id)).toEqual(ids.slice(0, 6))
    expect(plan).toMatchObject({retained: [ids[6]], refs: []})
    expect(plan.files.dataFiles).toHaveLength(18)
    const {stdout} = await shop.type(['table', 'expire-snapshots', 'shop.orders', '--older-than', '0s', '-n'])
    expect(stdout).toContain(ids[0])
    expect(await shop.json('table', 'expire-snapshots', 'shop.orders', '--older-than', '0s')).toMatchObject({exit: 2})
    expect(shop.tree()).toEqual(before)
  })

  test('applied from its plan deletes exactly the files that the plan names', async () => {
    const before = shop.tree()
    const {stdout} = await shop.type([
      'table',
      'expire-snapshots',
      'shop.orders',
      '--older-than',
      '0s',
      '--plan-out',
      'plan.json',
      '-n',
      '--json',
    ])
    const {files} = JSON.parse(stdout).result.plan
    const named = Object.values(files as Record<string, {path: string}[]>).flatMap((list) => list.map(({path}) => path))
    const {report} = await shop.must('table', 'apply', 'plan.json', '--yes')
    const after = shop.tree()
    const gone = Object.keys(before).filter((path) => !(path in after))
    expect(gone.map((path) => named.find((name) => name.endsWith(path)))).not.toContain(undefined)
    expect(gone).toHaveLength(named.length)
    expect(report).toMatchObject({expiredSnapshots: 6, deletedDataFiles: 18, deletedManifestLists: 6, failedDeletes: []})
    expect(await shop.must('table', 'stats', 'shop.orders')).toMatchObject({rows: 360, snapshots: 1, dataFiles: 3})
    expect((await shop.must('table', 'expire-snapshots', 'shop.orders', '--older-than', '0s')).outcome).toBe('nothing-to-do')
  })

  test('keeps as many as it is told, by either name of the flag', async () => {
    for (const [flag, count] of [
      ['--retain-last', 4],
      ['--keep-last', 2],
    ] as const) {
      await shop.must('maintenance', 'expire-snapshots', 'shop.orders', '--older-than', '0s', flag, String(count), '--yes')
      expect((await shop.must('snapshot', 'list', 'shop.orders')).snapshots.map(({id}: {id: string}) => id)).toEqual(ids.slice(-count))
    }
  })

  test('expires the snapshots that it is given, and never the head', async () => {
    await shop.must('table', 'expire-snapshots', 'shop.orders', '--snapshot-id', ids[1] as string, '--yes')
    expect(await shop.must('table', 'stats', 'shop.orders')).toMatchObject({snapshots: 6})
    const {exit} = await shop.json('table', 'expire-snapshots', 'shop.orders', '--snapshot-id', ids[6] as string, '--yes')
    expect(exit).toBe(6)
    expect(await shop.must('table', 'stats', 'shop.orders')).toMatchObject({rows: 360, snapshots: 6})
  })

  test('deletes no file with --metadata-only, and moves them aside with --quarantine', async () => {
    const data = filesOf(shop.tree(), /\.parquet$/)
    await shop.must('table', 'expire-snapshots', 'shop.orders', '--snapshot-id', ids[0] as string, '--metadata-only', '--yes')
    expect(filesOf(shop.tree(), /\.parquet$/)).toEqual(data)
    const {report} = await shop.must('table', 'expire-snapshots', 'shop.orders', '--older-than', '0s', '--quarantine', '--yes')
    expect(filesOf(shop.tree(), /_phlo_quarantine.*\.parquet$/)).toHaveLength(18)
    await shop.must('table', 'restore-files', 'shop.orders', report.quarantine)
    expect(filesOf(shop.tree(), /\.parquet$/)).toEqual(data)
  })

  test('is refused where the table forbids it', async () => {
    await shop.must('table', 'properties', 'shop.orders', '--set', 'gc.enabled=false')
    const before = shop.tree()
    for (const args of [
      ['expire-snapshots', 'shop.orders', '--older-than', '0s', '--yes'],
      ['vacuum', 'shop.orders', '--yes'],
    ]) {
      const {exit, error} = await shop.json('table', ...args)
      expect({exit, message: error?.message}).toEqual({exit: 6, message: expect.stringContaining('gc.enabled')})
    }
    expect(shop.tree()).toEqual(before)
  })

  test('explains each snapshot', async () => {
    const {explanations} = await shop.must('table', 'explain', 'expire-snapshots', 'shop.orders', '--older-than', '0s')
    expect(explanations.map(({touched}: {touched: boolean}) => touched)).toEqual([...Array(6).fill(true), false])
    expect(explanations.map(({subject}: {subject: string}) => subject)).toEqual(ids)
    const young = await shop.type(['table', 'explain', 'expire-snapshots', 'shop.orders'])
    expect(young.stdout.match(/^left +snapshot/gm)).toHaveLength(7)
  })
})
