import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {describe, expect, test} from '@jest/globals'
import type {TableName} from '@phlo/core'
import {localFileIO} from '@phlo/iceberg'
import {certificates} from '../../../iceberg/test/support/certificates.js'
import {getTablesRequest, getTablesResult, table} from '../../src/api/structs.js'
import {openHive} from '../../src/open.js'
import {type WireStruct, WireType} from '../../src/thrift/wire.js'
import {exception, type FakeMetastore, fakeMetastore, names, type Reply, struct, unknownMethod} from '../support/fake-metastore.js'

const ORDERS: TableName = {namespace: ['shop'], name: 'orders'}

const openAt = (uri: string, properties: Readonly<Record<string, string>> = {}, signal = new AbortController().signal) =>
  openHive('lake', {uri, 'hive.metastore.client.socket.timeout': '20s', ...properties}, {fileIO: async () => localFileIO(), signal})

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

async function behind(
  reply: (name: string, args: WireStruct) => Reply,
  work: (metastore: FakeMetastore) => Promise<unknown>,
  tls?: {readonly key: string; readonly cert: string},
): Promise<void> {
  const metastore = await fakeMetastore(reply, {tls})
  try {
    await work(metastore)
  } finally {
    await metastore.close()
  }
}

const unavailable = (message: string) => ({code: 'CATALOG_UNAVAILABLE', exit: 3, message: expect.stringContaining(message)})

describe('the configuration of a Hive catalog', () => {
  test.each([
    [{}, 'CATALOG_WITHOUT_URI', 2],
    [{uri: 'http://metastore:9083'}, 'INVALID_PROPERTY', 2],
    [{uri: 'thrift://'}, 'INVALID_PROPERTY', 2],
    [{uri: 'thrift://ada:hunter22@metastore:9083'}, 'INVALID_PROPERTY', 2],
    [{uri: 'thrift://a:9083,b:9083'}, 'INVALID_PROPERTY', 2],
    [{uri: 'thrift://a:9083/db'}, 'INVALID_PROPERTY', 2],
    [{uri: 'thrift://a', 'iceberg.hive.lock-timeout-ms': 'soon'}, 'INVALID_PROPERTY', 2],
    [{uri: 'thrift://a', 'hive.metastore.client.socket.timeout': '0s'}, 'INVALID_PROPERTY', 2],
    [{uri: 'thrift://a', 'hive.metastore.use.SSL': 'yes'}, 'INVALID_PROPERTY', 2],
    [{uri: 'thrift://a', 'hive.metastore.truststore.path': '/etc/hive.jks'}, 'INVALID_PROPERTY', 2],
    [{uri: 'thrift://a', 'hive.metastore.sasl.enabled': 'true'}, 'NOT_SUPPORTED', 6],
    [{uri: 'thrift://a', 'hive.kerberos-authentication': 'True'}, 'NOT_SUPPORTED', 6],
    [{uri: 'thrift://a', 'hive.metastore.client.auth.mode': 'PLAIN'}, 'NOT_SUPPORTED', 6],
    [{uri: 'thrift://a', 'hive.metastore.thrift.framed.transport.enabled': 'true'}, 'NOT_SUPPORTED', 6],
  ])('is refused before anything is asked: %j', (properties, code, exit) => {
    const open = () =>
      openHive('lake', properties as Record<string, string>, {fileIO: async () => localFileIO(), signal: new AbortController().signal})
    expect(open).toThrow(expect.objectContaining({code, exit, message: expect.not.stringContaining('hunter22')}))
  })

  test('may name ports or leave them out, say that Kerberos is off, and name addresses of version 6', () => {
    const off = {'hive.metastore.sasl.enabled': 'false', 'hive.metastore.client.auth.mode': 'NOTSET'}
    for (const uri of ['thrift://a', 'thrift://a:1, thrift://b/', 'thrift://[::1]:9083']) expect(openAt(uri, off).name).toBe('lake')
  })
})

describe('a server that is no metastore', () => {
  test('is one that answers in HTTP', async () => {
    const server = createServer((_, response) => response.end('<html>'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const lake = openAt(`thrift://127.0.0.1:${(server.address() as AddressInfo).port}`)
    await expect(all(lake.listNamespaces())).rejects.toMatchObject(unavailable('not as a Hive metastore'))
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  test.each([
    ['SASL', Buffer.concat([Buffer.from([3, 0, 0, 0, 19]), Buffer.from('Invalid status -128')]), 'not as a Hive metastore'],
    ['an answer to something else', Buffer.from('80010002000000046e6f6e650000ffff00', 'hex'), 'another question'],
    ['more than an answer', Buffer.from('80010002000000046e6f6e65000000010000', 'hex'), 'more than an answer'],
  ])('is one that answers with %s', async (_, bytes, words) => {
    await behind(
      () => bytes,
      ({uri}) => expect(all(openAt(uri).listNamespaces())).rejects.toMatchObject(unavailable(words)),
    )
  })

  test('is one that answers with another type', async () => {
    await behind(
      () => struct(new Map()),
      ({uri}) => expect(all(openAt(uri).listNamespaces())).rejects.toMatchObject(unavailable('another type')),
    )
  })
})

describe('a metastore that does not answer', () => {
  test('is named with its address when nobody listens', async () => {
    const {uri, close} = await fakeMetastore(() => 'end')
    await close()
    await expect(all(openAt(uri).listNamespaces())).rejects.toMatchObject(unavailable(new URL(uri).host))
  })

  test.each([
    ['at all', 'silence'],
    ['in full', Buffer.from('80010002000000', 'hex')],
  ] as const)('is given up after a time when it does not %s', async (_, reply) => {
    await behind(
      () => reply,
      async ({uri, calls}) => {
        const lake = openAt(uri, {'hive.metastore.client.socket.timeout': '300ms'})
        await expect(all(lake.listNamespaces())).rejects.toMatchObject(unavailable('nothing came for 0.3 s'))
        expect(calls).toHaveLength(1)
      },
    )
  })

  test('is asked again on another connection, and is given up when it ends that too', async () => {
    await behind(
      () => 'end',
      async ({uri, calls}) => {
        await expect(all(openAt(uri).listNamespaces())).rejects.toMatchObject(unavailable('closed the connection'))
        expect(calls).toHaveLength(2)
      },
    )
  })

  test('ends with an interruption', async () => {
    const interruption = new AbortController()
    await behind(
      () => {
        interruption.abort()
        return 'silence'
      },
      ({uri}) => expect(all(openAt(uri, {}, interruption.signal).listNamespaces())).rejects.toMatchObject({name: 'AbortError'}),
    )
  })

  test('gives way to the next that is named', async () => {
    const gone = await fakeMetastore(() => 'end')
    await gone.close()
    await behind(
      () => names('shop'),
      async ({uri, calls}) => {
        const lake = openAt(`${gone.uri},${uri}`)
        expect(await all(lake.listNamespaces())).toEqual([['shop']])
        expect(await all(lake.listNamespaces())).toEqual([['shop']])
        expect(calls).toHaveLength(2)
        await lake.close()
      },
    )
  })
})

describe('a metastore that refuses', () => {
  test.each([
    ['org.apache.hadoop.security.AccessControlException: Permission denied: user=ada', 'CATALOG_FORBIDDEN', 4],
    ['User: ada is not allowed to impersonate bob', 'CATALOG_FORBIDDEN', 4],
    ['The database is down\n\tat org.apache', 'CATALOG_UNAVAILABLE', 3],
  ])('says why: %s', async (message, code, exit) => {
    await behind(
      () => exception(1, message),
      ({uri}) => expect(all(openAt(uri).listNamespaces())).rejects.toMatchObject({code, exit, message: expect.not.stringContaining('\n')}),
    )
  })

  test('what it does not know says that it does not do it', async () => {
    await behind(unknownMethod, ({uri}) => expect(openAt(uri).check()).rejects.toMatchObject({code: 'NOT_SUPPORTED_BY_CATALOG', exit: 6}))
  })
})

describe('an older metastore', () => {
  test('is asked for tables in the older way, once it has said that it does not know the other', async () => {
    const found = table.write({tableName: 'orders', parameters: {}})
    await behind(
      (name) => (name === 'get_table' ? struct(found) : unknownMethod(name)),
      async ({uri, calls}) => {
        const lake = openAt(uri)
        for (let time = 0; time < 2; time++) {
          await expect(lake.getTable(ORDERS)).rejects.toMatchObject({code: 'NOT_AN_ICEBERG_TABLE', exit: 6})
        }
        expect(calls).toEqual(['get_table_req', 'get_table', 'get_table'])
        await lake.close()
      },
    )
  })

  test('that does not filter is asked for all tables, a hundred at a time', async () => {
    const tables = Array.from({length: 250}, (_, index) => `t${index + 100}`)
    const described = (args: WireStruct): Reply => {
      const {tblNames = []} = getTablesRequest.read(args.get(1)?.value ?? new Map())
      const types = [{table_type: 'iceberg'}, {table_type: 'ICEBERG'}, {table_type: 'ICEBERG-VIEW'}, {}]
      const found = tblNames.map((tableName) => ({tableName, parameters: types[Number(tableName.slice(1)) % 4] ?? {}}))
      return struct(getTablesResult.write({tables: found as never}))
    }
    await behind(
      (name, args) =>
        name === 'get_all_tables'
          ? names(...tables)
          : name === 'get_table_objects_by_name_req'
            ? described(args)
            : exception(1, 'no filter'),
      async ({uri, calls}) => {
        const lake = openAt(uri)
        const found = (await all(lake.listTables(['shop']))).map(({name}) => name)
        expect(found).toEqual(tables.filter((_, index) => index % 4 < 2))
        expect(calls.slice(2)).toEqual(Array(3).fill('get_table_objects_by_name_req'))
        await lake.close()
      },
    )
  })
})

describe('a connection', () => {
  test('begins with whom it is for', async () => {
    await behind(
      () => names('ada'),
      async ({uri, calls}) => {
        const lake = openAt(uri, {ugi: 'ada:staff,admins'})
        await all(lake.listNamespaces())
        await all(lake.listNamespaces())
        expect(calls).toEqual(['set_ugi', 'get_all_databases', 'get_all_databases'])
        await lake.close()
      },
    )
  })

  test('is encrypted where that is wanted, to a server that shows a certificate of a known authority', async () => {
    const {server, paths} = await certificates()
    await behind(
      () => names('shop'),
      async ({uri}) => {
        const secure = {'hive.metastore.use.SSL': 'true'}
        const lake = openAt(uri, {...secure, 'ssl.cabundle': paths.ca})
        expect(await all(lake.listNamespaces())).toEqual([['shop']])
        await lake.close()
        await expect(all(openAt(uri, secure).listNamespaces())).rejects.toMatchObject(unavailable('certificate'))
        const missing = openAt(uri, {...secure, 'ssl.cabundle': `${paths.ca}.none`})
        await expect(all(missing.listNamespaces())).rejects.toMatchObject({code: 'CERTIFICATE_UNREADABLE', exit: 3})
        await expect(all(openAt(uri).listNamespaces())).rejects.toMatchObject({code: 'CATALOG_UNAVAILABLE', exit: 3})
      },
      server,
    )
  })

  test('of an answer with a field of another type is not used', async () => {
    const wrong = new Map([[1, {type: WireType.i32, value: 1}]])
    await behind(
      () => struct(wrong),
      ({uri}) => expect(openAt(uri).getNamespaceProperties(['shop'])).rejects.toMatchObject(unavailable('name is of Thrift')),
    )
  })
})
