import {describe, expect, test} from '@jest/globals'
import {type FileIO, unavailable} from '@phlo/core'
import {icebergLakehouse, localFileIO, vacuum} from '@phlo/iceberg'
import {testContext} from '../../support/lake.js'
import {behindProxy, json, newTable, openRest, server} from './open-rest.js'

const CREDENTIALS = 'GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials'
const MINUTE = 60_000

/** What a server answers to loadTable: the table as it is, with what is said of its storage. */
async function tableWith(storage: (location: string) => object) {
  const {name} = await newTable()
  const path = `/v1/namespaces/${name.namespace[0]}/tables/orders`
  const body = (await (await fetch(`${server()}${path}`)).json()) as {readonly metadata: {readonly location: string}}
  return {name, path, answer: () => json({...body, ...storage(body.metadata.location)})}
}

/** A FileIO that knows what it was opened with. */
function recorder() {
  const opened: Readonly<Record<string, string>>[] = []
  const used: (string | undefined)[] = []
  let closed = 0
  const openIO = async (_: string, properties: Readonly<Record<string, string>>): Promise<FileIO> => {
    opened.push(properties)
    const io = localFileIO()
    const stat = async (path: string) => {
      used.push(properties['s3.session-token'])
      return io.stat(path)
    }
    return {...io, stat, close: async () => void closed++}
  }
  return {opened, used, openIO, closed: () => closed}
}

describe('the storage of a table', () => {
  test('is reached by what the server says, over what the catalog has: of several credentials those nearest to the table', async () => {
    const {name, answer} = await tableWith((location) => ({
      config: {'s3.endpoint': 'https://s3.example', 's3.region': 'theirs'},
      'storage-credentials': [
        {prefix: location.slice(0, 10), config: {'s3.access-key-id': 'wide'}},
        {prefix: `${location}/`, config: {'s3.access-key-id': 'near'}},
        {prefix: `${location}/elsewhere`, config: {'s3.access-key-id': 'other'}},
      ],
    }))
    const {opened, openIO} = recorder()
    await behindProxy(
      ({url}) => (url.startsWith('/v1/config') ? undefined : answer()),
      async ({endpoint}) => {
        await openRest(endpoint, {'s3.region': 'ours', 's3.path-style-access': 'true'}, {openIO}).loadTable(name)
        expect(opened).toHaveLength(1)
        expect(opened[0]).toMatchObject({
          's3.endpoint': 'https://s3.example',
          's3.region': 'theirs',
          's3.path-style-access': 'true',
          's3.access-key-id': 'near',
        })
      },
    )
  })

  test.each([
    ['the endpoint for credentials', [CREDENTIALS, 'GET /v1/{prefix}/namespaces/{namespace}/tables/{table}'], /\/credentials$/],
    ['the table, where there is no such endpoint', ['GET /v1/{prefix}/namespaces/{namespace}/tables/{table}'], /\?snapshots=refs$/],
  ])('is reached with other credentials before the first end, from %s', async (_, endpoints, asks) => {
    let now = 1_000_000_000
    let issued = 0
    let isDown = false
    const credentials = (prefix: string) => ({
      'storage-credentials': [
        {prefix, config: {'s3.session-token': `s${++issued}`, 's3.session-token-expires-at-ms': String(now + 15 * MINUTE)}},
      ],
    })
    const {name, answer} = await tableWith(credentials)
    const {used, openIO, closed} = recorder()
    await behindProxy(
      ({url}) => {
        if (url.startsWith('/v1/config')) return json({defaults: {}, overrides: {}, endpoints})
        if (isDown) return {status: 403}
        return url.endsWith('/credentials') ? json(credentials('')) : answer()
      },
      async ({endpoint, requests}) => {
        const {io} = await openRest(endpoint, {}, {openIO, now: () => now}).loadTable(name)
        const use = () => io.stat('/none')
        await use()
        now += 9 * MINUTE
        await use()
        expect(used).toEqual(['s1', 's1'])
        now += 2 * MINUTE
        await Promise.all([use(), use()])
        expect(used.slice(2)).toEqual(['s2', 's2'])
        expect(requests.at(-1)?.url).toMatch(asks)

        isDown = true
        now += 11 * MINUTE
        await use()
        expect(used.at(-1)).toBe('s2')
        now += 5 * MINUTE
        await expect(use()).rejects.toMatchObject({code: 'CATALOG_FORBIDDEN'})
        await io.close()
        expect(closed()).toBe(2)
      },
    )
  })

  test('is not asked for by whoever only looks where other tables lie', async () => {
    const {name} = await newTable()
    await newTable()
    await behindProxy(
      () => undefined,
      async ({endpoint, requests}) => {
        const lake = icebergLakehouse(openRest(endpoint))
        await vacuum.plan(await lake.getTable(name), {}, testContext())
        const tables = requests.filter(({url}) => /\/tables\/\w+\?/.test(url))
        const delegated = tables.filter(({headers}) => headers['x-iceberg-access-delegation'] !== undefined)
        expect(new Set(delegated.map(({url}) => url.split('/')[3]))).toEqual(new Set(name.namespace))
        expect(tables.length).toBeGreaterThan(delegated.length)
        expect(tables.filter((one) => !delegated.includes(one)).every(({url}) => url.endsWith('?snapshots=all'))).toBe(true)
      },
    )
  })

  test('that cannot be opened after a commit leaves the commit unknown, not failed', async () => {
    const {name} = await newTable()
    const openIO = async () => {
      throw unavailable('STORAGE_UNAVAILABLE', 'no storage')
    }
    const commit = openRest(server(), {}, {openIO}).commitTable(name, [], [])
    await expect(commit).rejects.toMatchObject({code: 'COMMIT_STATE_UNKNOWN', message: expect.stringContaining('no storage')})
  })
})
