import {mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {beforeEach, describe, expect, test} from '@jest/globals'
import {unavailable} from '@phlo/core'
import {type Catalog, icebergLakehouse} from '@phlo/iceberg'
import {type Probed, runProbes} from '../../src/catalog-test/run-probes.js'
import {emptyFolder, openShop, type Shop} from '../support/in-process.js'
import {open} from '../support/open-sql.js'
import {treeOf} from '../support/phlo.js'

const resultsOf = (probes: readonly Probed[]) => Object.fromEntries(probes.map(({ability, result}) => [ability, result]))
const quiet = {signal: new AbortController().signal, onProbe() {}, onLeft() {}}

describe('catalog test', () => {
  let shop: Shop
  beforeEach(() => {
    shop = emptyFolder()
  })

  test('tries everything, and leaves nothing', async () => {
    const full = await openShop()
    const before = full.tree()
    const {probes, ...result} = await full.must('catalog', 'test')
    expect(result).toMatchObject({name: 'local', reachable: true, outcome: 'done', usable: true, left: []})
    expect(result.namespace).toMatch(/^phlo_test_[0-9a-f]{12}$/)
    expect(new Set(probes.map((probe: Probed) => probe.result))).toEqual(new Set(['yes']))
    expect(probes.length).toBeGreaterThan(10)
    expect(await full.must('namespace', 'list')).toEqual({namespaces: ['shop']})
    expect(Object.keys(full.tree())).toEqual(Object.keys(before))
    expect(await full.must('table', 'stats', 'shop.orders')).toMatchObject({rows: 360})
  })

  test('prints what the catalog can do, a line each', async () => {
    const {stdout, exitCode} = await shop.type(['catalog', 'test', 'local'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^catalog local and its warehouse answered in /)
    expect(stdout).toMatch(/^ability +needed +can +why not$/m)
    expect(stdout).toMatch(/^commit to a table +yes +yes$/m)
    expect(stdout).toMatch(/^rename a table +yes$/m)
  })

  test('makes its namespace in the one that is named, and touches nothing there', async () => {
    const full = await openShop()
    const {namespace, usable} = await full.must('catalog', 'test', '--namespace', 'shop')
    expect(namespace).toMatch(/^shop\.phlo_test_[0-9a-f]{12}$/)
    expect(usable).toBe(true)
    expect(await full.must('namespace', 'list', 'shop')).toEqual({namespaces: []})
    expect(await full.must('table', 'list', 'shop')).toEqual({tables: ['shop.orders']})
    expect(await full.json('catalog', 'test', '--namespace', 'a..b')).toMatchObject({exit: 2, error: {code: 'INVALID_NAMESPACE'}})
  })

  test('says in a dry run what it would try, and makes nothing', async () => {
    expect(await shop.must('catalog', 'test', '--dry-run')).toMatchObject({outcome: 'planned', probes: []})
    expect((await shop.type(['catalog', 'test', '--dry-run'])).stdout).toMatch(/^make one of two commits at once +yes$/m)
    expect(shop.tree()).toEqual({})
  })

  test('exits with 1 when something is missing that is needed, leaves out what builds on it, and takes away what was made', async () => {
    writeFileSync(
      join(shop.cwd, 'phlo.yaml'),
      `catalogs: {bare: {type: sql, uri: "sqlite:///${join(shop.cwd, 'bare.db')}"}}\ndefaultCatalog: bare\n`,
    )
    const {exit, result} = await shop.json('catalog', 'test')
    expect({exit, usable: result.usable}).toEqual({exit: 1, usable: false})
    expect(resultsOf(result.probes)).toMatchObject({
      'create and list a namespace': 'yes',
      'create, list and open a table': 'no',
      'commit to a table': 'left out',
    })
    expect(result.probes.find(({result}: Probed) => result === 'no')).toMatchObject({code: 'WAREHOUSE_MISSING'})
    expect(await shop.must('namespace', 'list')).toEqual({namespaces: []})
  })

  test('asks nothing of a catalog in which nothing can be changed', async () => {
    writeFileSync(join(shop.cwd, 'phlo.yaml'), 'catalogs: {files: {type: file}}\n')
    const {exit, result} = await shop.json('catalog', 'test', 'files')
    expect({exit, usable: result.usable}).toEqual({exit: 0, usable: true})
    expect(new Set(result.probes.map((probe: Probed) => probe.result))).toEqual(new Set(['left out']))
  })
})

describe('what a catalog is asked', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'phlo-probes-'))
  })
  const openLake = () => open({uri: `sqlite:///${join(folder, 'catalog.db')}`, warehouse: `file://${folder}/warehouse`})

  test('ends at an interrupt before any of it, and leaves nothing', async () => {
    const lake = await openLake()
    let interrupted = 0
    for (let after = 0; ; after++) {
      const interruption = new AbortController()
      let done = 0
      const onProbe = () => {
        done += 1
        if (done === after) interruption.abort(new Error('enough'))
      }
      if (after === 0) interruption.abort(new Error('enough'))
      const outcome = await runProbes(lake, [`n${after}`], {...quiet, signal: interruption.signal, onProbe}).then(
        () => 'done',
        ({message}: Error) => message,
      )
      expect(Object.keys(treeOf(folder))).toEqual(['catalog.db'])
      for await (const namespace of lake.listNamespaces()) expect(namespace).toBe('gone')
      if (outcome === 'done') break
      expect(outcome).toBe('enough')
      interrupted += 1
    }
    expect(interrupted).toBeGreaterThan(10)
    await lake.close()
  })

  test.each<[string, (inner: Catalog) => Partial<Catalog>, string]>([
    [
      'that forgets what a commit requires',
      (inner) => ({commitTable: (name, _, updates) => inner.commitTable(name, [], updates)}),
      'refuse a commit that comes too late',
    ],
    [
      'that drops a namespace with its tables',
      (inner) => ({
        async dropNamespace(namespace) {
          for await (const table of inner.listTables(namespace)) await inner.dropTable(table)
          await inner.dropNamespace(namespace)
        },
      }),
      'keep a namespace that has tables',
    ],
    ['that forgets nothing', () => ({dropTable: async () => {}}), 'forget a table that is dropped'],
  ])('finds out a catalog %s', async (_, change, ability) => {
    const lake = await openLake()
    const {isUsable, probes} = await runProbes(icebergLakehouse({...lake.catalog, ...change(lake.catalog)}), ['n'], quiet)
    expect(isUsable).toBe(false)
    expect(resultsOf(probes)).toMatchObject({[ability]: 'failed'})
    await lake.close()
  })

  test.each([true, false])('whose answer is lost (made: %p) leaves no file, or is told of', async (isMade) => {
    const lake = await openLake()
    const cut = icebergLakehouse({
      ...lake.catalog,
      async createTable(name, request) {
        if (isMade) await lake.catalog.createTable(name, request)
        throw unavailable('CATALOG_UNAVAILABLE', 'no answer')
      },
    })
    const {left} = await runProbes(cut, ['n'], quiet)
    expect(left).toEqual(isMade ? [] : [expect.stringMatching(/^n\.orders may have files/)])
    expect(Object.keys(treeOf(folder))).toEqual(['catalog.db'])
    await lake.close()
  })

  test('and stays, is told of', async () => {
    const lake = await openLake()
    const told: string[] = []
    const kept = icebergLakehouse({
      ...lake.catalog,
      async dropNamespace(namespace) {
        if (namespace.length > 1) return lake.catalog.dropNamespace(namespace)
        for await (const _ of lake.catalog.listTables(namespace)) return lake.catalog.dropNamespace(namespace)
        throw new Error('no')
      },
    })
    const {left} = await runProbes(kept, ['n'], {...quiet, onLeft: (sentence) => told.push(sentence)})
    expect(left).toEqual(['n: no'])
    expect(told).toEqual(left)
    await lake.close()
  })
})
