import {deepStrictEqual, notStrictEqual, ok, rejects, strictEqual} from 'node:assert/strict'
import type {ContractCase} from '../contribution-cases.js'
import type {CatalogUnderTest} from './options.js'
import {all, fails, refuses, type UseScope} from './scope.js'

/** More than three pages of four. */
const MANY = Array.from({length: 13}, (_, index) => `t${String(index).padStart(2, '0')}`)

/** What becomes of tables between being made and being dropped. */
export function tableCases({cannot = [], smallPages = {}}: CatalogUnderTest, using: UseScope): readonly ContractCase[] {
  return [
    using('opens a table that was created, for every client', async ({lake, open, newTable}) => {
      const name = await newTable()
      const table = await (await open()).getTable(name)
      deepStrictEqual(table.name, name)
      strictEqual(table.catalog, lake.name)
      strictEqual(table.location.endsWith('/'), false)
      deepStrictEqual((await table.refresh()).name, name)
    }),
    using('refuses a table that is there already, and leaves it as it is', async ({lake, newTable, create}) => {
      const name = await newTable()
      const before = await lake.getTable(name)
      await fails(create(name), 'ALREADY_EXISTS')
      const after = await lake.getTable(name)
      deepStrictEqual([after.location, after.metadataLocation], [before.location, before.metadataLocation])
    }),
    using('lets one of several make a table of a name', async ({lake, open, newNamespace, create}) => {
      const namespace = newNamespace()
      await lake.createNamespace(namespace, {})
      const clients = await Promise.all(Array.from({length: 4}, () => open()))
      const attempts = await Promise.allSettled(clients.map((client) => create({namespace, name: 'orders'}, client)))
      strictEqual(attempts.filter(({status}) => status === 'fulfilled').length, 1)
      for (const attempt of attempts) if (attempt.status === 'rejected') await fails(Promise.reject(attempt.reason), 'ALREADY_EXISTS')
      ok(await lake.getTable({namespace, name: 'orders'}))
    }),
    using('names a table that is missing', async ({lake, newTable}) => {
      const there = await newTable()
      const missing = {...there, name: 'none'}
      await fails(lake.getTable(missing), 'TABLE_NOT_FOUND')
      await fails(lake.dropTable(missing), 'TABLE_NOT_FOUND')
    }),
    using(
      'lists all tables of long listings, once each and in the order of their names',
      async ({lake, open, properties, newNamespace, create}) => {
        const [first = [], ...more] = MANY.map(() => newNamespace())
        for (const namespace of [first, ...more]) await lake.createNamespace(namespace, {})
        for (const name of [...MANY].reverse()) await create({namespace: first, name})
        const paged = await open({...properties, ...smallPages})
        deepStrictEqual(
          (await all(paged.listTables(first))).map(({name}) => name),
          MANY,
        )
        const namespaces = (await all(paged.listNamespaces())).map(([level]) => level)
        for (const namespace of [first, ...more]) strictEqual(namespaces.filter((level) => level === namespace[0]).length, 1)
        const everywhere = (await all(paged.listTables())).filter(({namespace}) => namespace[0] === first[0])
        deepStrictEqual(
          everywhere.map(({name}) => name),
          MANY,
        )
      },
    ),
    using('forgets a table that is dropped, and its name can be used again', async ({lake, newTable, create}) => {
      const name = await newTable()
      const before = await lake.getTable(name)
      await lake.dropTable(name)
      deepStrictEqual(await all(lake.listTables(name.namespace)), [])
      await create(name)
      // Two tables under one location would be cleaned up at each other's cost.
      const after = await lake.getTable(name)
      if (before.metadataLocation !== undefined) notStrictEqual(after.metadataLocation, before.metadataLocation)
    }),
    ...(cannot.includes('rename')
      ? [
          using('refuses to rename a table', async ({lake, newTable}) => {
            const from = await newTable()
            await refuses(lake.renameTable(from, {...from, name: 'returns'}), from.name)
            ok(await lake.getTable(from))
          }),
        ]
      : renameCases(using)),
    ...(cannot.includes('register')
      ? [
          using('refuses to register a table', async ({lake, newTable}) => {
            const name = await newTable()
            const {metadataLocation = ''} = await lake.getTable(name)
            await refuses(lake.registerTable({...name, name: 'again'}, metadataLocation), 'again')
          }),
        ]
      : registerCases(using)),
  ]
}

function renameCases(using: UseScope): readonly ContractCase[] {
  return [
    using('renames a table, which stays what it is', async ({lake, newTable, newNamespace}) => {
      const from = await newTable()
      const before = await lake.getTable(from)
      const beside = {...from, name: 'returns'}
      await lake.renameTable(from, beside)
      await fails(lake.getTable(from), 'TABLE_NOT_FOUND')
      const elsewhere = {namespace: newNamespace(), name: 'orders'}
      await lake.createNamespace(elsewhere.namespace, {})
      await lake.renameTable(beside, elsewhere)
      const after = await lake.getTable(elsewhere)
      deepStrictEqual([after.name, after.location, after.metadataLocation], [elsewhere, before.location, before.metadataLocation])
      deepStrictEqual(await all(lake.listTables(from.namespace)), [])
    }),
    using('renames onto nothing that is there', async ({lake, newTable, create}) => {
      const from = await newTable()
      const to = {...from, name: 'returns'}
      const {location} = await create(to)
      await fails(lake.renameTable(from, to), 'ALREADY_EXISTS')
      ok(await lake.getTable(from))
      strictEqual((await lake.getTable(to)).location, location)
    }),
    using('renames nothing that is missing, and into no namespace that is', async ({lake, newTable, newNamespace}) => {
      const from = await newTable()
      await fails(lake.renameTable({...from, name: 'none'}, {...from, name: 'returns'}), 'TABLE_NOT_FOUND')
      await fails(lake.renameTable(from, {namespace: newNamespace(), name: 'orders'}), 'NAMESPACE_NOT_FOUND')
      ok(await lake.getTable(from))
    }),
  ]
}

function registerCases(using: UseScope): readonly ContractCase[] {
  return [
    using('registers a table where its metadata is', async ({lake, newTable, newNamespace}) => {
      const name = await newTable()
      const {metadataLocation, location} = await lake.getTable(name)
      const place = metadataLocation ?? location
      await fails(lake.registerTable(name, place), 'ALREADY_EXISTS')
      await fails(lake.registerTable({namespace: newNamespace(), name: 'orders'}, place), 'NAMESPACE_NOT_FOUND')
      if (metadataLocation !== undefined) {
        await rejects(lake.registerTable({...name, name: 'none'}, metadataLocation.replace(/[^/]*$/, 'none.metadata.json')))
        await fails(lake.getTable({...name, name: 'none'}), 'TABLE_NOT_FOUND')
      }
      await lake.dropTable(name)
      await lake.registerTable(name, place)
      const found = await lake.getTable(name)
      deepStrictEqual([found.location, found.metadataLocation], [location, metadataLocation])
    }),
  ]
}
