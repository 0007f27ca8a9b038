import {createServer as createHttpServer, type IncomingMessage, request, type Server, type ServerResponse} from 'node:http'
import {createServer} from 'node:https'
import {type AddressInfo, connect} from 'node:net'
import type {Duplex} from 'node:stream'
import {beforeAll, describe, expect, test} from '@jest/globals'
import {type Certificates, certificates} from '../../support/certificates.js'
import {openRest, server} from './open-rest.js'

const QUICK = {'rest.client.max-retries': '0'}
let made: Certificates
beforeAll(async () => {
  made = await certificates()
})

/** Passes a request on to Iceberg's own server. */
function forward(incoming: IncomingMessage, response: ServerResponse): void {
  const {hostname, port} = new URL(server())
  const {method, headers} = incoming
  // What comes through a proxy has a whole address.
  const {pathname, search} = new URL(incoming.url ?? '', server())
  const outgoing = request({hostname, port, method, headers, path: pathname + search}, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  incoming.pipe(outgoing)
}

async function listening<T>(listener: Server | ReturnType<typeof createServer>, work: (port: number) => Promise<T>): Promise<T> {
  const sockets = new Set<Duplex>()
  listener.on('connection', (socket: Duplex) => sockets.add(socket))
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  try {
    return await work((listener.address() as AddressInfo).port)
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => listener.close(resolve))
  }
}

const secure = (more: object = {}) => createServer({...made.server, ca: made.ca.cert, ...more}, forward)

describe('a REST catalog over TLS', () => {
  test('is trusted by the certificates of one’s own authority, and not without', async () => {
    await listening(secure(), async (port) => {
      const uri = `https://127.0.0.1:${port}`
      const trusting = openRest(uri, {'ssl.cabundle': made.paths.ca})
      await trusting.check()
      await trusting.close()
      await expect(openRest(uri).check()).rejects.toMatchObject({
        code: 'CATALOG_UNAVAILABLE',
        suggestions: [expect.stringContaining('ssl.cabundle')],
      })
    })
  })

  test('knows its client by a certificate, and does not let in one that has none', async () => {
    await listening(secure({requestCert: true, rejectUnauthorized: true}), async (port) => {
      const uri = `https://127.0.0.1:${port}`
      const {ca, cert, key} = made.paths
      const known = openRest(uri, {'ssl.cabundle': ca, 'ssl.client.cert': cert, 'ssl.client.key': key})
      await known.check()
      await known.close()
      const unknown = openRest(uri, {...QUICK, 'ssl.cabundle': ca})
      await expect(unknown.check()).rejects.toMatchObject({code: 'CATALOG_UNAVAILABLE'})
      await unknown.close()
      const missing = openRest(uri, {...QUICK, 'ssl.cabundle': `${ca}.none`})
      await expect(missing.check()).rejects.toMatchObject({code: 'CERTIFICATE_UNREADABLE', exit: 3})
    })
  })
})

describe('a REST catalog behind a proxy', () => {
  test('is reached through it when it is not over TLS either', async () => {
    const through: string[] = []
    const proxy = createHttpServer((incoming, response) => {
      through.push(incoming.url ?? '')
      forward(incoming, response)
    })
    await listening(proxy, async (port) => {
      const catalog = openRest(server(), {}, {env: {http_proxy: `http://127.0.0.1:${port}`}})
      await catalog.check()
      await catalog.close()
      expect(through[0]).toBe(`${server()}/v1/config`)
    })
  })

  test('is reached through it, unless the environment says otherwise', async () => {
    const through: string[] = []
    const proxy = createHttpServer()
    proxy.on('connect', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
      through.push(incoming.url ?? '')
      const [host, port] = (incoming.url ?? '').split(':')
      const target = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        target.write(head)
        target.pipe(socket).pipe(target)
      })
      for (const end of [socket, target]) end.on('error', () => void target.destroy())
    })
    await listening(proxy, async (proxyPort) => {
      await listening(secure(), async (port) => {
        const uri = `https://127.0.0.1:${port}`
        const env = {HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`}
        const open = async (of: Readonly<Record<string, string>>) => {
          const catalog = openRest(uri, {'ssl.cabundle': made.paths.ca}, {env: of})
          await catalog.check()
          await catalog.close()
        }
        await open(env)
        expect(through).toEqual([`127.0.0.1:${port}`])
        await open({...env, NO_PROXY: '127.0.0.1'})
        await open({})
        expect(through).toHaveLength(1)
      })
    })
  })
})
