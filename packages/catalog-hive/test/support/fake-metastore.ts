import {type AddressInfo, connect, createServer, type Server, type Socket} from 'node:net'
import {createServer as createSecureServer} from 'node:tls'
import {decodeMessage, type Input} from '../../src/thrift/decode.js'
import {encodeMessage} from '../../src/thrift/encode.js'
import {listOf, text} from '../../src/thrift/shape.js'
import {type Wire, type WireStruct, WireType} from '../../src/thrift/wire.js'

/** What becomes of a call: an answer, bytes as they are, nothing at all; or what the metastore behind says to it. */
export type Reply = {readonly kind?: number; readonly body: WireStruct} | Buffer | 'silence' | 'end' | 'forward'

export interface FakeMetastore {
  readonly uri: string
  /** Names of what it was asked. */
  readonly calls: string[]
  close(): Promise<void>
}

/** A server that speaks Thrift and says what it is told to: for what real metastores do only when they are broken. */
export async function fakeMetastore(
  reply: (name: string, args: WireStruct) => Reply,
  {tls, behind}: {readonly tls?: {readonly key: string; readonly cert: string} | undefined; readonly behind?: string} = {},
): Promise<FakeMetastore> {
  const calls: string[] = []
  const sockets = new Set<Socket>()
  const serve = (socket: Socket) => {
    sockets.add(socket)
    const input: Input = {bytes: Buffer.alloc(0), at: 0}
    let decoding = decodeMessage(input)
    decoding.next()
    socket.on('error', () => {})
    const real = behind === undefined ? undefined : connect(Number(new URL(behind).port), new URL(behind).hostname)
    real?.on('error', () => {}).pipe(socket)
    socket.on('close', () => real?.destroy())
    socket.on('data', (chunk) => {
      input.bytes = Buffer.concat([input.bytes.subarray(input.at), chunk])
      input.at = 0
      const step = decoding.next()
      if (!step.done) return
      decoding = decodeMessage(input)
      decoding.next()
      const {head, body} = step.value
      calls.push(head.name)
      const said = reply(head.name, body)
      if (said === 'forward') real?.write(encodeMessage(head, body))
      else if (said === 'end') socket.destroy()
      else if (Buffer.isBuffer(said)) socket.write(said)
      else if (said !== 'silence') socket.write(encodeMessage({...head, kind: said.kind ?? 2}, said.body))
    })
  }
  const server: Server = tls ? createSecureServer(tls, serve) : createServer(serve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    uri: `thrift://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const answer = (id: number, type: number, value: Wire): Reply => ({body: new Map([[id, {type, value}]])})

export const names = (...values: readonly string[]): Reply => answer(0, WireType.list, listOf(text).write(values))
export const struct = (value: Wire): Reply => answer(0, WireType.struct, value)
/** An exception, in the field of the answer that it comes in. */
export const exception = (id: number, message: string): Reply =>
  answer(id, WireType.struct, new Map([[1, {type: WireType.string, value: text.write(message)}]]))
export const unknownMethod = (name: string): Reply => ({
  kind: 3,
  body: new Map([
    [1, {type: WireType.string, value: text.write(`Invalid method name: '${name}'`)}],
    [2, {type: WireType.i32, value: 1}],
  ]),
})
