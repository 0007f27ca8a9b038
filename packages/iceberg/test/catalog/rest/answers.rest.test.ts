import {describe, expect, test} from '@jest/globals'
import {stringifyJson} from '@phlo/iceberg'
import type {Asked, Fault} from '../../support/fault-proxy.js'
import {all, behindProxy, errorModel, json, newNamespace, newTable, openRest, schema} from './open-rest.js'

const QUICK = {'rest.client.max-retries': '0'}
const isConfig = ({url}: Asked) => url.startsWith('/v1/config')
const html = (status: number): Fault => ({status, headers: {'content-type': 'text/html'}, body: '<html>hello</html>'})
const configured = (config: unknown) => (asked: Asked) => (isConfig(asked) ? json(config) : undefined)

describe('the configuration of a REST catalog', () => {
  test.each<[string, Fault, RegExp]>([
    ['a page for people', html(200), /text\/html instead of JSON/],
    ['a page that is not there', html(404), /answered with text\/html/],
    [
      'a redirect',
      {status: 302, headers: {location: 'https://login.example/?token=hunter22'}},
      /sends us on to https:\/\/login\.example\/,/,
    ],
    ['JSON of something else', json({status: 'up'}), /does not have the defaults, overrides and endpoints/],
    ['a list', json([]), /no JSON object/],
    ['nothing', {status: 200}, /no JSON object/],
    ['properties that are no texts', json({defaults: {clients: 4}, overrides: {}}), /does not have the defaults/],
  ])('is not taken from %s', async (_, fault, message) => {
    await behindProxy(
      (asked) => (isConfig(asked) ? fault : undefined),
      async ({endpoint, requests}) => {
        const error = await openRest(endpoint, QUICK)
          .check()
          .catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({code: 'CATALOG_UNAVAILABLE', exit: 3, message: expect.stringMatching(message)})
        expect(String(error)).not.toContain('hunter22')
        expect(requests).toHaveLength(1)
      },
    )
  })

  test('names the warehouse that a server does not know', async () => {
    await behindProxy(
      (asked) => (isConfig(asked) ? errorModel(404, 'NoSuchWarehouseException', 'no warehouse w') : undefined),
      async ({endpoint, requests}) => {
        const catalog = openRest(endpoint, {warehouse: 's3://w/x y'})
        await expect(catalog.check()).rejects.toMatchObject({
          code: 'WAREHOUSE_NOT_FOUND',
          message: expect.stringContaining('no warehouse w'),
        })
        expect(requests[0]?.url).toBe('/v1/config?warehouse=s3%3A%2F%2Fw%2Fx+y')
      },
    )
  })

  test('is asked for again after a failure, and once after that', async () => {
    let asked = 0
    await behindProxy(
      (request) => (isConfig(request) && ++asked === 1 ? html(500) : undefined),
      async ({endpoint}) => {
        const catalog = openRest(endpoint, QUICK)
        await expect(catalog.check()).rejects.toMatchObject({code: 'CATALOG_UNAVAILABLE'})
        await catalog.check()
        await catalog.check()
        expect(asked).toBe(2)
      },
    )
  })

  test.each([
    ['main', 'main'],
    ['main%7Cwarehouse', 'main%7Cwarehouse'],
    ['main|warehouse', 'main%7Cwarehouse'],
    ['a/b', 'a/b'],
  ])('gives the prefix %s of every path, and the separator of namespaces', async (prefix, sent) => {
    const answer = (asked: Asked) =>
      isConfig(asked)
        ? json({defaults: {prefix: 'not-this'}, overrides: {prefix, 'namespace-separator': '%2E'}})
        : json({properties: {owner: 'ada'}})
    await behindProxy(answer, async ({endpoint, requests}) => {
      const catalog = openRest(`${endpoint}/`, {prefix: 'nor-this'})
      expect(await catalog.loadNamespace(['a', 'b/c %'])).toEqual({owner: 'ada'})
      expect(requests.at(-1)?.url).toBe(`/v1/${sent}/namespaces/a%2Eb%2Fc%20%25`)
      await all(catalog.listNamespaces(['a', 'b'])).catch(() => undefined)
      expect(requests.at(-1)?.url).toBe(`/v1/${sent}/namespaces?parent=a.b&pageToken=`)
    })
  })

  test('says what the server has: what it has not is refused before it is asked', async () => {
    const {name} = await newTable()
    const endpoints = ['GET /v1/{prefix}/namespaces/{namespace}/tables/{table}']
    await behindProxy(configured({defaults: {}, overrides: {}, endpoints}), async ({endpoint, requests}) => {
      const catalog = openRest(endpoint)
      const {metadataLocation} = await catalog.loadTable(name)
      const before = requests.length
      await expect(catalog.registerTable(name, metadataLocation)).rejects.toMatchObject({code: 'NOT_SUPPORTED_BY_CATALOG', exit: 6})
      await expect(catalog.renameTable(name, name)).rejects.toMatchObject({code: 'NOT_SUPPORTED_BY_CATALOG', exit: 6})
      expect(requests).toHaveLength(before)
    })
  })
})

describe('requests to a REST catalog', () => {
  test('load all snapshots, ask for credentials, and have the headers that are configured', async () => {
    const {name} = await newTable()
    await behindProxy(
      () => undefined,
      async ({endpoint, requests}) => {
        await openRest(endpoint, {'header.X-Tenant': 'acme'}).loadTable(name)
        expect(requests.at(-1)).toMatchObject({
          url: `/v1/namespaces/${name.namespace[0]}/tables/orders?snapshots=all`,
          headers: {'x-tenant': 'acme', 'x-iceberg-access-delegation': 'vended-credentials', accept: 'application/json'},
        })
        await openRest(endpoint, {'header.X-Iceberg-Access-Delegation': 'none'}).loadTable(name)
        expect(requests.at(-1)?.headers['x-iceberg-access-delegation']).toBe('none')
        const wrong = openRest(endpoint, {'header.X-Secret': 'hunter22\nx'}).check()
        await expect(wrong).rejects.toMatchObject({code: 'INVALID_PROPERTY', message: expect.not.stringContaining('hunter22')})
      },
    )
  })

  test.each([
    ['', {}],
    [', of an answer with lists of that name elsewhere', {config: {schemas: [{fields: [1]}]}}],
  ])('give large metadata as small one: schemas are checked when they are asked for%s', async (_, more) => {
    const {catalog, name} = await newTable()
    const {metadata, metadataLocation} = await catalog.loadTable(name)
    const added = {...schema, 'schema-id': 1, fields: [...schema.fields, {id: 2, name: 'note', required: false, type: 'string'}]}
    const wrong = {...schema, 'schema-id': 2, fields: [{id: 1, name: 'id', required: true, type: 'lng'}]}
    const large = {
      ...JSON.parse(stringifyJson(metadata)),
      schemas: [schema, added, ...('config' in more ? [] : [wrong])],
      'current-schema-id': 1,
      properties: {large: 'x'.repeat(2 ** 20)},
    }
    await behindProxy(
      ({url}) => (url.includes('/tables/') ? json({'metadata-location': metadataLocation, metadata: large, ...more}) : undefined),
      async ({endpoint}) => {
        const {schemas} = (await openRest(endpoint).loadTable(name)).metadata
        expect(schemas.slice(0, 2)).toEqual([schema, added])
        if ('config' in more) return
        const refused = {code: 'METADATA_CORRUPT', message: expect.stringMatching(/\.orders.*schemas\[2\]\.fields\[0\]/)}
        expect(() => schemas[2]?.fields).toThrow(expect.objectContaining(refused))
      },
    )
  })

  test('that only ask are sent again until they are answered', async () => {
    const {name} = await newTable()
    const faults: Fault[] = [{status: 503, headers: {'retry-after': '0'}}, {status: 502}, {resetAfter: 0}, {status: 504}]
    await behindProxy(
      (asked) => (isConfig(asked) ? undefined : faults.shift()),
      async ({endpoint}) => {
        expect((await openRest(endpoint).loadTable(name)).metadata.schemas).toHaveLength(1)
        expect(faults).toEqual([])
      },
    )
  })

  test.each([
    ['too late', '86400', 1],
    ['at a moment too late', 'Fri, 31 Dec 2100 23:59:59 GMT', 1],
    ['at a moment that is past', 'Fri, 31 Dec 1999 23:59:59 GMT', 2],
    ['at no moment at all', 'soon', 2],
  ])('are sent again as often as a server allows that asks for it %s', async (_, retryAfter, attempts) => {
    await behindProxy(
      (asked) => (isConfig(asked) ? undefined : {status: 503, headers: {'retry-after': retryAfter}}),
      async ({endpoint, requests}) => {
        const listing = openRest(endpoint, {'rest.client.max-retries': '1'}).check()
        await expect(listing).rejects.toMatchObject({code: 'CATALOG_UNAVAILABLE', message: expect.stringContaining('503')})
        expect(requests.filter((asked) => !isConfig(asked))).toHaveLength(attempts)
      },
    )
  })

  test('have the headers that the server wants, and those that are configured before them', async () => {
    const wanted = {defaults: {'header.X-Tenant': 'theirs', 'header.X-Zone': 'z1'}, overrides: {}}
    await behindProxy(configured(wanted), async ({endpoint, requests}) => {
      await openRest(endpoint, {'header.X-Tenant': 'acme'}).check()
      expect(requests.at(-1)?.headers).toMatchObject({'x-tenant': 'acme', 'x-zone': 'z1'})
    })
  })

  test('drop tables without their files', async () => {
    const {name} = await newTable()
    await behindProxy(
      () => undefined,
      async ({endpoint, requests}) => {
        await openRest(endpoint).dropTable(name)
        expect(requests.at(-1)).toMatchObject({method: 'DELETE', url: expect.stringMatching(/\?purgeRequested=false$/)})
      },
    )
  })
})

describe('listings of a REST catalog', () => {
  test('go on page by page', async () => {
    const namespace = newNamespace()
    const pages: Readonly<Record<string, unknown>> = {
      '': {identifiers: [{namespace: [namespace], name: 'b'}], 'next-page-token': 'two & more'},
      'two & more': {identifiers: [{namespace: [namespace], name: 'a'}], 'next-page-token': null},
    }
    const page = ({url}: Asked) => pages[new URL(url, 'http://x').searchParams.get('pageToken') ?? '']
    await behindProxy(
      (asked) => (asked.url.includes('/tables') ? json(page(asked)) : undefined),
      async ({endpoint, requests}) => {
        const names = await all(openRest(endpoint, {'rest-page-size': '1'}).listTables([namespace]))
        expect(names.map(({name}) => name)).toEqual(['a', 'b'])
        expect(requests.at(-1)?.url).toContain('pageSize=1')
      },
    )
  })

  test.each<[string, unknown, string]>([
    ['the same page again and again', {namespaces: [['a']], 'next-page-token': 'again'}, 'the same page'],
    ['a page without a list', {'next-page-token': 'on'}, 'no list of namespaces'],
    ['a name that is none', {namespaces: [['a'], 'b']}, 'has no name'],
  ])('end when there is %s', async (_, page, message) => {
    await behindProxy(
      (asked) => (isConfig(asked) ? undefined : json(page)),
      async ({endpoint}) => {
        const listing = all(openRest(endpoint).listNamespaces([]))
        await expect(listing).rejects.toMatchObject({code: 'CATALOG_UNAVAILABLE', message: expect.stringContaining(message)})
      },
    )
  })
})

describe('errors of a REST catalog', () => {
  const about = async (fault: Fault, work: (catalog: ReturnType<typeof openRest>) => Promise<unknown>, expected: object) =>
    behindProxy(
      (asked) => (isConfig(asked) ? undefined : fault),
      async ({endpoint}) => {
        await expect(work(openRest(endpoint, {...QUICK, token: 'hunter22-token'}))).rejects.toMatchObject(expected)
      },
    )
  const name = {namespace: ['sales'], name: 'orders'}

  test('are told by their type, whatever their text says', async () => {
    const load = (catalog: ReturnType<typeof openRest>) => catalog.loadTable(name)
    await about(errorModel(404, 'NoSuchTableException', 'Namespace does not exist'), load, {code: 'TABLE_NOT_FOUND'})
    await about(errorModel(404, 'NoSuchNamespaceException', 'Table does not exist'), load, {code: 'NAMESPACE_NOT_FOUND'})
    await about(errorModel(404, 'NotFoundException', 'v1.metadata.json'), load, {code: 'FILE_NOT_FOUND'})
    await about(html(404), load, {code: 'TABLE_NOT_FOUND'})
    await about(html(500), load, {code: 'CATALOG_UNAVAILABLE'})
    await about(html(200), load, {code: 'CATALOG_UNAVAILABLE'})
    await about(json({metadata: {}}), load, {code: 'CATALOG_UNAVAILABLE', message: expect.stringContaining('where the metadata of')})
    await about(json({'metadata-location': 's3://x', metadata: {}}), load, {code: 'METADATA_CORRUPT'})
  })

  test('of namespaces and of new names are of those', async () => {
    const drop = (catalog: ReturnType<typeof openRest>) => catalog.dropNamespace(['sales'])
    await about(errorModel(409, 'NamespaceNotEmptyException'), drop, {code: 'NAMESPACE_NOT_EMPTY', exit: 6})
    await about(errorModel(400, 'NamespaceNotEmptyException'), drop, {code: 'NAMESPACE_NOT_EMPTY', exit: 6})
    await about(html(409), drop, {code: 'NAMESPACE_NOT_EMPTY'})
    await about(html(404), drop, {code: 'NAMESPACE_NOT_FOUND'})
    const create = (catalog: ReturnType<typeof openRest>) => catalog.createNamespace(['sales'], {})
    await about(html(409), create, {code: 'ALREADY_EXISTS', message: expect.stringContaining('Namespace sales')})
    await about(json([]), (catalog) => catalog.createTable(name, {schema}), {code: 'CATALOG_UNAVAILABLE'})
    const rename = (type: string, status: number) =>
      behindProxy(
        ({url}) => (url.endsWith('/rename') ? errorModel(status, type) : url.includes('/namespaces/') ? json({properties: {}}) : undefined),
        async ({endpoint}) => openRest(endpoint).renameTable(name, {namespace: ['archive'], name: 'old'}),
      )
    await expect(rename('AlreadyExistsException', 409)).rejects.toMatchObject({message: expect.stringContaining('archive.old')})
    await expect(rename('NoSuchNamespaceException', 404)).rejects.toMatchObject({message: expect.stringContaining('Namespace archive')})
    await expect(rename('NoSuchTableException', 404)).rejects.toMatchObject({message: expect.stringContaining('sales.orders')})
  })

  test('say when nobody knows whether something was done', async () => {
    const unknown = {code: 'CATALOG_UNAVAILABLE', exit: 3, message: expect.stringMatching(/^It is not known whether this was done\. /)}
    await about(html(502), (catalog) => catalog.createNamespace(['sales'], {}), unknown)
    await about({resetAfter: 0}, (catalog) => catalog.dropTable(name), unknown)
    await about(html(200), (catalog) => catalog.dropNamespace(['sales']), unknown)
  })

  test('do not repeat the credentials that a server repeats', async () => {
    const fault = errorModel(403, 'ForbiddenException', 'Bearer hunter22-token is not enough')
    await about(fault, (catalog) => catalog.loadTable(name), {
      code: 'CATALOG_FORBIDDEN',
      exit: 4,
      message: expect.stringMatching(/\*\*\* is not enough$/),
    })
    const cut = errorModel(403, 'ForbiddenException', `${'x'.repeat(490)} hunter22-token`)
    await about(cut, (catalog) => catalog.loadTable(name), {message: expect.not.stringContaining('hunter')})
  })
})

test('names that no path can have are refused before anything is asked of the server, which would take another path', async () => {
  await behindProxy(
    () => undefined,
    async ({endpoint, requests}) => {
      const catalog = openRest(endpoint)
      await catalog.check()
      const before = requests.length
      for (const dots of ['.', '..']) {
        const table = {namespace: ['sales'], name: dots}
        for (const work of [
          catalog.dropTable(table),
          catalog.loadTable(table),
          catalog.createTable(table, {schema}),
          catalog.renameTable({namespace: ['sales'], name: 'orders'}, table),
        ]) {
          await expect(work).rejects.toMatchObject({code: 'INVALID_TABLE_NAME', exit: 2})
        }
        await expect(catalog.createNamespace([dots], {})).rejects.toMatchObject({code: 'INVALID_NAMESPACE', exit: 2})
        await expect(catalog.dropNamespace([dots])).rejects.toMatchObject({code: 'INVALID_NAMESPACE', exit: 2})
      }
      expect(requests.length).toBe(before)
    },
  )
})
