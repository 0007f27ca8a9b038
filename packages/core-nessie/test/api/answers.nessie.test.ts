import {describe, expect, test} from '@jest/globals'
import type {Asked, Fault} from '../../../iceberg/test/support/fault-proxy.js'
import {all, behindProxy, emptyLake, isCommit, json, nessieFailure, newName, openLake, server} from '../support/nessie.js'

const isReferences = ({method, url}: Asked) => method === 'GET' && /\/trees(?:\?|$)/.test(url)
const html: Fault = {status: 200, headers: {'content-type': 'text/html'}, body: '<html>hello</html>'}

describe('the address of a server', () => {
  test('of API v1, or without /api/v2, is refused with the right one', async () => {
    const {origin} = new URL(server())
    for (const uri of [`${origin}/api/v1`, `${origin}/api`, origin, `${origin}/`, `${origin}/iceberg`, `${origin}/iceberg/main`]) {
      await expect(openLake(undefined, {uri})).rejects.toMatchObject({
        code: 'CATALOG_UNAVAILABLE',
        exit: 3,
        suggestions: [`phlo config set catalogs.lake.uri ${origin}/api/v2`],
      })
    }
  })

  test.each([
    ['a page for people', html],
    ['a redirect', {status: 302, headers: {location: 'https://login.example/?token=secret99'}}],
    ['JSON that is no Nessie', json({defaults: {}, overrides: {}})],
    ['404 without a word', {status: 404}],
    ['an API before v2', json({defaultBranch: 'main', maxSupportedApiVersion: 1})],
  ] as const)('that answers with %s is no Nessie', async (_, fault) => {
    await behindProxy(
      () => fault,
      async ({uri}) => {
        const opened = openLake(undefined, {uri})
        await expect(opened).rejects.toMatchObject({code: 'CATALOG_UNAVAILABLE', exit: 3})
        await expect(opened).rejects.not.toMatchObject({message: expect.stringContaining('secret99')})
      },
    )
  })
})

describe('a server that fails', () => {
  test.each([
    [401, 'UNKNOWN', 'CATALOG_UNAUTHENTICATED', 4],
    [403, 'FORBIDDEN', 'CATALOG_FORBIDDEN', 4],
    [404, 'REFERENCE_NOT_FOUND', 'REF_NOT_FOUND', 2],
    [400, 'BAD_REQUEST', 'REFUSED_BY_CATALOG', 2],
    [409, 'REFERENCE_CONFLICT', 'REFERENCE_CONFLICT', 5],
    [500, 'UNKNOWN', 'CATALOG_UNAVAILABLE', 3],
    [503, 'SERVICE_UNAVAILABLE', 'CATALOG_UNAVAILABLE', 3],
  ])('with %i (%s) is told by its code, and not by its text', async (status, errorCode, code, exit) => {
    await behindProxy(
      (asked) => (isReferences(asked) ? nessieFailure(status, errorCode, 'conflict: not found, forbidden') : undefined),
      async ({uri}) => {
        const {nessie} = await openLake(undefined, {uri, properties: {'rest.client.max-retries': '0'}})
        await expect(all(nessie.references())).rejects.toMatchObject({code, exit})
      },
    )
  })

  test('is asked again when it is busy, no sooner than it says, and by no more than it is told', async () => {
    let asked = 0
    await behindProxy(
      (request) => (isReferences(request) && ++asked <= 2 ? {status: 503, headers: {'retry-after': '0'}} : undefined),
      async ({uri}) => {
        const {nessie} = await openLake(undefined, {uri})
        expect(await all(nessie.references())).not.toHaveLength(0)
        expect(asked).toBe(3)
      },
    )
  })

  test('after a commit is not asked for it again', async () => {
    const {branch} = await emptyLake()
    await behindProxy(
      (asked) => (isCommit(asked) ? {status: 503} : undefined),
      async ({uri, requests}) => {
        const lake = await openLake(branch, {uri})
        await expect(lake.createNamespace(['shop'], {})).rejects.toMatchObject({code: 'COMMIT_STATE_UNKNOWN', exit: 3})
        expect(requests.filter(isCommit)).toHaveLength(1)
      },
    )
  })

  test('shows no credential that it repeats', async () => {
    await behindProxy(
      ({headers}) => nessieFailure(403, 'FORBIDDEN', `${headers.authorization} may not`),
      async ({uri}) => {
        const opened = openLake(undefined, {uri, properties: {token: 'hunter22'}})
        await expect(opened).rejects.toMatchObject({code: 'CATALOG_FORBIDDEN', message: expect.not.stringContaining('hunter22')})
      },
    )
  })

  test('and a credential without a place for tokens is refused before anything is asked', async () => {
    const opened = openLake(undefined, {properties: {credential: 'id:hunter22'}})
    await expect(opened).rejects.toMatchObject({code: 'INVALID_PROPERTY', exit: 2, message: expect.not.stringContaining('hunter22')})
  })
})

describe('a listing in pages', () => {
  const page = (names: readonly string[], token?: string) =>
    json({references: names.map((name) => ({type: 'BRANCH', name, hash: 'aa'})), hasMore: token !== undefined, ...(token && {token})})

  test('goes on after an empty page, with the token that it was given', async () => {
    const pages = new Map([
      [null, page(['a'], 'p 1')],
      ['p 1', page([], 'p2')],
      ['p2', page(['b', 'c'])],
    ])
    await behindProxy(
      (asked) => (isReferences(asked) ? pages.get(new URL(asked.url, 'http://x').searchParams.get('page-token')) : undefined),
      async ({uri}) => {
        const {nessie} = await openLake(undefined, {uri})
        expect((await all(nessie.references())).map(({name}) => name)).toEqual(['a', 'b', 'c'])
      },
    )
  })

  test.each([
    ['comes again', page(['a'], 'again')],
    ['has another and does not say which', json({references: [], hasMore: true})],
    ['has no list', json({hasMore: false})],
  ] as const)('ends when a page %s', async (_, fault) => {
    await behindProxy(
      (asked) => (isReferences(asked) ? fault : undefined),
      async ({uri}) => {
        const {nessie} = await openLake(undefined, {uri})
        await expect(all(nessie.references())).rejects.toMatchObject({code: 'CATALOG_UNAVAILABLE', exit: 3})
      },
    )
  })

  test('of a log is as long as it is, whatever the size of a page', async () => {
    const lake = await emptyLake()
    for (const name of ['a', 'b', 'c', 'd', 'e']) await lake.createNamespace([name], {})
    const log = await all(lake.nessie.log(lake.nessie.ref(lake.branch), {pageSize: 2}))
    expect(log.map(({operations}) => operations[0]?.key[0])).toEqual(['e', 'd', 'c', 'b', 'a'])
    expect(log[1]?.hash).toBe(log[0]?.parentHash)
  })
})

describe('an interruption', () => {
  test('ends what only asks, and not a commit that was sent', async () => {
    const {branch} = await emptyLake()
    const interruption = new AbortController()
    await behindProxy(
      (asked) => {
        if (isCommit(asked)) interruption.abort()
        return undefined
      },
      async ({uri}) => {
        const lake = await openLake(branch, {uri, signal: interruption.signal})
        await lake.createNamespace(['shop'], {})
        await expect(lake.getNamespaceProperties(['shop'])).rejects.toMatchObject({name: 'AbortError'})
        expect(await (await openLake(branch)).getNamespaceProperties(['shop'])).toEqual({})
      },
    )
  })
})

describe('references', () => {
  test('are made, moved and deleted, only from where they are', async () => {
    const {nessie, branch, createNamespace} = await emptyLake()
    const [start, tag] = [await nessie.reference(branch), newName('t')]
    await nessie.createReference('TAG', tag, start)
    await expect(nessie.createReference('TAG', tag, start)).rejects.toMatchObject({code: 'ALREADY_EXISTS', exit: 5})
    await createNamespace(['shop'], {})
    const head = await nessie.reference(branch)
    await expect(nessie.deleteReference(start)).rejects.toMatchObject({code: 'REFERENCE_CONFLICT', exit: 5})
    expect(await nessie.assignReference({type: 'TAG', name: tag, hash: start.hash}, head)).toMatchObject({hash: head.hash})
    expect(await nessie.reference(tag)).toMatchObject({type: 'TAG', hash: head.hash})
    await nessie.deleteReference(head)
    await expect(nessie.reference(branch)).rejects.toMatchObject({code: 'REF_NOT_FOUND', exit: 2})
  })

  test('whose making was not answered are found by whoever looks', async () => {
    const {nessie} = await openLake(undefined)
    const [name, main] = [newName(), await nessie.reference('-')]
    await behindProxy(
      ({method}) => (method === 'POST' || method === 'DELETE' ? {resetAfter: 0} : undefined),
      async ({uri}) => {
        const cut = (await openLake(undefined, {uri})).nessie
        expect(await cut.createReference('BRANCH', name, main)).toMatchObject({name, hash: main.hash})
        await cut.deleteReference({type: 'BRANCH', name, hash: main.hash})
      },
    )
    await expect(nessie.reference(name)).rejects.toMatchObject({code: 'REF_NOT_FOUND'})
  })

  test('are resolved whatever way they are named', async () => {
    const lake = await emptyLake()
    const {nessie, branch} = lake
    for (const name of ['a', 'b', 'c']) await lake.createNamespace([name], {})
    const [third, second, first] = await all(nessie.log(nessie.ref(branch)))
    const hashOf = async (text: string) => (await nessie.resolve(nessie.ref(text))).hash
    expect(await hashOf(branch)).toBe(third?.hash)
    expect(await hashOf(`${branch}~1`)).toBe(second?.hash)
    expect(await hashOf(`${branch}@${second?.hash}~1`)).toBe(first?.hash)
    expect(await hashOf(`${first?.hash}`)).toBe(first?.hash)
    expect(await hashOf(`${branch}*${Date.parse(third?.meta.commitTime ?? '') + 1}`)).toBe(third?.hash)
  })
})
