import {describe, expect, test} from '@jest/globals'
import {expireSnapshots, icebergTable} from '@phlo/iceberg'
import type {Asked} from '../../support/fault-proxy.js'
import {behindProxy, json, newTable, openRest, server} from './open-rest.js'

const isConfig = ({url}: Asked) => url.startsWith('/v1/config')
const configured = (config: unknown) => (asked: Asked) => (isConfig(asked) ? json(config) : undefined)

describe('a server of the field', () => {
  test('may have another address for everything but its configuration', async () => {
    await behindProxy(configured({defaults: {}, overrides: {uri: `${server()}/`}}), async ({endpoint, requests}) => {
      await openRest(endpoint).check()
      expect(requests.map(({url}) => url)).toEqual(['/v1/config'])
    })
  })

  test('may take properties away with nulls, and say nothing with an empty list of endpoints', async () => {
    const answer = (asked: Asked) =>
      isConfig(asked) ? json({defaults: {scope: null}, overrides: {prefix: null}, endpoints: []}) : json({namespaces: []})
    await behindProxy(answer, async ({endpoint, requests}) => {
      const catalog = openRest(endpoint, {prefix: 'taken-away'})
      await catalog.check()
      expect(requests.at(-1)?.url).toBe('/v1/namespaces?pageToken=')
      expect(catalog.readOnly).toBeUndefined()
    })
  })

  test('that does not take commits is read only', async () => {
    const endpoints = ['GET /v1/{prefix}/namespaces', 'GET /v1/{prefix}/namespaces/{namespace}/tables/{table}']
    await behindProxy(configured({defaults: {}, overrides: {}, endpoints}), async ({endpoint}) => {
      const catalog = openRest(endpoint)
      await catalog.check()
      expect(catalog.readOnly?.()).toMatchObject({code: 'READ_ONLY_CATALOG', exit: 6})
    })
  })

  test('that has branches keeps the files of its tables, whatever their properties say', async () => {
    const {name} = await newTable()
    await behindProxy(configured({defaults: {}, overrides: {'nessie.is-nessie-catalog': 'true'}}), async ({endpoint}) => {
      const catalog = openRest(endpoint)
      const table = icebergTable(catalog, name, await catalog.loadTable(name))
      await expect(expireSnapshots.plan(table, {olderThan: 0}, {} as never)).rejects.toMatchObject({code: 'GC_DISABLED', exit: 6})
    })
  })

  test('is asked to remove snapshots one by one, since older ones take no more at once', async () => {
    const {name} = await newTable()
    const isCommit = ({method, url}: Asked) => method === 'POST' && url.endsWith(`/tables/${name.name}`)
    await behindProxy(
      (asked) => (isCommit(asked) ? json({error: {message: 'no', type: 'BadRequestException', code: 400}}, 400) : undefined),
      async ({endpoint, requests}) => {
        const update = {action: 'remove-snapshots' as const, 'snapshot-ids': [1n, 2n ** 62n]}
        await expect(openRest(endpoint).commitTable(name, [], [update])).rejects.toMatchObject({code: 'REFUSED_BY_CATALOG'})
        expect(requests.at(-1)?.body).toContain(
          '"updates":[{"action":"remove-snapshots","snapshot-ids":[1]},{"action":"remove-snapshots","snapshot-ids":[4611686018427387904]}]',
        )
      },
    )
  })

  test('may have a gateway before it, whose words are shown too', async () => {
    await behindProxy(
      () => json({message: 'the account is suspended'}, 403),
      async ({endpoint}) => {
        await expect(openRest(endpoint).check()).rejects.toMatchObject({
          code: 'CATALOG_FORBIDDEN',
          message: expect.stringContaining('suspended'),
        })
      },
    )
  })

  test('that hands out no keys but signatures is refused, and no other keys are tried', async () => {
    const {name} = await newTable()
    const {metadata, metadataLocation} = await openRest(server()).loadTable(name)
    const config = {'s3.remote-signing-enabled': 'true'}
    const bytes = JSON.stringify(metadata, (_, value) => (typeof value === 'bigint' ? Number(value) : value))
    const answer = (asked: Asked) =>
      asked.url.includes('/tables/') ? json({'metadata-location': metadataLocation, metadata: JSON.parse(bytes), config}) : undefined
    await behindProxy(answer, async ({endpoint}) => {
      await expect(openRest(endpoint).loadTable(name)).rejects.toMatchObject({code: 'NOT_SUPPORTED_BY_CATALOG'})
    })
  })
})
