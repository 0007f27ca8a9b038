import {randomBytes} from 'node:crypto'
import {mkdtempSync} from 'node:fs'
import {readdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeEach, describe, expect, test} from '@jest/globals'
import {type Catalog, localFileIO, type Schema} from '@phlo/iceberg'
import {createSqlCatalog, type SqlCatalogDatabase} from '@phlo/iceberg/sql'

export const schema: Schema = {type: 'struct', 'schema-id': 0, fields: [{id: 1, name: 'id', required: true, type: 'long'}]}
export const orders = {namespace: ['sales'], name: 'orders'}

/** A catalog of a new name, with a warehouse of its own. */
export function newCatalog(db: SqlCatalogDatabase, name = `c${randomBytes(6).toString('hex')}`): Catalog & {readonly warehouse: string} {
  const warehouse = mkdtempSync(join(tmpdir(), 'phlo-catalog-'))
  const io = localFileIO()
  return {...createSqlCatalog({name, warehouse, db: async () => db, openIO: async () => io}), warehouse}
}

export async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

export const set = (key: string, value: string) => ({action: 'set-properties' as const, updates: {[key]: value}})
const metadataFiles = async (location: string) =>
  (await readdir(join(location, 'metadata'))).filter((name) => name.endsWith('.metadata.json'))

/** What a SQL catalog keeps on every database. */
export function sqlCatalogCases(label: string, open: () => Promise<{db: SqlCatalogDatabase; close(): Promise<void>}>): void {
  describe(`a SQL catalog on ${label}`, () => {
    const opened = open()
    let catalog: Catalog & {readonly warehouse: string}
    beforeEach(async () => {
      catalog = newCatalog((await opened).db)
      await catalog.createNamespace(['sales'], {})
    })
    afterAll(async () => (await opened).close())

    test('keeps namespaces of any name apart', async () => {
      const names = ['a', 'A', 'a%', 'a_', 'a!', 'ab', 'ax', 'été', '🦆', "o'x", 'x y']
      for (const name of names) await catalog.createNamespace([name], {name})
      for (const name of names) await catalog.createNamespace([name, 'below'], {})
      expect(await all(catalog.listNamespaces([]))).toEqual([...names, 'sales'].sort().map((name) => [name]))
      for (const name of names) {
        expect(await catalog.loadNamespace([name])).toEqual({name})
        expect(await all(catalog.listNamespaces([name]))).toEqual([[name, 'below']])
        await expect(catalog.dropNamespace([name])).rejects.toMatchObject({code: 'NAMESPACE_NOT_EMPTY'})
      }
    })

    test.each([[['a.b']], [['']], [[]]])('refuses the namespace %j', async (name) => {
      await expect(catalog.createNamespace(name, {})).rejects.toMatchObject({code: 'INVALID_NAMESPACE', exit: 2})
    })

    test('has a namespace for every level of a deeper one, and forgets its last property without forgetting it', async () => {
      await catalog.createNamespace(['x', 'y'], {owner: 'ada'})
      expect(await catalog.loadNamespace(['x'])).toEqual({})
      await catalog.updateNamespace(['x', 'y'], {set: {}, remove: ['owner']})
      expect(await catalog.loadNamespace(['x', 'y'])).toEqual({})
      await catalog.dropNamespace(['x', 'y'])
      await expect(catalog.loadNamespace(['x'])).rejects.toMatchObject({code: 'NAMESPACE_NOT_FOUND'})
    })

    test('puts a table elsewhere when files of a former one are there', async () => {
      const {metadata} = await catalog.createTable(orders, {schema})
      await catalog.dropTable(orders)
      const again = await catalog.createTable(orders, {schema})
      expect(again.metadata.location).not.toBe(metadata.location)
      expect(again.metadata.location.startsWith(`${catalog.warehouse}/sales/orders-`)).toBe(true)
    })

    test('refuses a second table of a name, and takes back what it wrote for it', async () => {
      const {metadata} = await catalog.createTable(orders, {schema})
      const attempts = await Promise.allSettled(
        Array.from({length: 4}, () => catalog.createTable({namespace: ['sales'], name: 'race'}, {schema})),
      )
      expect(attempts.filter(({status}) => status === 'fulfilled')).toHaveLength(1)
      await expect(catalog.createTable(orders, {schema, location: metadata.location})).rejects.toMatchObject({code: 'ALREADY_EXISTS'})
      expect(await metadataFiles(metadata.location)).toHaveLength(1)
    })

    test('checks the requirements of a commit first, and writes nothing when nothing changes', async () => {
      const {metadata, metadataLocation} = await catalog.createTable(orders, {schema})
      const wrong = [{type: 'assert-current-schema-id' as const, 'current-schema-id': 9}]
      await expect(catalog.commitTable(orders, wrong, [set('a', 'b')])).rejects.toMatchObject({code: 'COMMIT_CONFLICT', exit: 5})
      expect((await catalog.commitTable(orders, [], [])).metadataLocation).toBe(metadataLocation)
      expect(await metadataFiles(metadata.location)).toHaveLength(1)
    })

    test('deletes the metadata files that the log drops, when the table says so', async () => {
      const properties = {'write.metadata.delete-after-commit.enabled': 'true', 'write.metadata.previous-versions-max': '2'}
      const {metadata} = await catalog.createTable(orders, {schema, properties})
      for (let count = 0; count < 5; count++) await catalog.commitTable(orders, [], [set('count', String(count))])
      const {metadata: after, metadataLocation} = await catalog.loadTable(orders)
      const kept = [...after['metadata-log'].map((entry) => entry['metadata-file']), metadataLocation].map((path) => path.split('/').at(-1))
      expect((await metadataFiles(metadata.location)).sort()).toEqual(kept.sort())
      expect(kept).toHaveLength(3)
    })

    test('does not take views for tables', async () => {
      const {db} = await opened
      await catalog.createTable(orders, {schema})
      await db.updateTable('iceberg_tables').set({iceberg_type: 'VIEW'}).where('catalog_name', '=', catalog.name).execute()
      expect(await all(catalog.listTables(['sales']))).toEqual([])
      await expect(catalog.loadTable(orders)).rejects.toMatchObject({code: 'TABLE_NOT_FOUND'})
      await expect(catalog.dropTable(orders)).rejects.toMatchObject({code: 'TABLE_NOT_FOUND'})
      await expect(catalog.createTable(orders, {schema})).rejects.toMatchObject({code: 'ALREADY_EXISTS'})
      const rows = await db.selectFrom('iceberg_tables').select('table_name').where('catalog_name', '=', catalog.name).execute()
      expect(rows).toEqual([{table_name: 'orders'}])
    })

    describe.each([
      ['the connection breaks', Object.assign(new Error('write EPIPE'), {code: 'EPIPE'})],
      ['the connection is reset', Object.assign(new Error('read ECONNRESET'), {code: 'ECONNRESET'})],
      ['the server is shut down', Object.assign(new Error('terminating connection'), {code: '57P01'})],
      ['nothing is said', new Error('Query read timeout')],
    ])('when %s after the swap', (_, failure) => {
      test('finds the commit by looking', async () => {
        const {db} = await opened
        const {metadata} = await catalog.createTable(orders, {schema})
        const {metadataLocation} = await newCatalog(losing(db, failure), catalog.name).commitTable(orders, [], [set('a', 'b')])
        expect(await catalog.loadTable(orders)).toMatchObject({metadataLocation, metadata: {properties: {a: 'b'}}})
        expect(await metadataFiles(metadata.location)).toHaveLength(2)
      })

      test('and for good, does not know of it, and deletes nothing', async () => {
        const {db} = await opened
        const {metadata} = await catalog.createTable(orders, {schema})
        const cut = newCatalog(losing(db, failure, 'for good'), catalog.name)
        await expect(cut.commitTable(orders, [], [set('a', 'b')])).rejects.toMatchObject({code: 'COMMIT_STATE_UNKNOWN'})
        expect((await catalog.loadTable(orders)).metadata.properties).toEqual({a: 'b'})
        expect(await metadataFiles(metadata.location)).toHaveLength(2)
      })
    })
  })
}

/** The database, whose answer to every UPDATE is lost although it was made, and those to whatever is asked after that where it is so for good. */
function losing(db: SqlCatalogDatabase, failure: Error, how: 'once' | 'for good' = 'once'): SqlCatalogDatabase {
  let isGone = false
  return db.withPlugin({
    transformQuery: ({node}) => node,
    transformResult: async ({result}) => {
      isGone ||= how === 'for good' && result.numAffectedRows === 1n
      if (isGone || result.numAffectedRows === 1n) throw failure
      return result
    },
  })
}
