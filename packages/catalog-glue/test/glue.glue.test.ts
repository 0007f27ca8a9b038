import {CreateTableCommand, UpdateTableCommand} from '@aws-sdk/client-glue'
import {describe, expect, test} from '@jest/globals'
import type {LakehouseResource} from '@phlo/core'
import {emptyFolder} from '../../core-iceberg/test/support/in-process.js'
import {lakeIn} from '../../core-iceberg/test/support/judged.js'
import {type Asked, type Fault, faultProxy} from '../../iceberg/test/support/fault-proxy.js'
import {endpoint, glueClient, glueLake, glueShop, newNamespace, properties, tableIn} from './support/glue.js'
import {open} from './support/open-glue.js'

const SCHEMA = 'id: long, amount: decimal(9,2), at: timestamptz, tags: list<string>, place: struct<city: string, zip: int>'

const request =
  (name: string) =>
  ({headers}: Asked) =>
    headers['x-amz-target'] === `AWSGlue.${name}`
const failure = (status: number, type: string): Fault => ({
  status,
  headers: {'content-type': 'application/x-amz-json-1.1'},
  body: JSON.stringify({__type: type, message: 'no'}),
})

/** A lake with shop.orders in a database of its own. */
async function lakeWithOrders(lake = glueLake()) {
  const namespace = newNamespace()
  await lake.must('namespace', 'create', namespace)
  await lake.must('table', 'create', `${namespace}.orders`, '--schema', SCHEMA)
  return {lake, namespace, table: `${namespace}.orders`}
}

/** The same lake through a proxy that spoils what it is told to. */
async function behindProxy<T>(spoil: (asked: Asked) => Fault | undefined, work: (at: string, asked: readonly Asked[]) => Promise<T>) {
  const proxy = await faultProxy(endpoint(), spoil)
  try {
    return await work(proxy.endpoint, proxy.requests)
  } finally {
    await proxy.close()
  }
}

describe('a table in Glue', () => {
  test('shows its columns in the words of Hive, those that it had before too', async () => {
    const {lake, namespace, table} = await lakeWithOrders()
    const shown = await tableIn(namespace, 'orders')
    expect(shown?.StorageDescriptor?.Columns?.map(({Name, Type}) => [Name, Type])).toEqual([
      ['id', 'bigint'],
      ['amount', 'decimal(9,2)'],
      ['at', 'timestamp'],
      ['tags', 'array<string>'],
      ['place', 'struct<city:string,zip:int>'],
    ])
    expect(shown?.StorageDescriptor?.Columns?.[0]?.Parameters).toEqual({
      'iceberg.field.id': '1',
      'iceberg.field.optional': 'true',
      'iceberg.field.current': 'true',
    })
    const {location} = await lake.must('table', 'show', table)
    expect(shown).toMatchObject({TableType: 'EXTERNAL_TABLE', Parameters: {table_type: 'ICEBERG'}, StorageDescriptor: {Location: location}})
  })

  test('keeps what others say of it there, and the metadata that was before', async () => {
    const {lake, namespace, table} = await lakeWithOrders()
    const before = await tableIn(namespace, 'orders')
    const TableInput = {
      Name: 'orders',
      Description: 'what was ordered',
      Owner: 'ada',
      Retention: 7,
      TableType: 'EXTERNAL_TABLE',
      Parameters: {...before?.Parameters, classification: 'parquet'},
      StorageDescriptor: {...before?.StorageDescriptor, BucketColumns: ['id']},
    }
    await glueClient().send(new UpdateTableCommand({DatabaseName: namespace, TableInput}))
    await lake.must('table', 'properties', table, '--set', 'owner=ada')
    const {metadataLocation} = await lake.must('table', 'show', table)
    expect(await tableIn(namespace, 'orders')).toMatchObject({
      Description: 'what was ordered',
      Owner: 'ada',
      Retention: 7,
      Parameters: {
        classification: 'parquet',
        metadata_location: metadataLocation,
        previous_metadata_location: before?.Parameters?.['metadata_location'],
      },
      StorageDescriptor: {BucketColumns: ['id']},
    })
  })

  test('of another format is not listed, and refused when it is named', async () => {
    const {lake, namespace, table} = await lakeWithOrders()
    const TableInput = {Name: 'other', TableType: 'EXTERNAL_TABLE', Parameters: {table_type: 'delta'}}
    await glueClient().send(new CreateTableCommand({DatabaseName: namespace, TableInput}))
    expect(await lake.must('table', 'list', namespace)).toEqual({tables: [table]})
    for (const argv of [
      ['table', 'show', `${namespace}.other`],
      ['table', 'drop', `${namespace}.other`, '--yes'],
      ['table', 'rename', `${namespace}.other`, `${namespace}.mine`],
    ]) {
      expect(await lake.json(...argv)).toMatchObject({exit: 6, error: {code: 'NOT_AN_ICEBERG_TABLE'}})
    }
    expect(await lake.json('table', 'create', `${namespace}.other`, '--schema', SCHEMA)).toMatchObject({
      exit: 5,
      error: {code: 'ALREADY_EXISTS'},
    })
    await lake.must('table', 'drop', table, '--yes')
    expect(await lake.json('namespace', 'drop', namespace, '--yes')).toMatchObject({exit: 6, error: {code: 'NAMESPACE_NOT_EMPTY'}})
  })

  test('is refused a name that engines behind Glue cannot say', async () => {
    const lake = glueLake()
    for (const name of ['Shop', 'a.b', 'x-y', 'ä']) {
      expect(await lake.json('namespace', 'create', name)).toMatchObject({exit: 2, error: {code: 'INVALID_NAMESPACE'}})
    }
    const {namespace} = await lakeWithOrders(lake)
    expect(await lake.json('table', 'create', `${namespace}.Orders`, '--schema', SCHEMA)).toMatchObject({
      exit: 2,
      error: {code: 'INVALID_TABLE_NAME'},
    })
  })
})

describe('a commit to Glue', () => {
  const change = (lake: LakehouseResource, namespace: string, key: string) =>
    lake.setNamespaceProperties([namespace], {set: {[key]: 'x'}, remove: []})

  test('whose answer is lost is found by looking, and not made twice', async () => {
    const {lake, table} = await lakeWithOrders()
    await behindProxy(
      (asked) => (request('UpdateTable')(asked) ? {resetAfter: 0} : undefined),
      async (at, asked) => {
        const cut = lakeIn(glueShop(), '', {type: 'glue', ...properties(at, lake.warehouse)})
        await cut.must('table', 'properties', table, '--set', 'owner=ada')
        expect(asked.filter(request('UpdateTable'))).toHaveLength(1)
      },
    )
    expect((await lake.must('table', 'properties', table)).properties).toMatchObject({owner: 'ada'})
  })

  test('is sent again when Glue has too much to do, and when it ends in the middle it is not known', async () => {
    const {lake, table} = await lakeWithOrders()
    let answers: (Fault | undefined)[] = []
    await behindProxy(
      (asked) => (request('UpdateTable')(asked) ? answers.shift() : undefined),
      async (at, asked) => {
        const through = lakeIn(glueShop(), '', {type: 'glue', ...properties(at, lake.warehouse)})
        answers = [failure(400, 'ThrottlingException'), failure(400, 'ThrottlingException')]
        await through.must('table', 'properties', table, '--set', 'a=1')
        expect(asked.filter(request('UpdateTable'))).toHaveLength(3)
        const quick = ['commit.status-check.min-wait-ms=1', 'commit.status-check.num-retries=1'].flatMap((one) => ['--set', one])
        await through.must('table', 'properties', table, ...quick)
        answers = [failure(500, 'InternalServiceException')]
        expect(await through.json('table', 'properties', table, '--set', 'b=1')).toMatchObject({
          exit: 3,
          error: {code: 'COMMIT_STATE_UNKNOWN'},
        })
        answers = [failure(400, 'ConcurrentModificationException')]
        await through.must('table', 'properties', table, '--set', 'c=1')
      },
    )
    const {properties: found} = await lake.must('table', 'properties', table)
    expect(found).toMatchObject({a: '1', c: '1'})
    expect(found).not.toHaveProperty('b')
  })

  test('to a table that is renamed meanwhile is not lost', async () => {
    const {lake, namespace, table} = await lakeWithOrders()
    await behindProxy(
      (asked) => {
        // Somebody commits between the copy and the old entry's end.
        if (!request('CreateTable')(asked)) return undefined
        return {when: lake.must('table', 'properties', table, '--set', 'late=1')}
      },
      async (at) => {
        const renaming = lakeIn(glueShop(), '', {type: 'glue', ...properties(at, lake.warehouse)})
        expect(await renaming.json('table', 'rename', table, `${namespace}.moved`)).toMatchObject({
          exit: 5,
          error: {code: 'COMMIT_CONFLICT'},
        })
      },
    )
    expect(await lake.must('table', 'list', namespace)).toEqual({tables: [table]})
    expect((await lake.must('table', 'properties', table)).properties).toMatchObject({late: '1'})
  })

  test('to a table whose version Glue does not tell is refused', async () => {
    const {lake, namespace, table} = await lakeWithOrders()
    const {Name, Parameters, StorageDescriptor} = (await tableIn(namespace, 'orders')) ?? {}
    const body = JSON.stringify({Table: {Name, DatabaseName: namespace, Parameters, StorageDescriptor}})
    await behindProxy(
      (asked) => (request('GetTable')(asked) ? {...failure(200, ''), body} : undefined),
      async (at, asked) => {
        const without = lakeIn(glueShop(), '', {type: 'glue', ...properties(at, lake.warehouse)})
        const refusal = {exit: 6, error: {code: 'VERSION_MISSING'}}
        expect(await without.json('table', 'properties', table, '--set', 'a=1')).toMatchObject(refusal)
        expect(await without.json('table', 'rename', table, `${namespace}.moved`)).toMatchObject(refusal)
        expect(asked.filter((one) => request('UpdateTable')(one) || request('CreateTable')(one))).toEqual([])
      },
    )
  })

  test('to a database keeps the properties that others set', async () => {
    const {namespace} = await lakeWithOrders()
    const [one, other] = await Promise.all([open(properties()), open(properties())])
    await change(one, namespace, 'a')
    await change(other, namespace, 'b')
    expect(await one.getNamespaceProperties([namespace])).toEqual({a: 'x', b: 'x'})
    await Promise.all([one.close(), other.close()])
  })
})

describe('what is wrong with Glue', () => {
  test.each([
    ['AccessDeniedException', 400, 4, 'CATALOG_FORBIDDEN'],
    ['ExpiredTokenException', 400, 4, 'CATALOG_UNAUTHENTICATED'],
    ['InternalServiceException', 500, 3, 'CATALOG_UNAVAILABLE'],
    ['InvalidInputException', 400, 3, 'CATALOG_UNAVAILABLE'],
  ])('%s is told in a sentence that shows no secret', async (type, status, exit, code) => {
    await behindProxy(
      ({headers}) => ({...failure(status, type), body: JSON.stringify({__type: type, message: `sesame99 ${headers.authorization}`})}),
      async (at) => {
        const lake = lakeIn(glueShop(), '', {type: 'glue', ...properties(at)})
        const {stdout, stderr, exitCode} = await lake.type(['table', 'list', 'shop', '--json'])
        expect({exitCode, code: JSON.parse(stdout).error.code}).toEqual({exitCode: exit, code})
        expect(stdout + stderr).not.toContain('sesame99')
      },
    )
  })

  test.each([
    ['no address', {'glue.endpoint': 'glue.example'}, 2, 'INVALID_PROPERTY'],
    ['half a key', {'glue.secret-access-key': ''}, 2, 'INVALID_PROPERTY'],
    ['nobody there', {'glue.endpoint': 'http://127.0.0.1:1'}, 3, 'CATALOG_UNAVAILABLE'],
    ['a word for a number', {'glue.max-retries': 'many'}, 2, 'INVALID_PROPERTY'],
    ['a word for yes or no', {'glue.skip-archive': 'maybe'}, 2, 'INVALID_PROPERTY'],
  ])('%s is named', async (_, wrong, exit, code) => {
    const lake = lakeIn(glueShop(), '', {type: 'glue', ...properties(), ...wrong})
    expect(await lake.json('table', 'list')).toMatchObject({exit, error: {code}})
  })

  test('what is no Glue at all is named', async () => {
    await behindProxy(
      () => ({status: 200, headers: {'content-type': 'text/html'}, body: '<html>hello</html>'}),
      async (at) => {
        const lake = lakeIn(glueShop(), '', {type: 'glue', ...properties(at)})
        expect(await lake.json('table', 'list')).toMatchObject({exit: 3, error: {code: 'CATALOG_UNAVAILABLE'}})
      },
    )
  })

  test('without the package, its installation is what is said', async () => {
    const lake = lakeIn(emptyFolder(), '', {type: 'glue'})
    expect(await lake.json('table', 'list')).toMatchObject({exit: 3, error: {suggestions: ['phlo plugins install @phlo/catalog-glue']}})
  })
})
