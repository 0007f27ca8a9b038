import {deepStrictEqual, ok, rejects, strictEqual} from 'node:assert/strict'
import {type CreateTableRequest, hasCode, type LakehouseResource, type TableName} from '@phlo/core'
import type {ContractCase} from './contribution-cases.js'

/** What a catalog's suite needs. */
export interface CatalogUnderTest {
  /** A new, empty catalog for each case; the suite closes it. */
  create(): Promise<LakehouseResource>
  /** A request that the catalog's format understands: the least that makes a table. */
  readonly request: CreateTableRequest
}

const SALES = ['sales']
const ORDERS: TableName = {namespace: SALES, name: 'orders'}
const RETURNS: TableName = {namespace: SALES, name: 'returns'}

/** What every catalog has to keep, whatever is behind it. */
export function catalogCases({create, request}: CatalogUnderTest): readonly ContractCase[] {
  const using = (name: string, work: (catalog: LakehouseResource) => Promise<void>): ContractCase => ({
    name,
    async run() {
      const catalog = await create()
      try {
        await work(catalog)
      } finally {
        await catalog.close()
      }
    },
  })
  const withTable = (name: string, work: (catalog: LakehouseResource) => Promise<void>) =>
    using(name, async (catalog) => {
      await catalog.createNamespace(SALES, {})
      await catalog.createTable(ORDERS, request)
      await work(catalog)
    })

  return [
    using('starts without tables', async (catalog) => {
      deepStrictEqual(await all(catalog.listTables()), [])
    }),
    using('gives a sign of life', async (catalog) => {
      await catalog.check()
    }),
    using('lists a namespace that was created', async (catalog) => {
      await catalog.createNamespace(SALES, {owner: 'ada'})
      deepStrictEqual(await all(catalog.listNamespaces()), [SALES])
      strictEqual((await catalog.getNamespaceProperties(SALES))['owner'], 'ada')
    }),
    using('refuses a namespace that is there already', async (catalog) => {
      await catalog.createNamespace(SALES, {})
      await fails(catalog.createNamespace(SALES, {}), 'ALREADY_EXISTS')
    }),
    using('sets and removes properties of a namespace together', async (catalog) => {
      await catalog.createNamespace(SALES, {owner: 'ada', tier: 'gold'})
      await catalog.setNamespaceProperties(SALES, {set: {owner: 'grace'}, remove: ['tier']})
      const properties = await catalog.getNamespaceProperties(SALES)
      strictEqual(properties['owner'], 'grace')
      strictEqual(properties['tier'], undefined)
    }),
    using('names a namespace that is missing', async (catalog) => {
      await fails(catalog.getNamespaceProperties(SALES), 'NAMESPACE_NOT_FOUND')
      await fails(catalog.createTable(ORDERS, request), 'NAMESPACE_NOT_FOUND')
    }),
    using('drops an empty namespace', async (catalog) => {
      await catalog.createNamespace(SALES, {})
      await catalog.dropNamespace(SALES)
      deepStrictEqual(await all(catalog.listNamespaces()), [])
    }),
    withTable('keeps a namespace that has tables', async (catalog) => {
      await fails(catalog.dropNamespace(SALES), 'NAMESPACE_NOT_EMPTY')
      ok(await catalog.getTable(ORDERS))
    }),
    withTable('opens a table that was created', async (catalog) => {
      const table = await catalog.getTable(ORDERS)
      deepStrictEqual(table.name, ORDERS)
      strictEqual(table.catalog, catalog.name)
      strictEqual(table.location.endsWith('/'), false)
      deepStrictEqual((await table.refresh()).name, ORDERS)
    }),
    withTable('refuses a table that is there already', async (catalog) => {
      await fails(catalog.createTable(ORDERS, request), 'ALREADY_EXISTS')
    }),
    withTable('names a table that is missing', async (catalog) => {
      await fails(catalog.getTable(RETURNS), 'TABLE_NOT_FOUND')
      await fails(catalog.dropTable(RETURNS), 'TABLE_NOT_FOUND')
      await fails(catalog.renameTable(RETURNS, ORDERS), 'TABLE_NOT_FOUND')
    }),
    withTable('lists tables in the order of their names', async (catalog) => {
      await catalog.createTable({namespace: SALES, name: 'archive'}, request)
      deepStrictEqual(
        (await all(catalog.listTables(SALES))).map(({name}) => name),
        ['archive', 'orders'],
      )
    }),
    withTable('renames a table', async (catalog) => {
      await catalog.renameTable(ORDERS, RETURNS)
      await fails(catalog.getTable(ORDERS), 'TABLE_NOT_FOUND')
      deepStrictEqual((await catalog.getTable(RETURNS)).name, RETURNS)
    }),
    withTable('renames onto nothing that is there', async (catalog) => {
      await catalog.createTable(RETURNS, request)
      await fails(catalog.renameTable(ORDERS, RETURNS), 'ALREADY_EXISTS')
      ok(await catalog.getTable(ORDERS))
    }),
    withTable('forgets a table that is dropped', async (catalog) => {
      await catalog.dropTable(ORDERS)
      deepStrictEqual(await all(catalog.listTables(SALES)), [])
    }),
  ]
}

async function fails(work: Promise<unknown>, code: string): Promise<void> {
  await rejects(work, (error) => {
    ok(hasCode(error, code), `expected ${code}, got ${String(error)}`)
    return true
  })
}

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = []
  for await (const value of values) found.push(value)
  return found
}
