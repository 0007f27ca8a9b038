import {chmodSync, existsSync, mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, test} from '@jest/globals'
import {localFileIO} from '@phlo/iceberg'
import {createSqlCatalog, type SqlCatalogTables} from '@phlo/iceberg/sql'
import {openDatabase} from '@phlo/state'
import {sql} from 'kysely'
import {all, newCatalog, orders, schema, set, sqlCatalogCases} from './sql-cases.js'

const freshFile = () => join(mkdtempSync(join(tmpdir(), 'phlo-sql-')), 'catalog.db')
const openFile = (file: string, readonly = false) => openDatabase<SqlCatalogTables>(`sqlite:///${file}`, {readonly})

sqlCatalogCases('SQLite', () => openFile(freshFile()))

describe('a SQL catalog', () => {
  test('that is only read makes no database and no tables', async () => {
    const file = freshFile()
    const io = localFileIO()
    const absent = createSqlCatalog({name: 'lake', warehouse: '/none', db: async () => undefined, openIO: async () => io})
    expect(await all(absent.listNamespaces([]))).toEqual([])
    await expect(absent.loadTable(orders)).rejects.toMatchObject({code: 'TABLE_NOT_FOUND'})
    await expect(absent.loadNamespace(['sales'])).rejects.toMatchObject({code: 'NAMESPACE_NOT_FOUND'})
    await expect(absent.createTable(orders, {schema})).rejects.toMatchObject({code: 'NAMESPACE_NOT_FOUND'})
    await absent.check()
    expect(existsSync(file)).toBe(false)

    const {db, close} = await openFile(file)
    const empty = newCatalog(db)
    expect(await all(empty.listNamespaces([]))).toEqual([])
    await expect(empty.dropTable(orders)).rejects.toMatchObject({code: 'TABLE_NOT_FOUND'})
    await empty.check()
    expect(await db.introspection.getTables()).toEqual([])
    await close()
  })

  test('of schema version 0 works and is not altered', async () => {
    const {db, close} = await openFile(freshFile())
    const key = 'catalog_name varchar(255) not null, table_namespace varchar(255) not null, table_name varchar(255) not null'
    const locations = 'metadata_location varchar(1000), previous_metadata_location varchar(1000)'
    await sql.raw(`create table iceberg_tables (${key}, ${locations}, primary key (catalog_name, table_namespace, table_name))`).execute(db)
    const catalog = newCatalog(db)
    await catalog.createNamespace(['sales'], {})
    await catalog.createTable(orders, {schema})
    await catalog.commitTable(orders, [], [set('a', 'b')])
    expect((await catalog.loadTable(orders)).metadata.properties).toEqual({a: 'b'})
    expect(await all(catalog.listTables(['sales']))).toEqual([orders])
    const table = (await db.introspection.getTables()).find(({name}) => name === 'iceberg_tables')
    expect(table?.columns.map(({name}) => name)).not.toContain('iceberg_type')
    await close()
  })

  test('looks once which tables its database has', async () => {
    const {db, close} = await openFile(freshFile())
    let looks = 0
    const counted = new Proxy(db, {
      get(target, key) {
        if (key === 'introspection') looks += 1
        const value = Reflect.get(target, key, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const catalog = newCatalog(counted)
    await catalog.createNamespace(['sales'], {})
    const made = looks
    await catalog.createTable(orders, {schema})
    await catalog.commitTable(orders, [], [set('a', 'b')])
    expect((await catalog.loadTable(orders)).metadata.properties).toEqual({a: 'b'})
    expect({made, looks}).toEqual({made: 2, looks: 2})
    await sql`drop table iceberg_tables`.execute(db)
    await expect(catalog.loadTable(orders)).rejects.toMatchObject({code: 'TABLE_NOT_FOUND'})
    await catalog.createNamespace(['shops'], {})
    expect(await all(catalog.listNamespaces([]))).toEqual([['sales'], ['shops']])
    await close()
  })

  test('that may only be read says so, and keeps nothing that it wrote', async () => {
    const file = freshFile()
    const writable = await openFile(file)
    const catalog = newCatalog(writable.db)
    await catalog.createNamespace(['sales'], {})
    const {metadata} = await catalog.createTable(orders, {schema})
    const {db, close} = await openFile(file, true)
    const readonly = newCatalog(db, catalog.name)
    expect((await readonly.loadTable(orders)).metadata).toEqual(metadata)
    await expect(readonly.commitTable(orders, [], [set('a', 'b')])).rejects.toMatchObject({code: 'CATALOG_READ_ONLY', exit: 3})
    const pages = await all(localFileIO().list(`${metadata.location}/metadata/`))
    expect(pages.flat()).toHaveLength(1)
    await close()
    await writable.close()
  })

  test('that another process has locked says so, and keeps nothing that it wrote', async () => {
    const file = freshFile()
    const {db, close} = await openFile(file)
    const catalog = newCatalog(db)
    await catalog.createNamespace(['sales'], {})
    const {metadata} = await catalog.createTable(orders, {schema})
    const other = await openFile(file)
    await sql`begin immediate`.execute(other.db)
    await sql`pragma busy_timeout = 1`.execute(db)
    await expect(catalog.commitTable(orders, [], [set('a', 'b')])).rejects.toMatchObject({
      code: 'CATALOG_UNAVAILABLE',
      message: expect.stringContaining('locked by another process'),
    })
    await sql`rollback`.execute(other.db)
    expect((await all(localFileIO().list(`${metadata.location}/metadata/`))).flat()).toHaveLength(1)
    await catalog.commitTable(orders, [], [set('a', 'b')])
    await other.close()
    await close()
  })

  test('whose file is no database says so', async () => {
    const file = freshFile()
    const {writeFileSync} = await import('node:fs')
    writeFileSync(file, 'this is not a database, whatever its name says'.repeat(20))
    chmodSync(file, 0o600)
    await expect(openFile(file)).rejects.toMatchObject({code: 'DATABASE_UNAVAILABLE', exit: 3, message: expect.stringContaining(file)})
  })

  test('without a warehouse asks for a location', async () => {
    const {db, close} = await openFile(freshFile())
    const io = localFileIO()
    const catalog = createSqlCatalog({name: 'lake', db: async () => db, openIO: async () => io})
    await catalog.createNamespace(['sales'], {})
    await expect(catalog.createTable(orders, {schema})).rejects.toMatchObject({code: 'WAREHOUSE_MISSING', exit: 2})
    await close()
  })
})
