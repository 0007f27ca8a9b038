import {isPhloError, type PhloError, usage} from '@phlo/core'
import {type HttpSettings, headersOf, httpSettings} from '@phlo/iceberg/http'
import {createNessieApi} from './client.js'
import {type Connection, connect} from './connection.js'
import {noNessieThere, readNessieError} from './errors.js'
import type {NessieApi} from './nessie-api.js'
import {serverOf} from './server.js'

type Properties = Readonly<Record<string, string>>

/** A server that answers, and what ends the connections to it. */
export interface OpenNessie {
  readonly api: NessieApi
  close(): Promise<void>
}

/**
 * Opens the server that a catalog's properties name; its configuration is the first thing that is asked.
 *
 * @throws PhloError `CATALOG_WITHOUT_URI`, `INVALID_PROPERTY` (exit 2); `CATALOG_UNAVAILABLE` (exit 3) with the address where Nessie is,
 * when it is near
 */
export async function openNessie(catalog: string, properties: Properties, signal: AbortSignal): Promise<OpenNessie> {
  const {credential, 'oauth2-server-uri': endpoint} = properties
  if (credential !== undefined && endpoint === undefined) {
    throw usage('INVALID_PROPERTY', `Catalog ${catalog} has a credential and no oauth2-server-uri: Nessie gives no tokens itself.`, [
      `phlo config set catalogs.${catalog}.oauth2-server-uri https://login.example/token`,
    ])
  }
  const settings = httpSettings(catalog, properties)
  const connectTo = (uri: string) =>
    connect({...settings, uri, catalog, signal, headers: headersOf(properties), readError: readNessieError})
  const better = apiBeside(settings.uri)
  try {
    if (/\/api\/v1$/.test(settings.uri)) throw noNessieThere(catalog, 'its uri is that of API v1, which Phlo does not speak', better)
    const connection = connectTo(settings.uri)
    return {api: createNessieApi(connection, await serverOf(connection)), close: settings.close}
  } catch (error) {
    const told = await nearby(error, connectTo, settings, catalog, better)
    await settings.close()
    throw told
  }
}

/** Whether a server that answers otherwise has Nessie elsewhere. */
async function nearby(
  error: unknown,
  connectTo: (uri: string) => Connection,
  {uri}: HttpSettings,
  catalog: string,
  better: string,
): Promise<unknown> {
  const isWrongPlace = isPhloError(error) && error.code === 'CATALOG_UNAVAILABLE' && error.cause === undefined
  if (!isWrongPlace || better === uri) return error
  return serverOf(connectTo(better)).then(
    (): PhloError => noNessieThere(catalog, `it is at ${better}`, better),
    () => error,
  )
}

/**
 * Where Nessie's API is on the server of a catalog of type rest; undefined when there is none beside it. Not the protocol's own
 * configuration is asked, which Nessie gives only to those who name a warehouse that it has.
 */
export async function nessieBesideRest(catalog: string, properties: Properties, signal: AbortSignal): Promise<string | undefined> {
  const {close, ...settings} = httpSettings(catalog, properties)
  const uri = apiBeside(settings.uri)
  try {
    await serverOf(connect({...settings, uri, retries: 0, catalog, signal, headers: headersOf(properties), readError: readNessieError}))
    return uri
  } catch (error) {
    if (isPhloError(error)) return undefined
    throw error
  } finally {
    await close()
  }
}

/** Where Nessie has API v2, when an address is one of another of its APIs. */
const apiBeside = (uri: string) => uri.replace(/\/(?:api(?:\/v\d+)?|iceberg(?:\/.*)?)$/, '').concat('/api/v2')
