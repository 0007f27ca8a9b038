import {beforeAll, describe, expect, test} from '@jest/globals'
import {openShop, type Shop} from '../support/in-process.js'
import {writeOrders} from '../support/phlo.js'
import {isRefused} from '../support/whole-way.js'

let shop: Shop
let ids: readonly string[]
let times: readonly number[]
const list = async (...flags: string[]) => (await shop.must('snapshot', 'list', 'shop.orders', ...flags)).snapshots

beforeAll(async () => {
  shop = await openShop()
  await shop.must('snapshot', 'branch', 'create', 'shop.orders', 'audit')
  await shop.must('table', 'append', 'shop.orders', writeOrders(`${shop.cwd}/more.arrow`, 30, 1000), '--ref', 'audit')
  await shop.must('table', 'optimize', 'shop.orders', '--yes')
  const snapshots = await list()
  ids = snapshots.map(({id}: {id: string}) => id)
  times = snapshots.map(({timestamp}: {timestamp: number}) => timestamp)
})

describe('snapshot diff', () => {
  const none = {files: 0, records: 0, bytes: 0}

  test('tells the files and rows that landed between two times, and lists them when it is asked to', async () => {
    const at = (commit: number) => new Date(times[commit] as number).toISOString()
    const diff = await shop.must('snapshot', 'diff', 'shop.orders', at(1), at(3), '--files')
    expect(diff).toMatchObject({from: {id: ids[1]}, to: {id: ids[3]}, columns: []})
    expect(diff.dataFiles).toEqual({added: {files: 6, records: 120, bytes: expect.any(Number)}, removed: none})
    expect(diff.deleteFiles).toEqual({added: none, removed: none})
    expect(diff.files).toHaveLength(6)
    expect(new Set(diff.files.map(({partition}: {partition: string}) => partition))).toEqual(
      new Set(['country=CH', 'country=DE', 'country=FR']),
    )
    expect(await shop.must('snapshot', 'diff', 'shop.orders', ids[1] as string, ids[3] as string)).not.toHaveProperty('files')
  })

  test('looks both ways between branches that parted', async () => {
    const {dataFiles} = await shop.must('snapshot', 'diff', 'shop.orders', 'main', 'audit')
    expect(dataFiles).toMatchObject({added: {files: 21, records: 390}, removed: {files: 3, records: 360}})
    const back = await shop.must('snapshot', 'diff', 'shop.orders', 'audit', 'main')
    expect(back.dataFiles).toEqual({added: dataFiles.removed, removed: dataFiles.added})
    expect((await shop.must('snapshot', 'diff', 'shop.orders', 'main', ids.at(-1) as string)).dataFiles).toEqual({
      added: none,
      removed: none,
    })
  })

  test('is readable', async () => {
    const {stdout} = await shop.type(['snapshot', 'diff', 'shop.orders', 'main', 'audit', '--files'])
    expect(stdout).toMatch(/^ +\+files +\+rows +\+size +-files +-rows +-size$/m)
    expect(stdout).toMatch(/^data files +21 +390 .* 3 +360 /m)
    expect(stdout.match(/^removed +data +country=/gm)).toHaveLength(3)
    expect(stdout.match(/^added +data +country=/gm)).toHaveLength(21)
  })

  test('says what is wrong', async () => {
    const diff = (...words: string[]) => ['snapshot', 'diff', 'shop.orders', ...words]
    await isRefused(shop, diff('1', 'main'), 2, 'SNAPSHOT_NOT_FOUND', '1')
    await isRefused(shop, diff('main', 'audti'), 2, 'REF_NOT_FOUND', 'audti')
    await isRefused(shop, diff('2026-04-31', 'main'), 2, 'INVALID_TIMESTAMP', '2026-04-31')
    await isRefused(shop, diff('1999-12-31', 'main'), 2, 'SNAPSHOT_NOT_FOUND', '1999-12-31')
  })
})

describe('snapshot list --ancestors', () => {
  const idsOf = async (...flags: string[]) => (await list(...flags)).map(({id}: {id: string}) => id)

  test('leaves out what did not lead to the head of main, or of a branch', async () => {
    expect(ids).toHaveLength(8)
    expect(await idsOf('--ancestors')).toEqual([...ids.slice(0, 6), ids[7]])
    expect(await idsOf('--ancestors', '--ref', 'audit')).toEqual(ids.slice(0, 7))
    const {stdout} = await shop.type(['snapshot', 'list', 'shop.orders', '--ancestors'])
    expect(stdout).toContain(ids[7])
    expect(stdout).not.toContain(ids[6])
  })

  test('is refused for a branch that is not there, and --ref without it', async () => {
    await isRefused(shop, ['snapshot', 'list', 'shop.orders', '--ancestors', '--ref', 'nope'], 2, 'REF_NOT_FOUND', 'nope')
    expect(await shop.json('snapshot', 'list', 'shop.orders', '--ref', 'audit')).toMatchObject({exit: 2, error: {code: 'USAGE'}})
  })

  test('of a table without snapshots is empty', async () => {
    await shop.must('table', 'create', 'shop.empty', '--schema', 'id: long')
    expect((await shop.must('snapshot', 'list', 'shop.empty', '--ancestors')).snapshots).toEqual([])
  })
})
