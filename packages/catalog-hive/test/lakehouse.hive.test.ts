import {readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setImmediate} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {describe, expect, test} from '@jest/globals'
import type {LakehouseResource, TableName} from '@phlo/core'
import {commitTable, type IcebergLakehouse, icebergLakehouse, localFileIO, parseType, type Schema} from '@phlo/iceberg'
import {createPointerCatalog} from '@phlo/iceberg/catalog'
import {testContext} from '../../iceberg/test/support/lake.js'
import {hiveLocks} from '../src/api/locks.js'
import {showLocks, unlock} from '../src/api/methods.js'
import {hiveSettings} from '../src/api/settings.js'
import type {HiveTable} from '../src/api/structs.js'
import {hiveStore} from '../src/lakehouse/hive-store.js'
import {type Direct, direct, METASTORES, newName} from './support/hive.js'
import {open} from './support/open-hive.js'
import {hiveShop} from './support/shop.js'

const schema = parseType(
  'struct<id: long, at: timestamptz, place: struct<city: string, tags: list<string>>, price: decimal(9, 2)>',
) as Schema
const set = (updates: Readonly<Record<string, string>>) => [{action: 'set-properties' as const, updates}]

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

interface Place {
  readonly lake: IcebergLakehouse
  readonly metastore: Direct
  readonly database: string
  readonly orders: TableName
  /** What the metastore has of the table. */
  entry(): Promise<HiveTable>
}

/** A new database with an empty table, and both sides of the metastore. */
async function using(uri: string, work: (place: Place) => Promise<void>, properties: Readonly<Record<string, string>> = {}): Promise<void> {
  const lake = await open({uri, ...properties})
  const metastore = direct(uri)
  const database = newName()
  const orders = {namespace: [database], name: 'orders'}
  try {
    await lake.createNamespace([database], {})
    await lake.createTable(orders, {schema})
    await work({lake, metastore, database, orders, entry: async () => (await metastore.table(database, 'orders')) ?? {}})
  } finally {
    await lake.close()
    metastore.close()
  }
}

const metadataFiles = async (lake: LakehouseResource, name: TableName) =>
  readdirSync(join(fileURLToPath((await lake.getTable(name)).location), 'metadata'))

describe.each(METASTORES)('a table in the Hive metastore $version', ({version, uri}) => {
  test('is described as Iceberg’s Java library describes it', async () => {
    const shop = hiveShop(uri())
    const database = newName()
    const table = `${database}.orders`
    await shop.must('namespace', 'create', database)
    await shop.must('table', 'create', table, '--schema', 'id: long, amount: double, country: string', '--partition-by', 'country')
    await shop.must('table', 'append', table, shop.orders(30))
    const {snapshot, metadataLocation, uuid} = await shop.must('table', 'show', table)
    const metastore = direct(uri())
    const {parameters = {}, sd, tableType, owner} = (await metastore.table(database, 'orders')) ?? {}
    expect({tableType, owner}).toEqual({tableType: 'EXTERNAL_TABLE', owner: expect.stringMatching(/./)})
    expect(parameters).toMatchObject({
      EXTERNAL: 'TRUE',
      table_type: 'ICEBERG',
      metadata_location: metadataLocation,
      previous_metadata_location: expect.stringContaining('/metadata/00000-'),
      uuid,
      numRows: '30',
      numFiles: '3',
      totalSize: expect.stringMatching(/^[1-9]\d*$/),
      'snapshot-count': '1',
      'current-snapshot-id': snapshot.id,
      'current-snapshot-timestamp-ms': expect.stringMatching(/^\d{13}$/),
    })
    expect(parameters['storage_handler']).toBeUndefined()
    expect(JSON.parse(parameters['current-schema'] ?? '')).toMatchObject({type: 'struct', fields: [{id: 1, name: 'id'}, {}, {}]})
    expect(JSON.parse(parameters['default-partition-spec'] ?? '')).toMatchObject({fields: [{name: 'country', transform: 'identity'}]})
    expect(JSON.parse(parameters['current-snapshot-summary'] ?? '')).toMatchObject({'added-records': '30'})
    expect(sd).toMatchObject({inputFormat: 'org.apache.hadoop.mapred.FileInputFormat'})
    metastore.close()
  })

  test('has columns of Hive’s types', async () => {
    await using(uri(), async ({entry}) => {
      const at = version.startsWith('2') ? 'timestamp' : 'timestamp with local time zone'
      expect((await entry()).sd?.cols?.map(({type}) => type)).toEqual([
        'bigint',
        at,
        'struct<city:string,tags:array<string>>',
        'decimal(9,2)',
      ])
    })
  })

  test('can be queried by Hive itself where that is wanted', async () => {
    await using(uri(), async ({lake, orders, entry}) => {
      await lake.catalog.commitTable(orders, [], set({'engine.hive.enabled': 'true'}))
      expect(await entry()).toMatchObject({
        sd: {
          inputFormat: 'org.apache.iceberg.mr.hive.HiveIcebergInputFormat',
          serdeInfo: {serializationLib: 'org.apache.iceberg.mr.hive.HiveIcebergSerDe'},
        },
        parameters: {storage_handler: 'org.apache.iceberg.mr.hive.HiveIcebergStorageHandler'},
      })
      await lake.catalog.commitTable(orders, [], [{action: 'remove-properties', removals: ['engine.hive.enabled']}])
      const {parameters = {}} = await entry()
      expect(Object.keys(parameters)).not.toEqual(expect.arrayContaining(['storage_handler']))
      expect(Object.keys(parameters)).not.toEqual(expect.arrayContaining(['engine.hive.enabled']))
    })
  })

  test('keeps parameters of others, and loses those that it no longer has', async () => {
    await using(uri(), async ({lake, metastore, database, orders, entry}) => {
      const before = await entry()
      const theirs = {...before, retention: 7, parameters: {...before.parameters, 'owner.team': 'sales'}}
      expect(await metastore.alterTable(database, 'orders', theirs, before.parameters?.['metadata_location'] ?? '')).toEqual({
        done: undefined,
      })
      await lake.catalog.commitTable(orders, [], set({'gc.enabled': 'false', note: 'été 🦆'}))
      expect(await entry()).toMatchObject({
        retention: 7,
        parameters: {'owner.team': 'sales', 'external.table.purge': 'false', note: 'été 🦆'},
      })
      await lake.catalog.commitTable(orders, [], [{action: 'remove-properties', removals: ['gc.enabled', 'note']}])
      const {parameters = {}} = await entry()
      expect(parameters).toMatchObject({'owner.team': 'sales'})
      expect(Object.keys(parameters).filter((key) => ['external.table.purge', 'gc.enabled', 'note'].includes(key))).toEqual([])
    })
  })

  test('has no copies of metadata where there is no room for them', async () => {
    await using(
      uri(),
      async ({entry}) => {
        const {parameters = {}} = await entry()
        expect(parameters).toMatchObject({'snapshot-count': '0', table_type: 'ICEBERG'})
        expect(parameters['current-schema']).toBeUndefined()
      },
      {'iceberg.hive.table-property-max-size': '0'},
    )
  })

  test('stands beside others that are not Iceberg’s, which are left out and left alone', async () => {
    await using(uri(), async ({lake, metastore, database, entry}) => {
      const {uuid: _, table_type: __, metadata_location: ___, ...parameters} = (await entry()).parameters ?? {}
      const plain = {...(await entry()), tableName: 'plain', parameters}
      const view = {...plain, tableName: 'seen', tableType: 'VIRTUAL_VIEW', parameters: {...parameters, table_type: 'ICEBERG-VIEW'}}
      for (const other of [plain, view]) expect(await metastore.createTable(other)).toEqual({done: undefined})
      expect((await all(lake.listTables([database]))).map(({name}) => name)).toEqual(['orders'])
      for (const [name, what] of [
        ['plain', 'no table of Iceberg'],
        ['seen', 'a view'],
      ] as const) {
        const other = {namespace: [database], name}
        const before = await metastore.table(database, name)
        expect(before).toMatchObject({tableName: name, parameters: {}})
        const refusal = {code: 'NOT_AN_ICEBERG_TABLE', exit: 6, message: expect.stringContaining(what)}
        await expect(lake.getTable(other)).rejects.toMatchObject(refusal)
        await expect(lake.dropTable(other)).rejects.toMatchObject(refusal)
        await expect(lake.createTable(other, {schema})).rejects.toMatchObject({code: 'ALREADY_EXISTS', exit: 5})
        await expect(lake.renameTable(other, {...other, name: 'free'})).rejects.toMatchObject(refusal)
        expect(await metastore.table(database, name)).toEqual(before)
      }
      await expect(lake.renameTable({namespace: [database], name: 'orders'}, {namespace: [database], name: 'plain'})).rejects.toMatchObject(
        {
          code: 'ALREADY_EXISTS',
        },
      )
    })
  })

  test('has no name that is longer than the metastore has room for', async () => {
    await using(uri(), async ({lake, database}) => {
      const long = {code: 'INVALID_TABLE_NAME', exit: 2, message: expect.stringContaining('256')}
      await expect(lake.createTable({namespace: [database], name: 'x'.repeat(257)}, {schema})).rejects.toMatchObject(long)
      await expect(lake.createNamespace(['x'.repeat(129)], {})).rejects.toMatchObject({code: 'INVALID_NAMESPACE', exit: 2})
    })
  })

  test('is in a database whose comment and location are not removed, and changed only by newer metastores', async () => {
    await using(uri(), async ({lake}) => {
      const database = newName()
      await lake.createNamespace([database], {comment: 'ours', tier: 'gold'})
      const {location} = await lake.getNamespaceProperties([database])
      expect(location).toMatch(/^file:\/\/\//)
      const change = (changes: {set?: Record<string, string>; remove?: string[]}) =>
        lake.setNamespaceProperties([database], {set: {}, remove: [], ...changes})
      const refusal = {code: 'NOT_SUPPORTED_BY_CATALOG', exit: 6}
      for (const key of ['comment', 'location']) await expect(change({remove: [key]})).rejects.toMatchObject(refusal)
      const replaced = change({set: {comment: 'theirs'}, remove: ['tier']})
      if (version === '2.3.10') {
        await expect(replaced).rejects.toMatchObject(refusal)
        await change({set: {a: '1'}, remove: ['tier']})
        expect(await lake.getNamespaceProperties([database])).toMatchObject({a: '1', comment: 'ours', location})
      } else {
        await replaced
        expect(await lake.getNamespaceProperties([database])).toMatchObject({comment: 'theirs', location})
      }
      expect(await lake.getNamespaceProperties([database])).not.toHaveProperty('tier')
    })
  })
})

describe.each(METASTORES)('a commit to the Hive metastore $version', ({version, uri}) => {
  test('waits for the lock of somebody else, says in the end who has it, and leaves nothing', async () => {
    await using(
      uri(),
      async ({lake, metastore, database, orders}) => {
        const before = await metadataFiles(lake, orders)
        const held = await metastore.locks.take(database, 'orders')
        await expect(lake.catalog.commitTable(orders, [], set({a: '1'}))).rejects.toMatchObject({
          code: 'COMMIT_CONFLICT',
          exit: 5,
          message: expect.stringMatching(/locked by .+@.+ \(lock \d+, last sign of life 20/),
        })
        expect(await metadataFiles(lake, orders)).toEqual(before)
        expect(await metastore.lockCount(database, 'orders')).toBe(1)
        await held.release()
        await lake.catalog.commitTable(orders, [], set({a: '1'}))
        expect(await metastore.lockCount(database, 'orders')).toBe(0)
      },
      {'iceberg.hive.lock-timeout-ms': '400'},
    )
  })

  test('that is interrupted while it waits gives its place up', async () => {
    await using(uri(), async ({metastore, database}) => {
      const held = await metastore.locks.take(database, 'orders')
      const interruption = new AbortController()
      const waiting = hiveLocks(metastore.client, hiveSettings('x', {uri: uri()}), interruption.signal).take(database, 'orders')
      while ((await metastore.lockCount(database, 'orders')) < 2) await setImmediate()
      interruption.abort()
      await expect(waiting).rejects.toMatchObject({name: 'AbortError'})
      expect(await metastore.lockCount(database, 'orders')).toBe(1)
      await held.release()
    })
  })

  test('is not called certain, although it can be seen, when its lock ended meanwhile', async () => {
    await using(uri(), async ({lake, metastore, database, orders}) => {
      const properties = {uri: uri()}
      const settings = hiveSettings('lake', properties)
      const options = {openIO: async () => localFileIO(), now: Date.now}
      let looks = 0
      const locks = {
        async take(of: string, table: string) {
          const lock = await metastore.locks.take(of, table)
          return {...lock, isHeld: () => looks++ === 0}
        },
      }
      const store = hiveStore({name: 'lake', metastore, locks, settings, ...options})
      const table = await icebergLakehouse(createPointerCatalog(store, options)).getTable(orders)
      const staged = join(fileURLToPath(table.location), 'metadata', 'staged')
      writeFileSync(staged, 'x')
      const propose = async () => ({requirements: [], updates: set({a: '1'}), staged: [`file://${staged}`], landed: () => true, result: 1})
      await expect(commitTable(table, propose, testContext())).rejects.toMatchObject({
        code: 'COMMIT_STATE_UNKNOWN',
        message: expect.stringContaining('its lock had ended'),
      })
      expect((await lake.getTable(orders)).properties).toMatchObject({a: '1'})
      expect(await metadataFiles(lake, orders)).toContain('staged')
      expect(await metastore.lockCount(database, 'orders')).toBe(0)
    })
  })

  test('knows when its lock is gone', async () => {
    await using(uri(), async ({database}) => {
      const quick = direct(uri(), {'iceberg.hive.lock-heartbeat-interval-ms': '20'})
      const held = await quick.locks.take(database, 'orders')
      const {locks = []} = await quick.client.ask(showLocks, {request: {dbname: database, tablename: 'orders'}}, 'locks')
      expect(held.isHeld()).toBe(true)
      await quick.client.insist(unlock, {request: {lockid: locks[0]?.lockid}})
      while (held.isHeld()) await setImmediate()
      await held.release()
      quick.close()
    })
  })

  test('is made without a lock where the metastore is known to compare, and one of several lands', async () => {
    await using(uri(), async ({lake, metastore, database, orders}) => {
      const unlocked = {uri: uri(), 'iceberg.engine.hive.lock-enabled': 'false'}
      if (version === '2.3.10') {
        const unknown = await open(unlocked)
        await expect(unknown.catalog.commitTable(orders, [], set({a: '1'}))).rejects.toMatchObject({code: 'LOCKS_NEEDED', exit: 6})
        await unknown.close()
      }
      // One who waits for locks would wait for this one.
      const held = await metastore.locks.take(database, 'orders')
      const clients = await Promise.all(Array.from({length: 4}, () => open({...unlocked, 'hive.version': version})))
      const before = (await lake.catalog.loadTable(orders)).metadata['last-column-id']
      const requirement = {type: 'assert-last-assigned-field-id' as const, 'last-assigned-field-id': before}
      const added = {...schema, fields: [...schema.fields, {id: before + 1, name: 'more', required: false, type: 'string'}]}
      const attempts = await Promise.allSettled(
        clients.map((client) => client.catalog.commitTable(orders, [requirement], [{action: 'add-schema', schema: added}])),
      )
      expect(attempts.filter(({status}) => status === 'fulfilled')).toHaveLength(1)
      for (const attempt of attempts) if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({code: 'COMMIT_CONFLICT'})
      expect((await metadataFiles(lake, orders)).filter((file) => file.endsWith('.metadata.json'))).toHaveLength(2)
      await held.release()
      for (const client of clients) await client.close()
    })
  })
})
