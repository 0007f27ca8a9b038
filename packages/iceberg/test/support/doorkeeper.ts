import {createPublicKey, type JsonWebKey, verify} from 'node:crypto'
import type {Asked} from './fault-proxy.js'
import {required} from './required.js'

/** The OpenID provider that suites share. */
export const issuer = () => required('PHLO_TEST_OIDC_ISSUER')
/** Who may have a token of it for the catalog. */
export const client = () => ({credential: 'svc:svc-secret', 'oauth2-server-uri': `${issuer()}/token`})

export const tokenOf = ({headers}: Asked) => (headers.authorization ?? '').replace(/^Bearer /, '')

/** Tells who has a token that the provider signed for this catalog and that has not ended. */
export async function doorkeeper(): Promise<(asked: Asked) => boolean> {
  const {keys} = (await (await fetch(`${issuer()}/jwks`)).json()) as {readonly keys: readonly (JsonWebKey & {readonly kid: string})[]}
  return (asked) => {
    const [head = '', payload = '', signature = ''] = tokenOf(asked).split('.')
    const read = (part: string) => {
      try {
        return JSON.parse(Buffer.from(part, 'base64url').toString() || '{}')
      } catch {
        return {}
      }
    }
    const key = keys.find(({kid}) => kid === read(head).kid)
    const isSigned =
      key !== undefined &&
      verify('sha256', Buffer.from(`${head}.${payload}`), createPublicKey({key, format: 'jwk'}), Buffer.from(signature, 'base64url'))
    const {iss, aud, exp, client_id, scope} = read(payload)
    return isSigned && iss === issuer() && aud === 'lake' && client_id === 'svc' && scope === 'catalog' && exp * 1000 > Date.now()
  }
}
