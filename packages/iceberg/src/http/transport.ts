import {readFile} from 'node:fs/promises'
import {messageOf, unavailable, usage} from '@phlo/core'

type Properties = Readonly<Record<string, string>>

export interface Transport {
  readonly fetch: typeof fetch
  close(): Promise<void>
}

/** Certificates, in files. The names are PyIceberg's. */
const FILES = {ca: 'ssl.cabundle', cert: 'ssl.client.cert', key: 'ssl.client.key'} as const

/**
 * How a catalog is reached: by Node's own `fetch`, or by undici's where there are certificates of one's own or a proxy in the environment
 * (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`), which Node's own does not take. undici is imported by the first request.
 *
 * @throws PhloError `INVALID_PROPERTY` (exit 2) for half a client certificate; the first request `CERTIFICATE_UNREADABLE` (exit 3)
 */
export function transportOf(catalog: string, properties: Properties, env: Readonly<Record<string, string | undefined>>): Transport {
  if ((properties[FILES.cert] === undefined) !== (properties[FILES.key] === undefined)) {
    throw usage('INVALID_PROPERTY', `${FILES.cert} and ${FILES.key} of catalog ${catalog} go together.`)
  }
  const hasFiles = Object.values(FILES).some((key) => properties[key] !== undefined)
  const proxies = proxiesOf(env)
  if (!hasFiles && !proxies.httpProxy && !proxies.httpsProxy) return {fetch, close: async () => {}}
  let opened: ReturnType<typeof connect> | undefined
  const open = () => {
    opened ??= connect(catalog, properties, proxies)
    return opened
  }
  const through = async (url: string, init: RequestInit) => {
    const {undici, dispatcher} = await open()
    return undici.fetch(url, {...(init as object), dispatcher})
  }
  return {fetch: through as unknown as typeof fetch, close: async () => (await opened?.catch(() => undefined))?.dispatcher.destroy()}
}

/** As curl takes them: the name in lower case first. */
function proxiesOf(env: Readonly<Record<string, string | undefined>>) {
  const [httpProxy, httpsProxy, noProxy] = ['http_proxy', 'https_proxy', 'no_proxy'].map((name) => env[name] || env[name.toUpperCase()])
  return {...(httpProxy && {httpProxy}), ...(httpsProxy && {httpsProxy}), ...(noProxy && {noProxy})}
}

async function connect(catalog: string, properties: Properties, proxies: ReturnType<typeof proxiesOf>) {
  const read = async (key: string) => {
    const path = properties[key]
    return path === undefined ? undefined : readCertificate(catalog, key, path)
  }
  const [undici, ca, cert, key] = await Promise.all([import('undici'), read(FILES.ca), read(FILES.cert), read(FILES.key)])
  const tls = {...(ca && {ca}), ...(cert && {cert}), ...(key && {key})}
  // Many proxies let only https through a tunnel.
  const options = {...proxies, connect: tls, requestTls: tls, proxyTunnel: false}
  return {undici, dispatcher: new undici.EnvHttpProxyAgent(options)}
}

async function readCertificate(catalog: string, key: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw unavailable('CERTIFICATE_UNREADABLE', `${key} of catalog ${catalog} cannot be read: ${messageOf(error)}.`, {cause: error})
  }
}
