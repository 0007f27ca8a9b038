import {readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import type {TableName} from '@phlo/core'
import {changeProperties, type IcebergTable} from '@phlo/iceberg'
import {testCatalog} from '@phlo/testing'
import {type Asked, type Fault, type FaultProxy, faultProxy} from '../../iceberg/test/support/fault-proxy.js'
import {testContext} from '../../iceberg/test/support/lake.js'
import {isTable} from '../src/api/types.js'
import type {NessieLakehouse} from '../src/lakehouse/nessie-lakehouse.js'
import {
  all,
  behindProxy,
  emptyLake,
  isCommit,
  lakeWithOrders,
  nessieFailure,
  newBranch,
  newFolder,
  newName,
  ORDERS,
  openLake,
  RETURNS,
  schema,
  server,
} from './support/nessie.js'
import {open} from './support/open-nessie.js'

const set = (key: string, value: string) => ({action: 'set-properties' as const, updates: {[key]: value}})
const none = (async function* () {})()
const keyOf = ({namespace, name}: TableName) => [...namespace, name]

async function contentOf({nessie, branch}: NessieLakehouse & {readonly branch: string}, name: TableName) {
  const content = (await nessie.contents(nessie.ref(branch), [keyOf(name)])).get(keyOf(name))
  return isTable(content) ? content : undefined
}

const metadataFiles = ({location}: IcebergTable) => readdirSync(join(fileURLToPath(location), 'metadata')).sort()
const change = async (lake: NessieLakehouse, name: TableName, key: string) =>
  changeProperties(await lake.getTable(name), {set: {[key]: 'x'}, remove: []}, testContext())

/** The server allows everything to everybody; what stands before it does not. */
let guard: FaultProxy
beforeAll(async () => {
  guard = await faultProxy(new URL(server()).origin, (asked) =>
    isCommit(asked) ? nessieFailure(403, 'FORBIDDEN', `${asked.headers.authorization} may not`) : undefined,
  )
})
afterAll(() => guard.close())

describe('the Nessie catalog', () => {
  const cases = testCatalog({
    create: async () => ({uri: server(), ref: await newBranch(), warehouse: `file://${newFolder()}`, 'rest.client.max-retries': '2'}),
    open,
    module: new URL('./support/open-nessie.ts', import.meta.url),
    endpoint: 'uri',
    denied: async (properties) => ({...properties, uri: `${guard.endpoint}${new URL(server()).pathname}`, token: 'hunter22-token'}),
  })
  test.each(cases)('$name', ({run}) => run())

  test('has a namespace only in one that is there', async () => {
    const lake = await emptyLake()
    await expect(lake.createNamespace(['none', 'below'], {})).rejects.toMatchObject({code: 'NAMESPACE_NOT_FOUND'})
    await expect(all(lake.listNamespaces(['none']))).rejects.toMatchObject({code: 'NAMESPACE_NOT_FOUND'})
  })

  test('has what a table is now in Nessie too, under an id that stays', async () => {
    const lake = await lakeWithOrders()
    const made = await contentOf(lake, ORDERS)
    expect(made).toMatchObject({snapshotId: -1, schemaId: 0, specId: 0, sortOrderId: 0})
    const changed = await change(lake, ORDERS, 'a')
    expect(await contentOf(lake, ORDERS)).toEqual({...made, metadataLocation: changed.metadataLocation})
    await lake.renameTable(ORDERS, RETURNS)
    expect(await contentOf(lake, ORDERS)).toBeUndefined()
    expect(await contentOf(lake, RETURNS)).toEqual({...made, metadataLocation: changed.metadataLocation})
    const log = await all(lake.nessie.log(lake.nessie.ref(lake.branch)))
    expect(log.map(({meta}) => meta.message)).toEqual([
      'Rename table shop.orders to shop.returns',
      'Change metadata of table shop.orders',
      'Create table shop.orders',
      'Create namespace shop',
    ])
  })

  test('registers what exists as files, and says that its files may be shared', async () => {
    const lake = await lakeWithOrders()
    const {metadataLocation, properties} = await lake.getTable(ORDERS)
    expect(properties).toMatchObject({'gc.enabled': 'false'})
    await lake.registerTable(RETURNS, metadataLocation)
    expect((await lake.getTable(RETURNS)).metadataLocation).toBe(metadataLocation)
    await expect(lake.registerTable(ORDERS, metadataLocation)).rejects.toMatchObject({code: 'ALREADY_EXISTS'})
    await expect(lake.registerTable({namespace: ['none'], name: 'x'}, metadataLocation)).rejects.toMatchObject({
      code: 'NAMESPACE_NOT_FOUND',
    })
  })

  test('reads tables at every reference, and writes to branches alone', async () => {
    const lake = await lakeWithOrders()
    const {nessie, branch} = lake
    const before = await nessie.reference(branch)
    const tag = newName('t')
    await nessie.createReference('TAG', tag, before)
    const after = await change(lake, ORDERS, 'a')
    for (const ref of [tag, before.hash, `${branch}@${before.hash}`, `${branch}~1`]) {
      const table = await lake.getTable(ORDERS, {ref})
      expect(table).toMatchObject({catalogRef: ref, ref: 'main'})
      expect(table.metadataLocation).not.toBe(after.metadataLocation)
      const there = await openLake(ref)
      expect((await there.getTable(ORDERS)).metadataLocation).toBe(table.metadataLocation)
      for (const write of [
        () => changeProperties(table, {set: {b: 'x'}, remove: []}, testContext()),
        () => there.createNamespace(['x'], {}),
        () => there.createTable(RETURNS, {schema}),
        () => there.renameTable(ORDERS, RETURNS),
        () => there.dropTable(ORDERS),
      ]) {
        await expect(write()).rejects.toMatchObject({code: 'REF_IS_NOT_A_BRANCH', exit: 6, message: expect.stringContaining(ref)})
      }
    }
    expect((await nessie.reference(branch)).hash).not.toBe(before.hash)
    await expect(lake.getTable(ORDERS, {ref: 'none-such'})).rejects.toMatchObject({code: 'REF_NOT_FOUND', exit: 2})
  })

  test('checks the server, the reference and the warehouse', async () => {
    await expect((await openLake('none-such')).check()).rejects.toMatchObject({code: 'REF_NOT_FOUND'})
  })
})

describe('a commit to Nessie', () => {
  test('to a table is not in the way of commits to others', async () => {
    const lake = await lakeWithOrders()
    const names = ['a', 'b', 'c', 'd'].map((name) => ({namespace: ['shop'], name}))
    for (const name of names) await lake.createTable(name, {schema})
    await Promise.all(names.map((name) => change(lake, name, 'k')))
    for (const name of names) expect((await lake.getTable(name)).properties).toMatchObject({k: 'x'})
  })

  test('after somebody else changed the table is a conflict, and its metadata file is gone', async () => {
    const lake = await lakeWithOrders()
    const stale = [{type: 'assert-current-schema-id' as const, 'current-schema-id': 3}]
    await expect((await lake.getTable(ORDERS)).source.commitTable(ORDERS, stale, [set('b', '1')])).rejects.toMatchObject({
      code: 'COMMIT_CONFLICT',
      exit: 5,
    })
    await raced(lake, async (slow) => {
      await expect((await slow.getTable(ORDERS)).source.commitTable(ORDERS, [], [set('b', '1')])).rejects.toMatchObject({
        code: 'COMMIT_CONFLICT',
        exit: 5,
        message: expect.stringContaining('shop.orders'),
      })
    })
    const table = await lake.getTable(ORDERS)
    expect(table.properties).not.toHaveProperty('b')
    expect(metadataFiles(table)).toHaveLength(2)
  })

  test.each([
    ['the connection is cut', {resetAfter: 0}],
    ['the answer is cut short', {resetAfter: 30}],
  ] as const)('whose answer is lost, as %s, is found by whoever looks', async (_, fault) => {
    const lake = await lakeWithOrders()
    await behindProxy(
      (asked) => (isCommit(asked) ? fault : undefined),
      async ({uri}) => {
        const cut = await openLake(lake.branch, {uri})
        const committed = await change(cut, ORDERS, 'a')
        expect((await lake.getTable(ORDERS)).metadataLocation).toBe(committed.metadataLocation)
        await cut.createTable(RETURNS, {schema})
        await cut.renameTable(RETURNS, {...RETURNS, name: 'kept'})
        await cut.createNamespace(['more'], {a: '1'})
        await cut.setNamespaceProperties(['more'], {set: {b: '2'}, remove: ['a']})
        expect(await lake.getNamespaceProperties(['more'])).toEqual({b: '2'})
        await cut.dropNamespace(['more'])
        await cut.dropTable(ORDERS)
      },
    )
    expect((await all(lake.listTables(['shop']))).map(({name}) => name)).toEqual(['kept'])
  })

  test('of which nobody knows leaves its metadata file', async () => {
    const lake = await lakeWithOrders()
    const before = metadataFiles(await lake.getTable(ORDERS))
    const isLost = (asked: Asked): Fault | undefined => (isCommit(asked) ? {status: 502} : undefined)
    await behindProxy(isLost, async ({uri}) => {
      const cut = await openLake(lake.branch, {uri})
      const table = await cut.getTable(ORDERS)
      await expect(table.source.commitTable(ORDERS, [], [set('a', '1')])).rejects.toMatchObject({code: 'COMMIT_STATE_UNKNOWN', exit: 3})
    })
    const table = await lake.getTable(ORDERS)
    expect(table.properties).not.toHaveProperty('a')
    expect(metadataFiles(table)).toHaveLength(before.length + 1)
  })

  test('to a branch that is gone says so', async () => {
    const lake = await lakeWithOrders()
    const table = await lake.getTable(ORDERS)
    await lake.nessie.deleteReference(await lake.nessie.reference(lake.branch))
    await expect(table.source.commitTable(ORDERS, [], [set('a', '1')])).rejects.toMatchObject({code: 'REF_NOT_FOUND', exit: 2})
  })
})

/** Lets somebody else change shop.orders between the moment that a commit is sent and the moment that it comes to the server. */
async function raced(lake: NessieLakehouse & {readonly branch: string}, work: (slow: NessieLakehouse) => Promise<void>): Promise<void> {
  const commit = lake.nessie.commit
  const slow = await openLake(lake.branch)
  Object.assign(slow.nessie, {
    commit: async (...given: Parameters<typeof commit>) => {
      await change(lake, ORDERS, `r${Date.now()}`)
      return commit(...given)
    },
  })
  await work(slow)
}

test('views are listed and described at any reference, and are no tables', async () => {
  const lake = await lakeWithOrders()
  const path = `${newFolder()}/00000-v.metadata.json`
  const version = {'version-id': 1, 'schema-id': 0, 'timestamp-ms': 5, summary: {}, 'default-namespace': ['shop']}
  const representations = [{type: 'sql', sql: 'SELECT 1', dialect: 'trino'}]
  const fields = [{id: 1, name: 'id', required: false, type: 'long'}]
  const metadata = {
    'view-uuid': 'b7b4c1a0-0000-4000-8000-000000000001',
    'format-version': 1,
    location: 'file:///views/recent',
    schemas: [{type: 'struct', 'schema-id': 0, fields}],
    'current-version-id': 1,
    versions: [{...version, representations}],
    'version-log': [],
  }
  writeFileSync(path, JSON.stringify(metadata))
  const {nessie, branch} = lake
  const before = (await nessie.reference(branch)).hash
  const content = {type: 'ICEBERG_VIEW', metadataLocation: pathToFileURL(path).href, versionId: 1, schemaId: 0} as const
  const outcome = await nessie.commit(await nessie.reference(branch), 'a view', [{type: 'PUT', key: ['shop', 'recent'], content}])
  expect(outcome).toMatchObject({hash: expect.any(String)})
  const recent = {namespace: ['shop'], name: 'recent'}
  expect(await all(lake.listViews?.() ?? none)).toEqual([recent])
  expect(await all(lake.listTables(['shop']))).toEqual([ORDERS])
  expect(await lake.getView?.(recent)).toMatchObject({metadata: {versions: [{representations}]}, location: 'file:///views/recent'})
  await expect(lake.getTable(recent)).rejects.toMatchObject({code: 'TABLE_NOT_FOUND'})
  await expect(lake.getView?.(ORDERS)).rejects.toMatchObject({code: 'VIEW_NOT_FOUND'})
  await expect(lake.createTable(recent, {schema})).rejects.toMatchObject({code: 'ALREADY_EXISTS', message: expect.stringContaining('View')})
  const earlier = await openLake(before)
  expect(await all(earlier.listViews?.(['shop']) ?? none)).toEqual([])
  await earlier.close()
  await lake.close()
})
