import {beforeEach, describe, expect, test} from '@jest/globals'
import {newName} from '../support/nessie.js'
import {type NessieShop, shopWithDev} from '../support/shop.js'

let shop: NessieShop & {readonly dev: string}
let run: string

const wap = (verb: string, ...more: readonly string[]) => ['branch', 'wap', verb, run, ...more]

beforeEach(async () => {
  shop = await shopWithDev()
  run = newName('run')
})

describe('branch wap', () => {
  test('writes to a branch of the run, which publish merges and leaves', async () => {
    const hash = await shop.hashOf(shop.trunk)
    const next = {
      audit: `phlo branch diff ${shop.trunk} ${run}`,
      publish: `phlo branch wap publish ${run} --into ${shop.trunk}`,
      abort: `phlo branch wap abort ${run}`,
    }
    expect(await shop.must(...wap('start', '--dry-run'))).toEqual({branch: run, hash, outcome: 'planned', next})
    expect(await shop.json('branch', 'show', run)).toMatchObject({exit: 2, error: {code: 'REF_NOT_FOUND'}})
    const {stdout} = await shop.type(wap('start'))
    for (const typed of [`--ref ${run}`, ...Object.values(next)]) expect(stdout).toContain(typed)

    await shop.append(run, 10, 100)
    expect([await shop.rows(shop.trunk), await shop.rows(run)]).toEqual([30, 40])
    expect(await shop.must(...wap('publish', '--dry-run'))).toMatchObject({outcome: 'planned', hash})
    expect(await shop.hashOf(shop.trunk)).toBe(hash)
    expect(await shop.must(...wap('publish', '--message', 'Nightly'))).toMatchObject({outcome: 'done', deletedSource: false})
    expect([await shop.rows(shop.trunk), await shop.rows(run)]).toEqual([40, 40])
    expect((await shop.must('branch', 'log')).commits[0].message).toBe('Nightly')
  })

  test('publishes to the branch that it began at, and deletes its own when asked', async () => {
    expect(await shop.must(...wap('start', '--from', shop.dev))).toMatchObject({
      outcome: 'done',
      next: {publish: `phlo branch wap publish ${run} --into ${shop.dev}`},
    })
    await shop.append(run, 10, 100)
    const publish = wap('publish', '--into', shop.dev, '--delete-source')
    expect(await shop.json(...publish)).toMatchObject({exit: 2, error: {code: 'CONFIRMATION_REQUIRED'}})
    expect(await shop.must(...publish, '--yes')).toMatchObject({outcome: 'done', deletedSource: true})
    expect([await shop.rows(shop.trunk), await shop.rows(shop.dev)]).toEqual([30, 40])
    expect(await shop.json('branch', 'show', run)).toMatchObject({exit: 2, error: {code: 'REF_NOT_FOUND'}})
  })

  test('publishes nothing when a table was changed meanwhile', async () => {
    await shop.must(...wap('start'))
    await shop.append(run, 10, 100)
    await shop.append(shop.trunk, 20, 200)
    const before = await shop.hashOf(shop.trunk)
    const {exit, error} = await shop.json(...wap('publish', '--delete-source', '--yes'))
    expect({exit, code: error?.code}).toEqual({exit: 5, code: 'MERGE_CONFLICT'})
    expect(error?.message).toContain('shop.orders: ')
    expect([await shop.hashOf(shop.trunk), await shop.rows(run)]).toEqual([before, 40])
  })

  test('is given up by deleting the branch, after a question', async () => {
    await shop.must(...wap('start'))
    await shop.append(run, 10, 100)
    const hash = await shop.hashOf(run)
    expect(await shop.json(...wap('abort'))).toMatchObject({exit: 2, error: {code: 'CONFIRMATION_REQUIRED'}})
    expect(await shop.must(...wap('abort', '--dry-run'))).toEqual({branch: run, hash, outcome: 'planned'})
    expect(await shop.hashOf(run)).toBe(hash)
    expect(await shop.must(...wap('abort', '--yes'))).toEqual({branch: run, hash, outcome: 'done'})
    expect(await shop.json('branch', 'show', run)).toMatchObject({exit: 2, error: {code: 'REF_NOT_FOUND'}})
    expect(await shop.rows(shop.trunk)).toBe(30)
  })

  test('says what is wrong with what was typed', async () => {
    expect(await shop.json('branch', 'wap', 'start', shop.dev)).toMatchObject({exit: 5, error: {code: 'ALREADY_EXISTS'}})
    expect(await shop.json(...wap('publish'))).toMatchObject({exit: 2, error: {code: 'REF_NOT_FOUND'}})
    await shop.must('tag', 'create', run)
    expect(await shop.json(...wap('publish'))).toMatchObject({exit: 6, error: {code: 'REF_IS_A_TAG'}})
    expect(await shop.json(...wap('abort', '--yes'))).toMatchObject({exit: 6, error: {code: 'REF_IS_A_TAG'}})
  })
})
