import {readFileSync} from 'node:fs'
import {beforeAll, describe, expect, test} from '@jest/globals'
import {openShop, type Shop} from '../support/in-process.js'
import {writeOrders} from '../support/phlo.js'
import {isRefused} from '../support/whole-way.js'

let shop: Shop
let ids: readonly string[]

beforeAll(async () => {
  shop = await openShop()
  await shop.must('table', 'optimize', 'shop.orders', '--yes')
  await shop.must('table', 'append', 'shop.orders', writeOrders(`${shop.cwd}/more.arrow`, 30, 1000))
  const {snapshots} = await shop.must('snapshot', 'list', 'shop.orders')
  ids = snapshots.map(({id}: {id: string}) => id)
})

describe('snapshot changes', () => {
  test('tells the rows that came since, and none that were only rewritten', async () => {
    const {rows, data} = await shop.must('snapshot', 'changes', 'shop.orders', ids[5] as string, '--limit', '1000')
    expect(rows).toBe(30)
    expect(data[0]).toMatchObject({_change_type: 'INSERT', _change_ordinal: 0, _commit_snapshot_id: expect.anything()})
    expect(new Set(data.map((row: Record<string, unknown>) => String(row['_commit_snapshot_id'])))).toEqual(new Set([ids.at(-1)]))
  })

  test('takes columns, conditions and files, as table scan does', async () => {
    const out = `${shop.cwd}/changes.csv`
    await shop.must('snapshot', 'changes', 'shop.orders', '--columns', 'id', '--where', 'id < 3', '--output', out)
    const [head, ...lines] = readFileSync(out, 'utf8').trim().split('\n')
    expect(head).toBe('_change_type,_change_ordinal,_commit_snapshot_id,id')
    expect(lines.sort()).toEqual([0, 1, 2].map((id) => `INSERT,0,${ids[0]},${id}`))
  })

  test('shows people the first rows, and says when there are none', async () => {
    const {stdout, stderr} = await shop.type(['snapshot', 'changes', 'shop.orders', ids[1] as string, 'main', '--columns', 'id'])
    expect(stdout).toMatch(/^_change_type +_change_ordinal +_commit_snapshot_id +id$/m)
    expect(stdout.match(/^INSERT /gm)).toHaveLength(20)
    expect(stderr).toContain('Only the first 20 rows are shown')
    const none = await shop.type(['snapshot', 'changes', 'shop.orders', ids[5] as string, ids[6] as string])
    expect(none).toMatchObject({stdout: ''})
    expect(none.stderr).toContain('Nothing changed')
  })

  test('says what is wrong', async () => {
    const changes = (...words: string[]) => ['snapshot', 'changes', 'shop.orders', ...words]
    await isRefused(shop, changes('main', ids[0] as string), 2, 'NOT_AN_ANCESTOR', ids[0] as string)
    await isRefused(shop, changes('mian'), 2, 'REF_NOT_FOUND', 'mian')
    await isRefused(shop, changes('--identifier', 'nope'), 2, 'COLUMN_NOT_FOUND', 'nope')
    await isRefused(shop, changes('--identifier', ','), 2, 'INVALID_COLUMNS', ',')
    await isRefused(shop, changes('--where', 'nope = 1'), 2, 'COLUMN_NOT_FOUND', 'nope')
  })
})
