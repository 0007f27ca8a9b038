import {beforeEach, describe, expect, test} from '@jest/globals'
import {behindProxy, newName, openLake} from '../support/nessie.js'
import {type NessieShop, shopWithDev} from '../support/shop.js'

let shop: NessieShop & {readonly dev: string}

beforeEach(async () => {
  shop = await shopWithDev()
})

const merge = (...more: readonly string[]) => ['branch', 'merge', shop.dev, ...more]
const commitsOf = async (ref: string) => (await shop.must('branch', 'log', ref)).commits

/** Both branches change shop.orders, and dev makes shop.extra. */
async function conflicting(): Promise<void> {
  await shop.must('table', 'create', 'shop.extra', '--schema', 'id: long, amount: double, country: string', '--ref', shop.dev)
  await shop.append(shop.dev, 10, 100)
  await shop.append(shop.trunk, 20, 200)
}

describe('branch merge', () => {
  test('tries without moving anything, then merges all tables in one commit, and deletes nothing', async () => {
    await shop.must('table', 'create', 'shop.extra', '--schema', 'id: long, amount: double, country: string', '--ref', shop.dev)
    await shop.append(shop.dev, 10, 100)
    const before = await shop.hashOf(shop.trunk)
    const planned = await shop.must(...merge('--dry-run'))
    expect(planned).toMatchObject({outcome: 'planned', hash: before, deletedSource: false})
    expect(planned.tables).toEqual(
      expect.arrayContaining([
        {name: 'shop.extra', strategy: 'normal', conflict: ''},
        {name: 'shop.orders', strategy: 'normal', conflict: ''},
      ]),
    )
    expect(await shop.hashOf(shop.trunk)).toBe(before)
    expect(await shop.rows(shop.trunk)).toBe(30)

    const {outcome, hash} = await shop.must(...merge('--message', 'Bring dev'))
    expect({outcome, hash}).toEqual({outcome: 'done', hash: await shop.hashOf(shop.trunk)})
    expect(await shop.rows(shop.trunk)).toBe(40)
    const [head, parent] = await commitsOf(shop.trunk)
    expect(head).toMatchObject({hash, parent: before, merged: await shop.hashOf(shop.dev), message: 'Bring dev'})
    expect(head.changes.map(({name}: {name: string}) => name).sort()).toEqual(['shop.extra', 'shop.orders'])
    expect(parent.hash).toBe(before)
    expect(await shop.must(...merge())).toMatchObject({outcome: 'nothing-to-do', hash})
  })

  test('with --delete-source deletes the branch after it, and only then', async () => {
    await shop.append(shop.dev, 10, 100)
    expect(await shop.json(...merge('--delete-source'))).toMatchObject({exit: 2, error: {code: 'CONFIRMATION_REQUIRED'}})
    expect(await shop.rows(shop.dev)).toBe(40)
    expect(await shop.must(...merge('--delete-source', '--yes'))).toMatchObject({outcome: 'done', deletedSource: true})
    expect(await shop.json('branch', 'show', shop.dev)).toMatchObject({exit: 2})
  })

  test('names every table in conflict with the reason, and moves nothing', async () => {
    await conflicting()
    const before = [await shop.hashOf(shop.trunk), await shop.hashOf(shop.dev)]
    for (const more of [['--dry-run'], []]) {
      const {exit, error} = await shop.json(...merge(...more))
      expect({exit, code: error?.code}).toEqual({exit: 5, code: 'MERGE_CONFLICT'})
      expect(error?.message).toContain('shop.orders: ')
      expect(error?.message).not.toContain('shop.extra')
      expect(error?.suggestions).toEqual([`phlo branch merge ${shop.dev} --into ${shop.trunk} --table shop.orders=force`])
    }
    expect([await shop.hashOf(shop.trunk), await shop.hashOf(shop.dev)]).toEqual(before)
  })

  test('takes the source, or the target, of tables that it is told to', async () => {
    await conflicting()
    expect(await shop.json(...merge('--table', 'shop.orders=force'))).toMatchObject({exit: 2, error: {code: 'CONFIRMATION_REQUIRED'}})
    await shop.must(...merge('--table', 'shop.orders=force', '--yes'))
    expect([await shop.rows(shop.trunk), await shop.rows(shop.dev)]).toEqual([40, 40])
    expect((await shop.must('table', 'list')).tables).toEqual(['shop.extra', 'shop.orders'])
  })

  test('leaves out what both changed with --strategy drop', async () => {
    await conflicting()
    await shop.must(...merge('--strategy', 'normal', '--table', 'shop.orders=drop', '--yes'))
    expect([await shop.rows(shop.trunk), await shop.rows(shop.dev)]).toEqual([50, 40])
    expect((await shop.must('table', 'list')).tables).toEqual(['shop.extra', 'shop.orders'])
  })

  test('says what is wrong with what was typed', async () => {
    expect(await shop.json(...merge('--table', 'shop.orders'))).toMatchObject({exit: 2, error: {code: 'INVALID_OPTION'}})
    expect(await shop.json(...merge('--table', 'shop.orders=best'))).toMatchObject({exit: 2, error: {code: 'INVALID_OPTION'}})
    expect(await shop.json(...merge('--strategy', 'best'))).toMatchObject({exit: 2})
    expect(await shop.json('branch', 'merge', 'none-such')).toMatchObject({exit: 2, error: {code: 'REF_NOT_FOUND'}})
    const island = newName('island')
    const {nessie} = await openLake(undefined)
    await nessie.createReference('BRANCH', island, {type: 'DETACHED', name: 'DETACHED', hash: nessie.server.noAncestorHash})
    expect(await shop.json(...merge('--into', island))).toMatchObject({exit: 6, error: {code: 'NO_COMMON_ANCESTOR'}})
  })

  test('whose answer is lost is found in the log', async () => {
    await shop.append(shop.dev, 10, 100)
    await behindProxy(
      ({method, url, body}) =>
        method === 'POST' && url.endsWith('/history/merge') && body.includes('"isDryRun":false') ? {resetAfter: 0} : undefined,
      async ({uri}) => {
        const {nessie} = await openLake(shop.trunk, {uri})
        const [from, into] = await Promise.all([nessie.reference(shop.dev), nessie.reference(shop.trunk)])
        const merged = await nessie.merge({from, into, strategy: 'NORMAL', strategies: [], dryRun: false})
        expect(merged).toMatchObject({applied: true, hash: await shop.hashOf(shop.trunk)})
        expect(merged.hash).not.toBe(into.hash)
      },
    )
  })
})

describe('branch transplant', () => {
  test('picks commits one by one, and nothing else', async () => {
    await shop.must('table', 'create', 'shop.extra', '--schema', 'id: long, amount: double, country: string', '--ref', shop.dev)
    await shop.append(shop.dev, 10, 100, 'shop.extra')
    await shop.append(shop.dev, 10, 100)
    const [, second, first] = await commitsOf(shop.dev)
    const pick = ['branch', 'transplant', shop.dev, '--commit', second.hash, '--commit', first.hash.slice(0, 16)]
    const before = await shop.hashOf(shop.trunk)
    expect(await shop.must(...pick, '--dry-run')).toMatchObject({outcome: 'planned', commits: [first.hash, second.hash], hash: before})
    expect(await shop.hashOf(shop.trunk)).toBe(before)
    expect(await shop.must(...pick)).toMatchObject({outcome: 'done', hash: expect.not.stringContaining(before)})
    expect([await shop.rows(shop.trunk), await shop.rows(shop.trunk, 'shop.extra')]).toEqual([30, 10])
    expect((await commitsOf(shop.trunk)).map(({message}: {message: string}) => message).slice(0, 2)).toEqual([
      second.message,
      first.message,
    ])
    expect(await shop.json('branch', 'transplant', shop.dev, '--commit', 'deadbeef')).toMatchObject({
      exit: 2,
      error: {code: 'COMMIT_NOT_FOUND'},
    })
  })

  test('is a conflict where both sides changed a table', async () => {
    await conflicting()
    const [head] = await commitsOf(shop.dev)
    const before = await shop.hashOf(shop.trunk)
    const {exit, error} = await shop.json('branch', 'transplant', shop.dev, '--commit', head.hash)
    expect({exit, code: error?.code}).toEqual({exit: 5, code: 'MERGE_CONFLICT'})
    expect(error?.message).toContain('shop.orders: ')
    expect(await shop.hashOf(shop.trunk)).toBe(before)
  })
})

describe('branch revert', () => {
  test('takes one commit back and leaves those after it', async () => {
    await shop.append(shop.trunk, 10, 100)
    await shop.must('table', 'create', 'shop.extra', '--schema', 'id: long')
    const [made, appended] = await commitsOf(shop.trunk)
    const before = await shop.hashOf(shop.trunk)
    expect(await shop.must('branch', 'revert', appended.hash, '--dry-run')).toMatchObject({
      outcome: 'planned',
      changes: [{change: 'restore', name: 'shop.orders'}],
    })
    expect(await shop.hashOf(shop.trunk)).toBe(before)
    await shop.must('branch', 'revert', appended.hash)
    expect(await shop.rows(shop.trunk)).toBe(30)
    expect((await shop.must('table', 'list')).tables).toEqual(['shop.extra', 'shop.orders'])

    await shop.must('branch', 'revert', made.hash, '--message', 'No extra')
    expect((await shop.must('table', 'list')).tables).toEqual(['shop.orders'])
    const [undone] = await commitsOf(shop.trunk)
    expect(undone.message).toBe('No extra')
    await shop.must('branch', 'revert', undone.hash)
    expect((await shop.must('table', 'list')).tables).toEqual(['shop.extra', 'shop.orders'])
  })

  test('is a conflict where a table was changed again', async () => {
    await shop.append(shop.dev, 10, 100)
    const [first] = await commitsOf(shop.dev)
    await shop.append(shop.dev, 10, 110)
    const {exit, error} = await shop.json('branch', 'revert', first.hash, '--ref', shop.dev)
    expect({exit, code: error?.code}).toEqual({exit: 5, code: 'COMMIT_CONFLICT'})
    expect(error?.message).toContain('shop.orders')
    expect(await shop.rows(shop.dev)).toBe(50)
    expect(await shop.json('branch', 'revert', 'deadbeef00')).toMatchObject({exit: 2, error: {code: 'COMMIT_NOT_FOUND'}})
    const hash = await shop.hashOf(shop.dev)
    expect(await shop.json('branch', 'revert', hash, '--ref', hash)).toMatchObject({exit: 6, error: {code: 'REF_IS_NOT_A_BRANCH'}})
  })
})
