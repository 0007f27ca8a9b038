import {describe, expect, test} from '@jest/globals'
import {changeProperties, icebergTable} from '@phlo/iceberg'
import type {Asked, Fault} from '../../support/fault-proxy.js'
import {testContext} from '../../support/lake.js'
import {behindProxy, errorModel, json, newTable, openRest, schema, set} from './open-rest.js'

const QUICK = {'rest.client.max-retries': '0'}
const isCommit = ({method, url}: Asked) => method === 'POST' && /\/tables\/[^/]+$/.test(url)
const never = new Promise<void>(() => {})

/** What becomes of an answer whose commit the server has made. */
const LOST: readonly (readonly [string, Fault, Readonly<Record<string, string>>])[] = [
  ['the connection is cut', {resetAfter: 0}, {}],
  ['the answer is cut short', {resetAfter: 100}, {}],
  ['nothing is answered in time', {when: never}, {'rest.client.socket-timeout-ms': '1500', 'rest.client.max-retries': '5'}],
]

/** What a server or what stands before it says without telling whether it committed. */
const UNTOLD: readonly (readonly [string, Fault])[] = [
  ['500', errorModel(500, 'InternalServerError')],
  ['502', {status: 502, headers: {'content-type': 'text/html'}, body: '<html>bad gateway</html>'}],
  ['503', errorModel(503, 'SlowDownException')],
  ['504', {status: 504}],
  ['599', {status: 599}],
  ['a page for people', {status: 200, headers: {'content-type': 'text/html'}, body: '<html>hello</html>'}],
  ['JSON that is no table', json({})],
]

const KEYED = {defaults: {}, overrides: {}, 'idempotency-key-lifetime': 'PT30M'}
const assertSchema = (id: number) => ({type: 'assert-current-schema-id' as const, 'current-schema-id': id})
const wider = {...schema, fields: [...schema.fields, {id: 2, name: 'more', required: false, type: 'string' as const}]}
const evolve = [
  {action: 'add-schema' as const, schema: wider},
  {action: 'set-current-schema' as const, 'schema-id': -1},
]

describe('a commit over REST', () => {
  test.each(LOST)('is not known to be made when %s, and is found by whoever looks', async (_, fault, properties) => {
    const {catalog, name} = await newTable()
    await behindProxy(
      (asked) => (isCommit(asked) ? fault : undefined),
      async ({endpoint}) => {
        const cut = openRest(endpoint, {...QUICK, ...properties})
        await expect(cut.commitTable(name, [], [set('a', '1')])).rejects.toMatchObject({code: 'COMMIT_STATE_UNKNOWN', exit: 3})
        expect((await catalog.loadTable(name)).metadata.properties).toMatchObject({a: '1'})
        const changed = await changeProperties(
          icebergTable(cut, name, await cut.loadTable(name)),
          {set: {b: '2'}, remove: []},
          testContext(),
        )
        expect(changed.properties).toMatchObject({a: '1', b: '2'})
      },
    )
  })

  test.each(UNTOLD)('is not known to be made after %s', async (_, fault) => {
    const {name} = await newTable()
    await behindProxy(
      (asked) => (isCommit(asked) ? fault : undefined),
      async ({endpoint}) => {
        const commit = openRest(endpoint, QUICK).commitTable(name, [], [set('a', '1')])
        await expect(commit).rejects.toMatchObject({code: 'COMMIT_STATE_UNKNOWN', exit: 3})
      },
    )
  })

  test.each([
    [400, 'BadRequestException', 'REFUSED_BY_CATALOG', 2],
    [401, 'NotAuthorizedException', 'CATALOG_UNAUTHENTICATED', 4],
    [403, 'ForbiddenException', 'CATALOG_FORBIDDEN', 4],
    [404, 'NoSuchTableException', 'TABLE_NOT_FOUND', 3],
    [406, 'UnsupportedOperationException', 'NOT_SUPPORTED_BY_CATALOG', 6],
    [409, 'CommitFailedException', 'COMMIT_CONFLICT', 5],
    [419, 'AuthenticationTimeoutException', 'CATALOG_UNAUTHENTICATED', 4],
    [501, 'UnsupportedOperationException', 'NOT_SUPPORTED_BY_CATALOG', 6],
  ])('was certainly not made after %i (%s)', async (status, type, code, exit) => {
    const {name} = await newTable()
    await behindProxy(
      (asked) => (isCommit(asked) ? errorModel(status, type) : undefined),
      async ({endpoint}) => {
        await expect(openRest(endpoint, QUICK).commitTable(name, [], [set('a', '1')])).rejects.toMatchObject({code, exit})
      },
    )
  })

  test('was certainly not made when nobody listens', async () => {
    const {name} = await newTable()
    const gone = await behindProxy(
      () => undefined,
      async ({endpoint}) => {
        const catalog = openRest(endpoint, QUICK)
        await catalog.loadTable(name)
        return catalog
      },
    )
    await expect(gone.loadTable(name)).rejects.toMatchObject({code: 'CATALOG_UNAVAILABLE', exit: 3})
    await expect(gone.commitTable(name, [], [set('a', '1')])).rejects.toMatchObject({code: 'CATALOG_UNAVAILABLE', exit: 3})
  })

  test('is sent again when the server has too much to do, and else only once', async () => {
    const {name} = await newTable()
    let asked = 0
    await behindProxy(
      (request) => {
        if (!isCommit(request)) return undefined
        asked++
        return asked <= 2 ? {...errorModel(429, 'TooManyRequestsException'), headers: {'retry-after': '0'}} : undefined
      },
      async ({endpoint}) => {
        expect((await openRest(endpoint).commitTable(name, [], [set('a', '1')])).metadata.properties).toMatchObject({a: '1'})
        expect(asked).toBe(3)
      },
    )
    await behindProxy(
      (request) => (isCommit(request) ? {status: 503} : undefined),
      async ({endpoint, requests}) => {
        await expect(openRest(endpoint).commitTable(name, [], [])).rejects.toMatchObject({code: 'COMMIT_STATE_UNKNOWN'})
        expect(requests.filter(isCommit)).toHaveLength(1)
      },
    )
  })

  test('of a server that knows keys is sent again under its key, and is made once', async () => {
    const {name} = await newTable()
    const keys: unknown[] = []
    const lostOnce = (asked: Asked): Fault | undefined => {
      if (asked.url.startsWith('/v1/config')) return json(KEYED)
      return isCommit(asked) && keys.push(asked.headers['idempotency-key']) === 1 ? {resetAfter: 0} : undefined
    }
    await behindProxy(lostOnce, async ({endpoint}) => {
      // Made twice, it would be in conflict with itself.
      const {metadata} = await openRest(endpoint).commitTable(name, [assertSchema(0)], evolve)
      expect(metadata).toMatchObject({'current-schema-id': 1, 'metadata-log': [expect.anything()]})
      expect(keys).toEqual([keys[0], keys[0]])
      expect(keys[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    })
  })

  test.each([409, 404, 400])('that may have been made is not known to be when its repetition is answered with %i', async (status) => {
    const {name} = await newTable()
    let attempts = 0
    const lostOnce = (asked: Asked): Fault | undefined => {
      if (asked.url.startsWith('/v1/config')) return json(KEYED)
      if (!isCommit(asked)) return undefined
      return ++attempts === 1 ? {resetAfter: 0} : errorModel(status, 'SomeException')
    }
    await behindProxy(lostOnce, async ({endpoint}) => {
      const commit = openRest(endpoint).commitTable(name, [assertSchema(0)], evolve)
      await expect(commit).rejects.toMatchObject({code: 'COMMIT_STATE_UNKNOWN', exit: 3})
      expect(attempts).toBe(2)
    })
  })

  test('that was sent is not given up when it is interrupted', async () => {
    const {name} = await newTable()
    const interruption = new AbortController()
    await behindProxy(
      (asked) => {
        if (isCommit(asked)) interruption.abort()
        return undefined
      },
      async ({endpoint}) => {
        const catalog = openRest(endpoint, {}, {signal: interruption.signal})
        expect((await catalog.commitTable(name, [], [set('a', '1')])).metadata.properties).toMatchObject({a: '1'})
        await expect(catalog.commitTable(name, [], [set('a', '2')])).rejects.toMatchObject({name: 'AbortError'})
        await expect(catalog.loadTable(name)).rejects.toMatchObject({name: 'AbortError'})
      },
    )
  })

  test('whose requirement does not hold is a conflict, and one of an unknown table is none', async () => {
    const {catalog, name} = await newTable()
    await expect(catalog.commitTable(name, [assertSchema(9)], [set('a', '1')])).rejects.toMatchObject({code: 'COMMIT_CONFLICT', exit: 5})
    expect((await catalog.loadTable(name)).metadata.properties).not.toHaveProperty('a')
    await expect(catalog.commitTable({...name, name: 'none'}, [], [])).rejects.toMatchObject({code: 'TABLE_NOT_FOUND'})
    const mend = [{action: 'mend-metadata-log' as const, 'missing-files': []}]
    await expect(catalog.commitTable(name, [], mend)).rejects.toMatchObject({code: 'NOT_SUPPORTED_BY_CATALOG', exit: 6})
  })
})
