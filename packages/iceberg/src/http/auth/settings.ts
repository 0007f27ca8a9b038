import {usage} from '@phlo/core'
import {type Authorization, anonymous, basic, bearer} from './authorization.js'
import {oauth2} from './oauth2.js'
import {type SigV4Options, sigv4} from './sigv4.js'

type Properties = Readonly<Record<string, string>>

export interface AuthContext {
  readonly catalog: string
  /** The catalog's own address, without a slash at its end. */
  readonly uri: string
  readonly properties: Properties
  readonly env: Readonly<Record<string, string | undefined>>
  readonly fetch: typeof fetch
  /** Milliseconds that a request may take. */
  readonly timeout: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * How a catalog shows who it is: `rest.auth.type`, else what follows from `rest.sigv4-enabled`, `credential` and `token`.
 *
 * @throws PhloError `INVALID_PROPERTY` (exit 2); no value of a secret is repeated
 */
export function authorizationOf(context: AuthContext): Authorization {
  const type = typeOf(context.properties)
  switch (type) {
    case 'none':
      return anonymous
    case 'basic':
      return basic(required(context, 'rest.auth.basic.username'), required(context, 'rest.auth.basic.password'))
    case 'oauth2':
      return oauth2Of(context)
    case 'sigv4':
      return sigv4Of(context)
    default:
      throw usage(
        'INVALID_PROPERTY',
        `rest.auth.type of catalog ${context.catalog} is ${JSON.stringify(type)}: it can be none, basic, oauth2 or sigv4.`,
      )
  }
}

function typeOf(properties: Properties): string {
  const given = properties['rest.auth.type']
  if (given !== undefined) return given.toLowerCase()
  if (properties['rest.sigv4-enabled']?.toLowerCase() === 'true') return 'sigv4'
  return properties['credential'] === undefined && properties['token'] === undefined ? 'none' : 'oauth2'
}

/** A token alone, and nowhere to exchange it, is taken as it is. */
function oauth2Of({catalog, uri, properties, fetch, timeout, now}: AuthContext): Authorization {
  const {credential, token, 'oauth2-server-uri': endpoint, scope = 'catalog'} = properties
  if (credential === undefined) {
    if (token === undefined) throw usage('INVALID_PROPERTY', `The catalog ${catalog} has neither a credential nor a token.`)
    if (endpoint === undefined) return bearer(token)
  }
  const more = ['audience', 'resource'].flatMap((key) => (properties[key] === undefined ? [] : [[key, properties[key]] as const]))
  return oauth2({
    catalog,
    endpoint: endpointOf(catalog, uri, endpoint),
    ...clientOf(credential),
    scope,
    more: Object.fromEntries(more),
    token,
    mayExchange: properties['token-exchange-enabled']?.toLowerCase() !== 'false',
    fetch,
    timeout,
    now,
  })
}

/** `<id>:<secret>`, or a secret alone. */
function clientOf(credential: string | undefined): {readonly id: string | undefined; readonly secret: string | undefined} {
  const colon = credential?.indexOf(':') ?? -1
  if (credential === undefined || colon < 0) return {id: undefined, secret: credential}
  return {id: credential.slice(0, colon), secret: credential.slice(colon + 1)}
}

/** An address, or a path below the catalog's; the default is the catalog itself, as older servers have it. */
function endpointOf(catalog: string, uri: string, text = 'v1/oauth/tokens'): string {
  const isWhole = /^https?:\/\//i.test(text)
  const url = URL.parse(isWhole ? text : `${uri}/${text.replace(/^\//, '')}`)
  if (url) return url.href
  throw usage('INVALID_PROPERTY', `oauth2-server-uri of catalog ${catalog} is not an address of http or https.`)
}

function sigv4Of(context: AuthContext): Authorization {
  const {catalog, properties, env} = context
  const region = properties['rest.signing-region'] ?? properties['client.region'] ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION']
  if (region === undefined) {
    throw usage('INVALID_PROPERTY', `The catalog ${catalog} signs its requests for AWS, and has no region.`, [
      `phlo config set catalogs.${catalog}.rest.signing-region eu-central-1`,
    ])
  }
  return sigv4({catalog, region, service: properties['rest.signing-name'] ?? 'execute-api', credentials: keysOf(context)})
}

/** Keys of one identity, under `rest.` or else `client.`: a token of another's would spoil them. */
function keysOf({catalog, properties}: AuthContext): SigV4Options['credentials'] {
  const ID = 'access-key-id'
  const SECRET = 'secret-access-key'
  const TOKEN = 'session-token'
  const prefix = ['rest', 'client'].find((one) => [ID, SECRET, TOKEN].some((key) => properties[`${one}.${key}`]))
  if (prefix === undefined) return undefined
  const [accessKeyId, secretAccessKey, sessionToken] = [ID, SECRET, TOKEN].map((key) => properties[`${prefix}.${key}`])
  if (accessKeyId && secretAccessKey) return {accessKeyId, secretAccessKey, ...(sessionToken && {sessionToken})}
  const missing = [...(accessKeyId ? [] : [ID]), ...(secretAccessKey ? [] : [SECRET])].map((key) => `${prefix}.${key}`)
  throw usage('INVALID_PROPERTY', `The keys with which catalog ${catalog} signs are not complete: ${missing.join(' and ')} is not set.`)
}

function required({catalog, properties}: AuthContext, key: string): string {
  const value = properties[key]
  if (value) return value
  throw usage('INVALID_PROPERTY', `The catalog ${catalog} has no ${key}.`, [
    `phlo config set --user catalogs.${catalog}.${key} '\${env:NAME}'`,
  ])
}
