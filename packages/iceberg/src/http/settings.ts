import {usage, wholeNumberProperty} from '@phlo/core'
import type {Authorization} from './auth/authorization.js'
import {authorizationOf} from './auth/settings.js'
import {transportOf} from './transport.js'

type Properties = Readonly<Record<string, string>>

/** Milliseconds that a request may take. */
const TIMEOUT = 60_000
const RETRIES = 5

/** How a catalog's server is reached. */
export interface HttpSettings {
  /** The server's address, without a slash at its end. */
  readonly uri: string
  readonly authorization: Authorization
  readonly fetch: typeof fetch
  /** Milliseconds that a request may take. */
  readonly timeout: number
  /** How often a request is sent again. */
  readonly retries: number
  /** Ends connections. */
  readonly close: () => Promise<void>
}

/**
 * What the properties of a catalog say of its server, under the names of Iceberg's Java library and of PyIceberg.
 *
 * @throws PhloError `CATALOG_WITHOUT_URI`, `INVALID_PROPERTY` (exit 2); no value of a secret is repeated
 */
export function httpSettings(
  catalog: string,
  properties: Properties,
  {env = process.env, now = Date.now}: {readonly env?: Readonly<Record<string, string | undefined>>; readonly now?: () => number} = {},
): HttpSettings {
  const uri = catalogUri(catalog, properties['uri'])
  const timeout = wholeNumberProperty(catalog, properties, 'rest.client.socket-timeout-ms', TIMEOUT)
  const retries = wholeNumberProperty(catalog, properties, 'rest.client.max-retries', RETRIES, 0)
  const transport = transportOf(catalog, properties, env)
  const authorization = authorizationOf({catalog, uri, properties, env, fetch: transport.fetch, timeout, now})
  return {uri, authorization, timeout, retries, fetch: transport.fetch, close: transport.close}
}

/** Headers of every request: `header.X-Tenant`. */
export function headersOf(properties: Properties): Readonly<Record<string, string>> {
  const prefix = 'header.'
  const given = Object.entries(properties).filter(([key]) => key.startsWith(prefix))
  return Object.fromEntries(given.map(([key, value]) => [key.slice(prefix.length), value]))
}

/**
 * The address of a catalog, without a slash at its end.
 *
 * @throws PhloError `CATALOG_WITHOUT_URI`, `INVALID_PROPERTY` (exit 2)
 */
export function catalogUri(catalog: string, text: string | undefined): string {
  if (text === undefined) {
    throw usage('CATALOG_WITHOUT_URI', `The catalog ${catalog} has no uri.`, [
      `phlo config set catalogs.${catalog}.uri https://catalog.example`,
    ])
  }
  const url = URL.parse(text)
  const isAddress = (url?.protocol === 'http:' || url?.protocol === 'https:') && url.search === '' && url.hash === ''
  // The text is not repeated: a password may be in it.
  if (!isAddress) throw usage('INVALID_PROPERTY', `The uri of catalog ${catalog} is not an address of http or https.`)
  if (url.username !== '' || url.password !== '') {
    throw usage('INVALID_PROPERTY', `The uri of catalog ${catalog} has a user in it, which would be sent to nobody.`, [
      `phlo config set catalogs.${catalog}.credential '<id>:<secret>'`,
    ])
  }
  return text.replace(/\/+$/, '')
}
