import type {AddressInfo} from 'node:net'
import {connect, createServer, type Socket} from 'node:net'

/** What becomes of one request. */
export type Cut =
  /** It does not get to the server: the connection ends before it. */
  | {readonly kind: 'request'}
  /** The server gets it and answers, and the connection ends instead of the answer. */
  | {readonly kind: 'answer'}
  /** It goes on to the server once this is done. */
  | {readonly kind: 'hold'; readonly until: () => Promise<unknown>}

export interface CutProxy {
  readonly port: number
  /** The request of this number from now on, 0 for the next one, is cut so. */
  arm(request: number, cut: Cut): void
  /** True once the request that was meant has come. */
  hasCut(): boolean
  close(): Promise<void>
}

/**
 * Stands between clients and a server, on the level of TCP: whatever they speak, as long as one asks and the other answers. What a client
 * sends first, or after it heard from the server, is a request.
 */
export async function cutProxy(target: {readonly host: string; readonly port: number}): Promise<CutProxy> {
  const sockets = new Set<Socket>()
  let armed: {readonly request: number; readonly cut: Cut} | undefined
  let requests = 0
  let isCut = false
  /** The cut of the request that begins now, if it is the one that is meant. */
  const begins = (): Cut | undefined => {
    if (!armed || requests++ !== armed.request) return undefined
    isCut = true
    return armed.cut
  }
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host)
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket
        .setNoDelay(true)
        .on('error', end)
        .on('close', () => {
          sockets.delete(socket)
          other.end()
        })
    }
    let isAsking = false
    let cut: Cut | undefined
    client.on('data', async (bytes) => {
      if (!isAsking) {
        isAsking = true
        cut = begins()
        if (cut?.kind === 'request') return end()
        if (cut?.kind === 'hold') {
          client.pause()
          await cut.until()
          client.resume()
        }
      }
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (isAsking && cut?.kind === 'answer') return end()
      isAsking = false
      client.write(bytes)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    arm(request, cut) {
      armed = {request, cut}
      requests = 0
      isCut = false
    },
    hasCut: () => isCut,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
