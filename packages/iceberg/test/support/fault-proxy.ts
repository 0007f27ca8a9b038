import {createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

/** What becomes of a request: it is let through when nothing is said. */
export type Fault =
  /** The proxy answers by itself. */
  | {readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string}
  /** The connection ends after so many bytes of the answer's body. */
  | {readonly resetAfter: number}
  /** The answer begins once this has come about. */
  | {readonly when: Promise<void>}

export interface Asked {
  readonly method: string
  /** Path and query. */
  readonly url: string
  /** How many requests with this method came before. */
  readonly before: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface FaultProxy {
  readonly endpoint: string
  /** What came, in order. */
  readonly requests: readonly Asked[]
  /** The most requests with this method that were answered at one time. */
  most(method: string): number
  close(): Promise<void>
}

/** Stands between a client and a server and spoils what it is told to. Headers pass as they are: they may be signed. */
export async function faultProxy(target: string, spoil: (asked: Asked) => Fault | undefined = () => undefined): Promise<FaultProxy> {
  const requests: Asked[] = []
  const open = new Map<string, number>()
  const most = new Map<string, number>()
  const server = createServer(async (incoming, response) => {
    const {method = '', url = ''} = incoming
    const now = (open.get(method) ?? 0) + 1
    open.set(method, now)
    most.set(method, Math.max(now, most.get(method) ?? 0))
    response.once('close', () => open.set(method, (open.get(method) ?? 1) - 1))
    const body = await bodyOf(incoming)
    const asked = {
      method,
      url,
      before: requests.filter((known) => known.method === method).length,
      headers: incoming.headers,
      body: body.toString('latin1'),
    }
    requests.push(asked)
    const fault = spoil(asked)
    if (fault && 'status' in fault) response.writeHead(fault.status, fault.headers).end(fault.body)
    else forward(target, incoming, body, response, fault)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    most: (method) => most.get(method) ?? 0,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function forward(target: string, incoming: IncomingMessage, body: Buffer, response: ServerResponse, fault: Fault | undefined): void {
  const {hostname, port} = new URL(target)
  const {method, url: path, headers} = incoming
  const outgoing = request({hostname, port, method, path, headers}, async (answer) => {
    const whole = await bodyOf(answer)
    if (fault && 'when' in fault) await fault.when
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    if (fault && 'resetAfter' in fault) response.write(whole.subarray(0, fault.resetAfter), () => void response.destroy())
    else response.end(whole)
  })
  outgoing.on('error', () => response.destroy())
  outgoing.end(body)
}
