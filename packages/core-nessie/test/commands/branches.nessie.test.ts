import {beforeEach, describe, expect, test} from '@jest/globals'
import {newName} from '../support/nessie.js'
import {type NessieShop, nessieShop, shopWithDev} from '../support/shop.js'

let shop: NessieShop & {readonly dev: string}

beforeEach(async () => {
  shop = await shopWithDev()
})

/** A command that is refused with a sentence that names something, and leaves both branches where they were. */
async function isRefused(argv: readonly string[], exit: number, code: string, names: string): Promise<void> {
  const before = [await shop.hashOf(shop.trunk), await shop.hashOf(shop.dev)]
  const outcome = await shop.json(...argv)
  expect({argv, exit: outcome.exit, code: outcome.error?.code}).toEqual({argv, exit, code})
  expect(outcome.error?.message).toContain(names)
  expect(outcome.error?.message).toMatch(/^[^\n]{15,600}[.?!]$/)
  expect([await shop.hashOf(shop.trunk), await shop.hashOf(shop.dev)]).toEqual(before)
}

describe('branches and tags', () => {
  test('are made, listed, shown, moved and deleted', async () => {
    const tag = newName('tag')
    expect(await shop.must('branch', 'show', shop.dev)).toMatchObject({name: shop.dev, type: 'branch', isDefault: false})
    expect(await shop.must('tag', 'create', tag, '--dry-run')).toMatchObject({outcome: 'planned'})
    expect((await shop.must('tag', 'list')).tags.map(({name}: {name: string}) => name)).not.toContain(tag)
    await shop.must('tag', 'create', tag)
    await shop.append(shop.trunk, 30, 30)
    expect((await shop.must('tag', 'list', '--details')).tags.find(({name}: {name: string}) => name === tag).hash).toBe(
      await shop.hashOf(shop.dev),
    )
    expect([await shop.rows(tag), await shop.rows(shop.trunk), await shop.rows(shop.dev)]).toEqual([30, 60, 30])
    await shop.must('tag', 'assign', tag, '--to', shop.trunk, '--yes')
    expect(await shop.rows(tag)).toBe(60)
    const listed = (await shop.must('branch', 'list')).branches
    expect(listed[0]).toMatchObject({isDefault: true})
    expect(listed.map(({name}: {name: string}) => name)).toEqual(expect.arrayContaining([shop.dev, shop.trunk]))
    expect((await shop.type(['branch', 'list'])).stdout).toMatch(new RegExp(`^${shop.dev} +[0-9a-f]{64}$`, 'm'))

    expect(await shop.must('branch', 'delete', shop.dev, '--dry-run')).toMatchObject({outcome: 'planned'})
    expect(await shop.json('branch', 'delete', shop.dev)).toMatchObject({exit: 2, error: {code: 'CONFIRMATION_REQUIRED'}})
    const {hash} = await shop.must('branch', 'delete', shop.dev, '--yes')
    expect(await shop.json('branch', 'show', shop.dev)).toMatchObject({exit: 2, error: {code: 'REF_NOT_FOUND'}})
    await shop.must('branch', 'create', shop.dev, '--from', hash)
    expect(await shop.rows(shop.dev)).toBe(30)
    await shop.must('tag', 'delete', tag, '--yes')
  })

  test('are refused what they are not', async () => {
    const tag = newName('tag')
    await shop.must('tag', 'create', tag)
    await isRefused(['branch', 'create', shop.dev], 5, 'ALREADY_EXISTS', shop.dev)
    await isRefused(['tag', 'create', shop.dev], 5, 'ALREADY_EXISTS', shop.dev)
    await isRefused(['branch', 'create', 'a b'], 2, 'INVALID_REF', 'a b')
    await isRefused(['branch', 'create', newName(), '--from', 'none-such'], 2, 'REF_NOT_FOUND', 'none-such')
    await isRefused(['branch', 'delete', tag, '--yes'], 6, 'REF_IS_A_TAG', tag)
    await isRefused(['tag', 'delete', shop.dev, '--yes'], 6, 'REF_IS_A_BRANCH', shop.dev)
    await isRefused(['tag', 'assign', shop.dev, '--to', shop.trunk, '--yes'], 6, 'REF_IS_A_BRANCH', shop.dev)
    await isRefused(['branch', 'delete', 'main', '--yes'], 6, 'REF_IS_DEFAULT', 'main')
    await isRefused(['branch', 'merge', shop.dev, '--into', tag], 6, 'REF_IS_A_TAG', tag)
  })
})

describe('--ref', () => {
  test('names what a table is read at, in every way that Nessie knows', async () => {
    const before = await shop.hashOf(shop.trunk)
    await shop.append(shop.trunk, 30, 30)
    for (const ref of [before, `${shop.trunk}@${before}`, `${shop.trunk}~1`, shop.dev]) expect(await shop.rows(ref)).toBe(30)
    expect(await shop.rows(`${shop.trunk}*${Date.now() + 60_000}`)).toBe(60)
  })

  test('takes commands that make tables and namespaces to a branch, and to nothing else', async () => {
    const schema = ['--schema', 'id: long']
    await shop.must('namespace', 'create', 'lab', '--ref', shop.dev)
    await shop.must('table', 'create', 'lab.t', ...schema, '--ref', shop.dev)
    await shop.must('table', 'rename', 'lab.t', 'lab.u', '--ref', shop.dev)
    expect((await shop.must('table', 'list', '--ref', shop.dev)).tables).toEqual(expect.arrayContaining(['lab.u', 'shop.orders']))
    expect((await shop.must('table', 'list')).tables).toEqual(['shop.orders'])
    const hash = await shop.hashOf(shop.dev)
    await isRefused(['table', 'create', 'lab.t', ...schema, '--ref', hash], 6, 'REF_IS_NOT_A_BRANCH', hash)
    await isRefused(
      ['table', 'optimize', 'shop.orders', '--rewrite-all', '--min-input-files', '1', '--yes', '--ref', `${shop.dev}~1`],
      6,
      'REF_IS_NOT_A_BRANCH',
      shop.dev,
    )
    await isRefused(['table', 'drop', 'lab.u', '--yes', '--ref', hash], 6, 'REF_IS_NOT_A_BRANCH', hash)
    await isRefused(['table', 'list', '--ref', 'none-such'], 2, 'REF_NOT_FOUND', 'none-such')
  })

  test('names what a catalog is tried at; the files of what was tried stay, since its history has them', async () => {
    const before = await shop.hashOf(shop.trunk)
    const {exit, result, warnings} = await shop.json('catalog', 'test', '--ref', shop.dev)
    expect({exit, usable: result.usable}).toEqual({exit: 0, usable: true})
    expect(warnings).toEqual([expect.stringContaining('history')])
    expect(await shop.must('namespace', 'list', '--ref', shop.dev)).toEqual({namespaces: ['shop']})
    expect(await shop.hashOf(shop.trunk)).toBe(before)
  })

  test('goes into a plan, which is applied where it was made', async () => {
    await shop.append(shop.dev, 30, 30)
    const optimize = ['table', 'optimize', 'shop.orders', '--min-input-files', '2']
    await shop.must(...optimize, '--ref', shop.dev, '--plan-out', 'plan.json')
    const before = await shop.hashOf(shop.trunk)
    expect(await shop.must('table', 'apply', 'plan.json', '--yes')).toMatchObject({outcome: 'done'})
    expect(await shop.hashOf(shop.trunk)).toBe(before)
    const files = async (ref: string) => (await shop.must('table', 'files', 'shop.orders', '--ref', ref)).files.length
    expect([await files(shop.dev), await files(shop.trunk), await shop.rows(shop.dev)]).toEqual([1, 1, 60])
  })

  test('is in the command that takes back what was done', async () => {
    const {report} = await shop.must('table', 'drop', 'shop.orders', '--yes', '--ref', shop.dev)
    expect(report.undo).toMatch(new RegExp(` --ref ${shop.dev}$`))
    await shop.must(...report.undo.split(' ').slice(1))
    expect(await shop.rows(shop.dev)).toBe(30)
  })

  test('means nothing to a catalog without references', async () => {
    const outcome = await shop.json('table', 'list', '--catalog', 'file', '--ref', shop.dev)
    expect(outcome).toMatchObject({exit: 2, error: {code: 'CATALOG_WITHOUT_REFS'}})
    expect(await shop.json('branch', 'list', '--catalog', 'file')).toMatchObject({exit: 6, error: {code: 'CATALOG_WITHOUT_REFS'}})
  })
})

describe('a catalog of type rest', () => {
  test('whose server is Nessie says how it is opened', async () => {
    const {origin} = new URL(process.env['PHLO_TEST_NESSIE_URI'] ?? '')
    const rest = await nessieShop({type: 'rest', uri: `${origin}/iceberg`})
    expect(await rest.json('branch', 'list')).toMatchObject({
      exit: 6,
      error: {
        code: 'CATALOG_WITHOUT_REFS',
        message: expect.stringContaining('Nessie'),
        suggestions: ['phlo config set catalogs.far.type nessie', `phlo config set catalogs.far.uri ${origin}/api/v2`],
      },
    })
  })
})
