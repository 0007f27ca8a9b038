import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import type {LakehouseResource} from '@phlo/core'
import {contributionCases, memoryCatalog, testCatalog} from '@phlo/testing'

/** Tables of no format that commits, in the memory of a client: one client is all there is. */
function suite(create: () => LakehouseResource) {
  const known = new Map<string, LakehouseResource>()
  return testCatalog({
    create: async () => ({lake: String(known.size)}),
    async open({lake = ''}) {
      const found = known.get(lake) ?? create()
      known.set(lake, found)
      return found
    },
    cannot: ['commit'],
  })
}

/** The names of the cases that a catalog fails. */
async function failures(create: () => LakehouseResource): Promise<string[]> {
  const outcomes = await Promise.allSettled(suite(create).map(({run}) => run()))
  return suite(create).flatMap(({name}, index) => (outcomes[index]?.status === 'rejected' ? [name] : []))
}

describe('the memory catalog keeps the contract', () => {
  for (const {name, run} of suite(memoryCatalog)) test(name, run)
})

describe('the suite catches a catalog', () => {
  const broken = (change: (catalog: LakehouseResource) => Partial<LakehouseResource>) => () => {
    const catalog = memoryCatalog()
    return {...catalog, ...change(catalog)}
  }

  test.each<[string, () => LakehouseResource, string]>([
    [
      'that replaces a table by renaming',
      broken((catalog) => ({
        renameTable: async (from, to) => {
          await catalog.dropTable(to).catch(() => {})
          return catalog.renameTable(from, to)
        },
      })),
      'renames onto nothing that is there',
    ],
    ['that drops a namespace with its tables', broken(() => ({dropNamespace: async () => {}})), 'keeps a namespace that has tables'],
    [
      'that forgets what it was told to set',
      broken(() => ({setNamespaceProperties: async () => {}})),
      'sets and removes properties of a namespace together',
    ],
    [
      'whose errors are its own',
      broken(() => ({
        getTable: async () => {
          throw new Error('404')
        },
      })),
      'names a table that is missing',
    ],
    [
      'that is not there',
      broken(() => ({
        check: async () => {
          throw new Error('refused')
        },
      })),
      'gives a sign of life',
    ],
  ])('%s', async (_, create, name) => {
    expect(await failures(create)).toContain(name)
  })
})

describe('the suite of contributions', () => {
  let root: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'phlo-cases-'))
    const checks = {good: './good.js', misnamed: './misnamed.js', untagged: './untagged.js'}
    await writeFile(join(root, 'package.json'), JSON.stringify({name: 'p', type: 'module', phlo: {contract: 1, checks}}))
    const check = (name: string) => `export default {$type: '@phlo/quality-check', contract: 1, name: '${name}'}`
    await writeFile(join(root, 'good.js'), check('good'))
    await writeFile(join(root, 'misnamed.js'), check('other'))
    await writeFile(join(root, 'untagged.js'), 'export default {}')
  })
  afterAll(() => rm(root, {recursive: true, force: true}))

  test('passes what is as it says, and names what is not', async () => {
    const cases = await contributionCases(root)
    const outcomes = await Promise.allSettled(cases.map(({run}) => run()))
    expect(cases.map(({name}, index) => [name, outcomes[index]?.status])).toEqual([
      ['is listed without a warning', 'fulfilled'],
      ['checks/good is what it says', 'fulfilled'],
      ['checks/misnamed is what it says', 'rejected'],
      ['checks/untagged is what it says', 'rejected'],
    ])
  })
})
