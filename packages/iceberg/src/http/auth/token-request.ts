import {ExitCode, isPhloError, messageOf, PhloError, unavailable} from '@phlo/core'

/** Who asks for a token, and where (`credential`, `oauth2-server-uri`, `scope`, `audience`, `resource`). */
export interface TokenClient {
  readonly catalog: string
  /** The endpoint for tokens. */
  readonly endpoint: string
  /** Undefined for a secret that says itself whose it is, and where a token is all that there is. */
  readonly id: string | undefined
  readonly secret: string | undefined
  readonly scope: string
  /** `audience`, `resource`. */
  readonly more: Readonly<Record<string, string>>
  readonly fetch: typeof fetch
  /** Milliseconds that a request may take. */
  readonly timeout: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** How a token is asked for. */
export type Grant =
  | {readonly kind: 'client-credentials'}
  /** The token that one has for another (RFC 8693). */
  | {readonly kind: 'exchange'; readonly token: string}
  | {readonly kind: 'refresh'; readonly token: string}

export interface Token {
  readonly value: string
  /** Milliseconds since the epoch; undefined when the server does not tell. */
  readonly expiresAt: number | undefined
  readonly refreshToken: string | undefined
}

const TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'

/**
 * Asks for a token (RFC 6749, 8693).
 *
 * @throws PhloError `CATALOG_UNAUTHENTICATED` (exit 4) when the endpoint gives none, `CATALOG_UNAVAILABLE` (exit 3) when it does not answer
 */
export async function requestToken(client: TokenClient, grant: Grant): Promise<Token> {
  const {endpoint, fetch: send, timeout, now} = client
  const oauth = await import('oauth4webapi')
  const server = {issuer: new URL(endpoint).origin, token_endpoint: endpoint}
  // The library wants a name; what is sent is up to `identify`.
  const who = {client_id: client.id ?? 'none'}
  const identify = (_: unknown, __: unknown, body: URLSearchParams) => {
    if (client.id !== undefined) body.set('client_id', client.id)
    if (client.secret !== undefined) body.set('client_secret', client.secret)
  }
  const custom = {
    // A server on one's own machine has no certificate.
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: send as (url: string, init: object) => Promise<Response>,
    signal: AbortSignal.timeout(timeout),
  }
  const {grantType, parameters} = parametersOf(client, grant)
  try {
    const response = await oauth.genericTokenEndpointRequest(server, who, identify, grantType, parameters, custom)
    if (response.status === 429 || response.status >= 500) throw noAnswer(client, `it failed with status ${response.status}`)
    const answer = await oauth.processGenericTokenEndpointResponse(server, who, await plainResponse(response))
    const {access_token: value, expires_in: seconds, refresh_token: refreshToken} = answer
    return {value, expiresAt: seconds === undefined ? undefined : now() + seconds * 1000, refreshToken}
  } catch (error) {
    if (isPhloError(error)) throw error
    throw tokenError(client, error, error instanceof oauth.ResponseBodyError ? error.error : undefined)
  }
}

function parametersOf({scope, more}: TokenClient, grant: Grant): {readonly grantType: string; readonly parameters: Record<string, string>} {
  const common = {scope, ...more}
  switch (grant.kind) {
    case 'client-credentials':
      return {grantType: 'client_credentials', parameters: common}
    case 'refresh':
      return {grantType: 'refresh_token', parameters: {...common, refresh_token: grant.token}}
    case 'exchange':
      return {
        grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
        parameters: {...common, subject_token: grant.token, subject_token_type: TOKEN_TYPE},
      }
  }
}

/**
 * undici's own answer as one of Node's, which is the only one that the library knows; without nulls, which some servers have for what they leave
 * out, and without an ID token, which is about a person and would be checked.
 */
async function plainResponse(response: Response): Promise<Response> {
  return new Response(withoutOthers(await response.text()), {status: response.status, headers: [...response.headers]})
}

function withoutOthers(text: string): string {
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer !== 'object' || answer === null) return text
    return JSON.stringify(Object.fromEntries(Object.entries(answer).filter(([key, value]) => value !== null && key !== 'id_token')))
  } catch {
    return text
  }
}

const noAnswer = ({catalog, endpoint}: TokenClient, reason: string) =>
  unavailable('CATALOG_UNAVAILABLE', `${new URL(endpoint).host}, which gives the tokens for catalog ${catalog}, did not answer: ${reason}.`)

/** `code` is the server's own (`invalid_client`); its texts may repeat what was sent, and are not shown. */
function tokenError(client: TokenClient, error: unknown, code: string | undefined): PhloError {
  const {catalog, endpoint} = client
  const {host} = new URL(endpoint)
  const thrown = error instanceof Error ? error.name : ''
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (thrown === 'TypeError' || thrown === 'TimeoutError') return noAnswer(client, messageOf(cause))
  return new PhloError(`The catalog ${catalog} got no token from ${host}: ${code ?? messageOf(error)}.`, {
    code: 'CATALOG_UNAUTHENTICATED',
    exit: ExitCode.denied,
    suggestions: [`phlo config get catalogs.${catalog}.oauth2-server-uri`],
  })
}
