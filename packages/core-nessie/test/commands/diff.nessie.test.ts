import {rmSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {beforeEach, describe, expect, test} from '@jest/globals'
import {diffReferences} from '../../src/history/diff-references.js'
import {all, behindProxy, lakeWithOrders, newName, ORDERS, openLake, schema} from '../support/nessie.js'
import {type NessieShop, shopWithDev} from '../support/shop.js'

let shop: NessieShop & {readonly dev: string}

beforeEach(async () => {
  shop = await shopWithDev()
})

const NONE = {files: 0, records: 0, bytes: 0}

describe('branch diff', () => {
  test('of a branch that was just made has nothing', async () => {
    expect(await shop.must('branch', 'diff', shop.dev)).toEqual({from: shop.trunk, to: shop.dev, differences: []})
    expect((await shop.type(['branch', 'diff', shop.dev])).stderr).toContain('have the same')
  })

  test('tells what came, what went, and what of a table is changed', async () => {
    await shop.must('table', 'create', 'shop.old', '--schema', 'id: long')
    await shop.must('namespace', 'create', 'lab', '--ref', shop.dev)
    await shop.must('table', 'create', 'lab.new', '--schema', 'id: long, amount: double, country: string', '--ref', shop.dev)
    await shop.append(shop.dev, 20, 0, 'lab.new')
    await shop.append(shop.dev, 10, 100)
    await shop.must('table', 'properties', 'shop.orders', '--set', 'owner=ada', '--ref', shop.dev)
    const {differences} = await shop.must('branch', 'diff', shop.dev)
    const byName = Object.fromEntries(differences.map((row: {name: string}) => [row.name, row]))
    expect(Object.keys(byName).sort()).toEqual(['lab', 'lab.new', 'shop.old', 'shop.orders'])
    expect(byName['lab']).toEqual({name: 'lab', kind: 'namespace', change: 'added'})
    expect(byName['lab.new']).toMatchObject({kind: 'table', change: 'added', files: {dataFiles: {added: {files: 1, records: 20}}}})
    expect(byName['shop.old']).toMatchObject({kind: 'table', change: 'removed', files: {dataFiles: {added: NONE}}})
    expect(byName['shop.orders']).toMatchObject({
      change: 'changed',
      table: {
        isSameTable: true,
        columns: [],
        properties: {owner: {from: null, to: 'ada'}},
        snapshots: {added: [expect.stringMatching(/^\d+$/)], removed: []},
        dataFiles: {added: {files: 1, records: 10}, removed: NONE},
      },
    })

    const {stdout} = await shop.type(['branch', 'diff', shop.trunk, shop.dev])
    expect(stdout).toMatch(/^~ table shop\.orders\n {4}property owner: - -> ada\n {4}snapshots: \+1 -0\n {4}data files: \+1 with 10 rows/m)
    expect(stdout).toMatch(/^\+ table lab\.new\n {4}20 rows in 1 data files/m)
    expect(stdout).toMatch(/^- table shop\.old$/m)
    const stat = (await shop.type(['branch', 'diff', shop.dev, '--stat'])).stdout.split('\n')
    expect(stat.find((line) => line.includes('shop.orders'))).toMatch(/^~ +shop\.orders +table +10 +0 +1 +0 +properties$/)

    const back = (await shop.must('branch', 'diff', shop.dev, shop.trunk)).differences
    expect(back.find(({name}: {name: string}) => name === 'shop.orders').table.dataFiles).toMatchObject({
      added: NONE,
      removed: {records: 10},
    })
  })

  test('compares commits, and a table that was made anew is another one', async () => {
    await shop.must('table', 'drop', 'shop.orders', '--yes')
    await shop.must('table', 'create', 'shop.orders', '--schema', 'id: int', '--partition-by', 'bucket(4, id)')
    const {differences} = await shop.must('branch', 'diff', `${shop.trunk}~2`, shop.trunk)
    expect(differences).toHaveLength(1)
    expect(differences[0]).toMatchObject({
      name: 'shop.orders',
      change: 'changed',
      table: {
        isSameTable: false,
        partitionSpec: {from: '', to: expect.stringContaining('bucket')},
        dataFiles: {removed: {files: 1, records: 30}},
      },
    })
  })

  test('says of which table it cannot tell, and goes on', async () => {
    await shop.must('table', 'create', 'shop.extra', '--schema', 'id: long', '--ref', shop.dev)
    await shop.append(shop.dev, 10, 100)
    const {metadataLocation} = await shop.must('table', 'show', 'shop.orders', '--ref', shop.dev)
    rmSync(fileURLToPath(metadataLocation))
    const {differences} = await shop.must('branch', 'diff', shop.dev)
    expect(differences.map(({name}: {name: string}) => name).sort()).toEqual(['shop.extra', 'shop.orders'])
    expect(differences.find(({name}: {name: string}) => name === 'shop.orders').problem).toContain(metadataLocation)
  })
})

test('a difference is asked for once, however many tables are in it', async () => {
  const {branch, ...lake} = await lakeWithOrders()
  const dev = newName('dev')
  await lake.nessie.createReference('BRANCH', dev, await lake.nessie.reference(branch))
  for (const name of ['a', 'b', 'c']) await lake.createTable({namespace: ['shop'], name}, {schema})
  await lake.catalog.commitTable(ORDERS, [], [{action: 'set-properties', updates: {owner: 'ada'}}])
  await behindProxy(
    () => undefined,
    async ({uri, requests}) => {
      const far = await openLake(branch, {uri})
      const before = requests.length
      const found = await all(diffReferences(far, far.nessie.ref(dev), far.nessie.ref(branch)))
      expect(found.map(({name, change}) => ({name, change}))).toEqual([
        {name: 'shop.a', change: 'added'},
        {name: 'shop.b', change: 'added'},
        {name: 'shop.c', change: 'added'},
        {name: 'shop.orders', change: 'changed'},
      ])
      expect(found.at(-1)?.table?.properties).toEqual({owner: {from: null, to: 'ada'}})
      expect(requests.slice(before).map(({method, url}) => `${method} ${new URL(url, uri).pathname}`)).toEqual([
        `GET /api/v2/trees/${dev}/diff/${branch}`,
      ])
      await far.close()
    },
  )
})

describe('branch log', () => {
  test('tells the commits with the tables that each touched', async () => {
    await shop.append(shop.dev, 10, 100)
    await shop.must('table', 'drop', 'shop.orders', '--yes', '--ref', shop.dev)
    const {commits} = await shop.must('branch', 'log', shop.dev)
    expect(commits.map(({message}: {message: string}) => message)).toEqual([
      'Drop table shop.orders',
      'Commit append of table shop.orders',
      'Commit append of table shop.orders',
      'Create table shop.orders',
      'Create namespace shop',
    ])
    expect(commits[0].changes).toEqual([{change: 'deleted', kind: null, name: 'shop.orders'}])
    expect(commits[1].changes).toEqual([{change: 'put', kind: 'table', name: 'shop.orders'}])
    expect(commits[1].parent).toBe(commits[2].hash)
    expect((await shop.must('branch', 'log', shop.dev, '--limit', '2')).commits).toEqual(commits.slice(0, 2))
    expect((await shop.must('branch', 'log', '--ref', shop.dev, '--limit', '1')).commits).toEqual(commits.slice(0, 1))
    const {stdout} = await shop.type(['branch', 'log', shop.dev, '--limit', '1'])
    expect(stdout).toMatch(/^commit [0-9a-f]{64}\n\d{4}-.*\n\n {4}Drop table shop\.orders\n\n {2}- shop\.orders\n$/)
  })
})
