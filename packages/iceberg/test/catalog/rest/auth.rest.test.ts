import {describe, expect, test} from '@jest/globals'
import {Hash} from '@smithy/core/serde'
import {SignatureV4} from '@smithy/signature-v4'
import type {Asked, Fault} from '../../support/fault-proxy.js'
import {type TokenServer, tokenServer} from '../../support/token-server.js'
import {behindProxy, errorModel, json, newNamespace, newTable, openRest, server, set} from './open-rest.js'

const QUICK = {'rest.client.max-retries': '0'}
const unauthenticated = errorModel(401, 'NotAuthorizedException', 'no')

/** Lets a request through that has what `accepted` says. */
const gate =
  (accepted: () => string) =>
  (asked: Asked): Fault | undefined =>
    asked.headers.authorization === accepted() ? undefined : unauthenticated

async function withTokens<T>(answer: Parameters<typeof tokenServer>[0], work: (tokens: TokenServer) => Promise<T>): Promise<T> {
  const tokens = await tokenServer(answer)
  try {
    return await work(tokens)
  } finally {
    await tokens.close()
  }
}

const SIGNED = {'rest.auth.type': 'sigv4', 'rest.signing-region': 'eu-central-1'}
const issue = (token: string, more: object = {}) => ({access_token: token, token_type: 'bearer', expires_in: 3600, ...more})
const jwt = (exp: number) => `e30.${Buffer.from(JSON.stringify({exp})).toString('base64url')}.x`

describe('a REST catalog that wants to know who asks', () => {
  test.each([
    ['a token', {token: 'abcd'}, 'Bearer abcd'],
    [
      'a user and a password',
      {'rest.auth.type': 'basic', 'rest.auth.basic.username': 'ada', 'rest.auth.basic.password': 'söcret'},
      'Basic YWRhOnPDtmNyZXQ=',
    ],
    ['a header', {'header.Authorization': 'Custom abcd'}, 'Custom abcd'],
  ])('takes %s', async (_, properties, accepted) => {
    await behindProxy(
      gate(() => accepted),
      async ({endpoint}) => {
        await openRest(endpoint, properties).check()
        await expect(openRest(endpoint, {token: 'other'}).check()).rejects.toMatchObject({code: 'CATALOG_UNAUTHENTICATED', exit: 4})
        await expect(openRest(endpoint).check()).rejects.toMatchObject({code: 'CATALOG_UNAUTHENTICATED', exit: 4})
      },
    )
  })

  test('takes the token of a client’s credentials, asked for once by all who need it', async () => {
    await withTokens(
      () => issue('first'),
      async ({uri, asked}) => {
        await behindProxy(
          gate(() => 'Bearer first'),
          async ({endpoint}) => {
            const properties = {credential: 'ada:se:cret', 'oauth2-server-uri': uri, scope: 'lake', audience: 'a', resource: 'r'}
            const catalog = openRest(endpoint, properties)
            await Promise.all([catalog.check(), catalog.check(), catalog.check()])
          },
        )
        const client = {client_id: 'ada', client_secret: 'se:cret', scope: 'lake', audience: 'a', resource: 'r'}
        expect(asked).toEqual([{grant_type: 'client_credentials', ...client}])
      },
    )
  })

  test('takes the token of a secret alone, from the catalog’s own endpoint', async () => {
    await behindProxy(
      (asked) => {
        if (asked.url !== '/v1/oauth/tokens') return gate(() => 'Bearer own')(asked)
        const {grant_type, client_secret, client_id, scope} = Object.fromEntries(new URLSearchParams(asked.body))
        const known = grant_type === 'client_credentials' && client_secret === 'secret' && client_id === undefined && scope === 'catalog'
        return {status: known ? 200 : 400, headers: {'content-type': 'application/json'}, body: JSON.stringify(issue('own'))}
      },
      async ({endpoint}) => openRest(endpoint, {credential: 'secret'}).check(),
    )
  })

  test('is shown another token before the first expires', async () => {
    let now = 1_000_000
    let accepted = 'Bearer t1'
    await withTokens(
      (_, count) => issue(`t${count}`, {expires_in: 600}),
      async ({uri, asked}) => {
        await behindProxy(
          gate(() => accepted),
          async ({endpoint, requests}) => {
            const catalog = openRest(endpoint, {credential: 'ada:secret', 'oauth2-server-uri': uri}, {now: () => now})
            await catalog.check()
            now += 530_000
            await catalog.check()
            expect(asked).toHaveLength(1)
            now += 15_000
            accepted = 'Bearer t2'
            const before = requests.length
            await catalog.check()
            expect(asked).toHaveLength(2)
            expect(requests).toHaveLength(before + 1)
          },
        )
      },
    )
  })

  test.each([401, 419])('is shown another token once when it answers %i, and a commit is sent once more', async (status) => {
    const {name} = await newTable()
    let accepted = 'Bearer t1'
    await withTokens(
      (_, count) => issue(`t${count}`),
      async ({uri, asked}) => {
        const check = (request: Asked) =>
          request.headers.authorization === accepted ? undefined : errorModel(status, 'NotAuthorizedException')
        await behindProxy(check, async ({endpoint}) => {
          const catalog = openRest(endpoint, {...QUICK, credential: 'ada:secret', 'oauth2-server-uri': uri})
          await catalog.loadTable(name)
          accepted = 'Bearer t2'
          expect((await catalog.commitTable(name, [], [set('a', '1')])).metadata.properties).toMatchObject({a: '1'})
          accepted = 'Bearer none'
          await expect(catalog.loadTable(name)).rejects.toMatchObject({code: 'CATALOG_UNAUTHENTICATED'})
          expect(asked).toHaveLength(3)
        })
      },
    )
  })

  test('is shown what a refresh token brings, and what an exchange does', async () => {
    let now = 1_000_000_000
    await withTokens(
      (_, count) => issue(`t${count}`, {refresh_token: `r${count}`}),
      async ({uri, asked}) => {
        await behindProxy(
          () => undefined,
          async ({endpoint, requests}) => {
            const given = jwt(now / 1000 + 100)
            const catalog = openRest(endpoint, {token: given, 'oauth2-server-uri': uri}, {now: () => now})
            await catalog.check()
            expect(asked).toEqual([])
            now += 95_000
            await catalog.check()
            now += 3_600_000
            await catalog.check()
            const type = 'urn:ietf:params:oauth:token-type:access_token'
            const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
            expect(asked).toEqual([
              {grant_type: exchange, scope: 'catalog', subject_token: given, subject_token_type: type},
              {grant_type: 'refresh_token', scope: 'catalog', refresh_token: 'r1'},
            ])
            expect(requests.at(-1)?.headers.authorization).toBe('Bearer t2')
          },
        )
      },
    )
  })

  test.each([
    [
      'says why',
      {status: 401, error: 'invalid_client', error_description: 'secret hunter22 is wrong'},
      'CATALOG_UNAUTHENTICATED',
      /invalid_client/,
    ],
    ['fails', {status: 500}, 'CATALOG_UNAVAILABLE', /status 500/],
    ['has no token', {nothing: 'hunter22'}, 'CATALOG_UNAUTHENTICATED', /access_token/],
  ])('gets no token when the endpoint %s', async (_, answer, code, message) => {
    await withTokens(
      () => answer,
      async ({uri}) => {
        await behindProxy(
          () => undefined,
          async ({endpoint, requests}) => {
            const failure = await openRest(endpoint, {...QUICK, credential: 'ada:hunter22', 'oauth2-server-uri': uri})
              .check()
              .catch((error: unknown) => error)
            expect(failure).toMatchObject({code, message: expect.stringMatching(message)})
            expect((failure as Error).message).not.toContain('hunter22')
            expect(requests).toEqual([])
          },
        )
      },
    )
  })

  test('does not get a token from an endpoint that is not there', async () => {
    const uri = await withTokens(
      () => ({}),
      async (tokens) => tokens.uri,
    )
    await behindProxy(
      () => undefined,
      async ({endpoint}) => {
        const check = openRest(endpoint, {...QUICK, credential: 'ada:secret', 'oauth2-server-uri': uri}).check()
        await expect(check).rejects.toMatchObject({code: 'CATALOG_UNAVAILABLE', exit: 3})
      },
    )
  })

  test('is shown the token that it gave for a table, until it takes it no more', async () => {
    const {name} = await newTable()
    const path = `/v1/namespaces/${name.namespace[0]}/tables/orders`
    const answer = (await (await fetch(`${server()}${path}`)).json()) as object
    let isOver = false
    await behindProxy(
      ({method, url, headers}) => {
        const shown = headers.authorization
        if (!url.startsWith(path)) return shown === 'Bearer catalog' ? undefined : unauthenticated
        if (method === 'GET' && shown === 'Bearer catalog') return json({...answer, config: {token: 'for-the-table'}})
        return shown === (isOver ? 'Bearer catalog' : 'Bearer for-the-table') ? undefined : unauthenticated
      },
      async ({endpoint, requests}) => {
        const catalog = openRest(endpoint, {...QUICK, token: 'catalog'})
        const shown = () => requests.at(-1)?.headers.authorization
        await catalog.loadTable(name)
        expect((await catalog.commitTable(name, [], [set('a', '1')])).metadata.properties).toMatchObject({a: '1'})
        expect(shown()).toBe('Bearer for-the-table')
        await catalog.check()
        isOver = true
        expect((await catalog.commitTable(name, [], [set('a', '2')])).metadata.properties).toMatchObject({a: '2'})
        expect(shown()).toBe('Bearer catalog')
      },
    )
  })

  test('takes AWS signatures over the very path, query and body', async () => {
    const credentials = {accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session'}
    const signer = new SignatureV4({region: 'eu-central-1', service: 's3tables', sha256: Hash.bind(null, 'sha256'), credentials})
    const wrong: string[] = []
    const properties = {
      'rest.sigv4-enabled': 'true',
      'rest.signing-region': 'eu-central-1',
      'rest.signing-name': 's3tables',
      'rest.access-key-id': 'AKID',
      'rest.secret-access-key': 'secret',
      'rest.session-token': 'session',
    }
    const signed: {readonly asked: Asked; readonly at: URL}[] = []
    await behindProxy(
      (asked) => {
        signed.push({asked, at: new URL(asked.url, `http://${asked.headers.host}`)})
        return undefined
      },
      async ({endpoint}) => {
        const catalog = openRest(endpoint, properties)
        const namespace = newNamespace()
        await catalog.createNamespace([namespace, 'a b'], {owner: 'ada'})
        await catalog.loadNamespace([namespace, 'a b'])
      },
    )
    for (const {asked, at} of signed) {
      const {authorization = '', 'x-amz-date': date = ''} = asked.headers as Record<string, string>
      const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? []
      const headers = Object.fromEntries(names.map((name) => [name, String(asked.headers[name])]))
      const request = {
        method: asked.method,
        protocol: 'http:',
        hostname: at.hostname,
        path: at.pathname,
        query: Object.fromEntries(at.searchParams),
        headers,
      }
      const signingDate = new Date(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
      const again = await signer.sign(asked.body === '' ? request : {...request, body: asked.body}, {signingDate})
      if (again.headers['authorization'] !== authorization) wrong.push(asked.url)
      expect(asked.headers['x-amz-security-token']).toBe('session')
    }
    expect(signed.length).toBe(3)
    expect(wrong).toEqual([])
  })

  test('signs with no session of other keys', async () => {
    await behindProxy(
      () => undefined,
      async ({endpoint, requests}) => {
        const own = {'rest.access-key-id': 'AKID', 'rest.secret-access-key': 'secret'}
        const others = {'client.access-key-id': 'OTHER', 'client.secret-access-key': 'other', 'client.session-token': 'session'}
        await openRest(endpoint, {...SIGNED, ...own, ...others}).check()
        for (const {headers} of requests) {
          expect(headers.authorization).toContain('Credential=AKID/')
          expect(headers).not.toHaveProperty('x-amz-security-token')
        }
        expect(requests.length).toBeGreaterThan(0)
      },
    )
  })

  test.each([
    [{'rest.auth.type': 'kerberos'}, /kerberos/],
    [{'rest.auth.type': 'basic'}, /rest\.auth\.basic\.username/],
    [{'rest.auth.type': 'oauth2'}, /neither a credential nor a token/],
    [{'rest.auth.type': 'sigv4'}, /no region/],
    [{...SIGNED, 'rest.access-key-id': 'AKID'}, /rest\.secret-access-key is not set/],
    [{...SIGNED, 'client.secret-access-key': 'sesame99'}, /client\.access-key-id is not set/],
    [{...SIGNED, 'client.session-token': 'sesame99'}, /client\.access-key-id and client\.secret-access-key is not set/],
    [{...SIGNED, 'rest.access-key-id': 'AKID', 'client.secret-access-key': 'sesame99'}, /rest\.secret-access-key is not set/],
    [{'ssl.client.cert': '/x.pem'}, /go together/],
    [{'rest.client.max-retries': 'many'}, /whole number/],
    [{credential: 'a:b', 'oauth2-server-uri': 'https://'}, /oauth2-server-uri/],
  ])('is not opened with %j', (properties, message) => {
    expect(() => openRest('http://127.0.0.1:1', properties)).toThrow(
      expect.objectContaining({code: 'INVALID_PROPERTY', message: expect.stringMatching(message)}),
    )
  })

  test.each(['catalog.example', 'ftp://catalog.example', 'https://ada:hunter22@catalog.example', 'https://catalog.example?token=hunter22'])(
    'is not opened at %s',
    (uri) => {
      const message = expect.not.stringContaining('hunter22')
      expect(() => openRest(uri)).toThrow(expect.objectContaining({code: 'INVALID_PROPERTY', message}))
    },
  )
})
