import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeEach, describe, expect, test} from '@jest/globals'
import {behindProxy, nessieFailure, newName} from '../support/nessie.js'
import {type NessieShop, nessieShop, shopWithDev} from '../support/shop.js'

let shop: NessieShop & {readonly dev: string}
/** Begins the names of a test's branches. */
let run = ''
const branch = (name: string) => `${run}/${name}`
const fates = (branches: readonly {name: string; goes: boolean; reason: string}[]) =>
  Object.fromEntries(branches.map(({name, goes, reason}) => [name.slice(run.length + 1), goes ? 'goes' : reason]))
const names = async () =>
  (await shop.must('branch', 'list')).branches
    .map(({name}: {name: string}) => name)
    .filter((name: string) => name.startsWith(`${run}/`))
    .map((name: string) => name.slice(run.length + 1))
    .sort()

beforeEach(async () => {
  shop = await shopWithDev()
  run = newName('run')
  for (const name of ['idle', 'merged', 'more', 'open', 'prod-1']) await shop.must('branch', 'create', branch(name))
  for (const name of ['merged', 'more', 'open', 'prod-1']) await shop.append(branch(name), 5, 100)
  for (const name of ['merged', 'more', 'prod-1']) {
    await shop.must('branch', 'merge', branch(name), '--strategy', 'force', '--yes')
  }
  await shop.append(branch('more'), 5, 200)
})

const cleanup = (...more: readonly string[]) => ['branch', 'cleanup', '--pattern', branch('*'), ...more]

describe('branch cleanup', () => {
  test('deletes merged branches of a name, says how each comes back, and keeps what it is told to', async () => {
    const rule = cleanup('--merged', '--keep', `main,${branch('prod-*')}`)
    const planned = await shop.must(...rule, '--dry-run')
    expect(planned).toMatchObject({outcome: 'planned', into: shop.trunk, deleted: []})
    expect(fates(planned.branches)).toEqual({
      idle: 'goes',
      merged: 'goes',
      more: `${shop.trunk} has not everything of it`,
      open: `${shop.trunk} has not everything of it`,
      'prod-1': 'it is to be kept',
    })
    expect(await names()).toEqual(['idle', 'merged', 'more', 'open', 'prod-1'])
    expect(await shop.json(...rule)).toMatchObject({exit: 2, error: {code: 'CONFIRMATION_REQUIRED'}})
    const {outcome, deleted, failed} = await shop.must(...rule, '--yes')
    expect({outcome, failed, names: await names()}).toEqual({outcome: 'done', failed: [], names: ['more', 'open', 'prod-1']})
    const undo: string = deleted.find(({name}: {name: string}) => name === branch('merged')).undo
    await shop.must(...undo.split(' ').slice(1))
    expect(await shop.rows(branch('merged'))).toBe(35)
    expect(await shop.must(...rule, '--older-than', '1d', '--yes')).toMatchObject({outcome: 'nothing-to-do'})
  })

  test('goes by the age of the last commit, merged or not', async () => {
    expect(fates((await shop.must(...cleanup('--older-than', '1h', '--dry-run'))).branches)).toMatchObject({
      open: expect.stringContaining('its last commit is'),
    })
    const {deleted} = await shop.must(...cleanup('--older-than', '0s', '--keep', branch('more'), '--keep', branch('idle'), '--yes'))
    expect(deleted).toHaveLength(3)
    expect(await names()).toEqual(['idle', 'more'])
  })

  test('takes its rule from the configuration, so that it runs by itself', async () => {
    const file = join(shop.cwd, 'phlo.yaml')
    const {catalogs, ...rest} = {
      catalogs: JSON.parse(/^catalogs: (.*)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? ''),
      defaultCatalog: 'far',
    }
    const own = {'cleanup.pattern': branch('*'), 'cleanup.keep': branch('prod-*'), 'cleanup.merged': 'true', 'cleanup.older-than': '0s'}
    writeFileSync(file, JSON.stringify({...rest, catalogs: {far: {...catalogs.far, ...own}}}))
    await shop.must('branch', 'cleanup', '--yes')
    expect(await names()).toEqual(['more', 'open', 'prod-1'])
    expect(await shop.must('branch', 'cleanup', '--yes')).toMatchObject({outcome: 'nothing-to-do', failed: []})
    expect(fates((await shop.must('branch', 'cleanup', '--no-merged', '--dry-run')).branches)).toMatchObject({open: 'goes'})
  })

  test('leaves a branch that moved, and says so', async () => {
    await behindProxy(
      ({method}) => (method === 'DELETE' ? nessieFailure(409, 'REFERENCE_CONFLICT', 'it moved') : undefined),
      async ({uri}) => {
        const through = await nessieShop({uri})
        const outcome = await through.json(
          'branch',
          'cleanup',
          '--pattern',
          branch('idle'),
          '--older-than',
          '0s',
          '--into',
          'main',
          '--yes',
        )
        expect(outcome.exit).toBe(5)
        expect(outcome.result).toMatchObject({deleted: [], failed: [{name: branch('idle'), reason: expect.stringContaining('it moved')}]})
      },
    )
    expect(await names()).toContain('idle')
  })

  test.each([[['--merged']], [['--pattern', 'x*']], [['--pattern', 'x*', '--older-than', 'soon']]])('refuses %j', async (argv) => {
    expect(await shop.json('branch', 'cleanup', ...argv, '--yes')).toMatchObject({exit: 2})
  })
})
