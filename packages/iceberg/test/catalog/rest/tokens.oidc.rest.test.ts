import {createPublicKey, type JsonWebKey, verify} from 'node:crypto'
import {expect, test} from '@jest/globals'
import type {Asked} from '../../support/fault-proxy.js'
import {required} from '../../support/required.js'
import {behindProxy, errorModel, newTable, openRest, set} from './open-rest.js'

const issuer = required('PHLO_TEST_OIDC_ISSUER')
const client = {credential: 'svc:svc-secret', 'oauth2-server-uri': `${issuer}/token`, 'rest.client.max-retries': '0'}

/** Lets in who has a token that the provider signed for this catalog and that has not ended. */
async function doorkeeper() {
  const {keys} = (await (await fetch(`${issuer}/jwks`)).json()) as {readonly keys: readonly (JsonWebKey & {readonly kid: string})[]}
  return ({headers}: Asked) => {
    const [head = '', payload = '', signature = ''] = (headers.authorization ?? '').replace(/^Bearer /, '').split('.')
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString() || '{}')
    const key = keys.find(({kid}) => kid === read(head).kid)
    const isSigned =
      key && verify('sha256', Buffer.from(`${head}.${payload}`), createPublicKey({key, format: 'jwk'}), Buffer.from(signature, 'base64url'))
    const {iss, aud, exp, client_id, scope} = read(payload)
    const isFor = iss === issuer && aud === 'lake' && client_id === 'svc' && scope === 'catalog' && exp * 1000 > Date.now()
    return isSigned && isFor ? undefined : errorModel(401, 'NotAuthorizedException')
  }
}

test('A catalog is opened and changed with the tokens of an OpenID provider, and not without', async () => {
  const {name} = await newTable()
  await behindProxy(await doorkeeper(), async ({endpoint}) => {
    const catalog = openRest(endpoint, client)
    await catalog.commitTable(name, [], [set('a', '1')])
    expect((await catalog.loadTable(name)).metadata.properties).toMatchObject({a: '1'})
    await expect(openRest(endpoint).check()).rejects.toMatchObject({code: 'CATALOG_UNAUTHENTICATED', exit: 4})
    await expect(openRest(endpoint, {...client, credential: 'svc:wrong'}).check()).rejects.toMatchObject({
      code: 'CATALOG_UNAUTHENTICATED',
      message: expect.stringContaining('invalid_client'),
    })
    await expect(openRest(endpoint, {...client, scope: 'everything'}).check()).rejects.toMatchObject({code: 'CATALOG_UNAUTHENTICATED'})
  })
})
