import {usage} from '@phlo/core'
import {authorizationOf} from './auth/settings.js'
import type {RestCatalogOptions} from './options.js'
import {transportOf} from './transport.js'

type Properties = Readonly<Record<string, string>>

/** Milliseconds that a request may take. */
const TIMEOUT = 60_000
const RETRIES = 5

type Settings = Required<Pick<RestCatalogOptions, 'uri' | 'authorization' | 'timeout' | 'retries' | 'fetch' | 'close'>>

/**
 * What the properties of a catalog say of its server, under the names of Iceberg's Java library and of PyIceberg.
 *
 * @throws PhloError `CATALOG_WITHOUT_URI`, `INVALID_PROPERTY` (exit 2); no value of a secret is repeated
 */
export function restSettings(
  catalog: string,
  properties: Properties,
  {env = process.env, now = Date.now}: {readonly env?: Readonly<Record<string, string | undefined>>; readonly now?: () => number} = {},
): Settings {
  const uri = catalogUri(catalog, properties['uri'])
  const timeout = wholeNumber(catalog, properties, 'rest.client.socket-timeout-ms', 1) ?? TIMEOUT
  const retries = wholeNumber(catalog, properties, 'rest.client.max-retries', 0) ?? RETRIES
  const transport = transportOf(catalog, properties, env)
  const authorization = authorizationOf({catalog, uri, properties, env, fetch: transport.fetch, timeout, now})
  return {uri, authorization, timeout, retries, fetch: transport.fetch, close: transport.close}
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

function wholeNumber(catalog: string, properties: Properties, key: string, least: number): number | undefined {
  const text = properties[key]
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text)
  throw usage('INVALID_PROPERTY', `${key} of catalog ${catalog} is ${JSON.stringify(text)}; it has to be a whole number from ${least}.`)
}
