import {connect as connectPlain, isIP, type Socket} from 'node:net'
import {connect as connectSecurely, type SecureContextOptions} from 'node:tls'
import {decodeMessage, type Input, type MessageHead} from './decode.js'
import {NotThrift, type WireStruct} from './wire.js'

/** One server, at one of its addresses. */
export interface Address {
  readonly host: string
  readonly port: number
}

export interface ConnectOptions {
  /** With it the connection is encrypted, and the server has to show a certificate for its name. */
  readonly tls?: SecureContextOptions | undefined
  /** Milliseconds. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

export interface Message {
  readonly head: MessageHead
  readonly body: WireStruct
}

/** A connection that carries one call at a time. Whatever goes wrong with one ends it. */
export interface Connection {
  readonly address: Address
  isOpen(): boolean
  /** Sends a call and waits for its answer. `timeout` is in milliseconds. @throws the signal's reason, NotThrift, Error with what happened */
  exchange(call: Uint8Array, sequence: number, timeout: number, signal?: AbortSignal): Promise<Message>
  close(): void
}

/** @throws Error saying why there is no connection, and the signal's reason */
export async function connectTo(address: Address, {tls, timeout, signal}: ConnectOptions): Promise<Connection> {
  signal?.throwIfAborted()
  const socket = tls
    ? connectSecurely({...address, ...tls, ...(isIP(address.host) === 0 && {servername: address.host})})
    : connectPlain(address)
  await settled<void>(socket, timeout, signal, (done) => socket.once(tls ? 'secureConnect' : 'connect', () => done()))
  socket.setNoDelay()
  // A connection that ends while nobody waits is only not used again.
  socket.on('error', () => {})
  // What is idle keeps no command alive.
  socket.unref()
  return {
    address,
    isOpen: () => socket.readyState === 'open',
    close: () => socket.destroy(),
    async exchange(call, sequence, timeout, signal) {
      socket.ref()
      const message = await settled<Message>(socket, timeout, signal, (done, fail) => {
        const add = receiver(done, fail)
        socket.on('data', add)
        socket.write(call)
        return () => socket.off('data', add)
      })
      socket.unref()
      if (message.head.sequence === sequence) return message
      socket.destroy()
      throw new NotThrift('it answers another question than the one that it was asked')
    },
  }
}

/** Takes bytes until they are a message. */
function receiver(done: (message: Message) => void, fail: (error: unknown) => void): (chunk: Buffer) => void {
  const input: Input = {bytes: Buffer.alloc(0), at: 0}
  const decoding = decodeMessage(input)
  decoding.next()
  return (chunk) => {
    input.bytes = Buffer.concat([input.bytes.subarray(input.at), chunk])
    input.at = 0
    try {
      const step = decoding.next()
      if (!step.done) return
      if (input.at === input.bytes.length) done(step.value)
      else fail(new NotThrift('it sends more than an answer'))
    } catch (error) {
      fail(error)
    }
  }
}

/** Waits for something of a socket, which it destroys when that does not come: after the time, or an error, an end, or an interruption. */
function settled<T>(
  socket: Socket,
  timeout: number,
  signal: AbortSignal | undefined,
  begin: (done: (value: T) => void, fail: (error: unknown) => void) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      socket.off('error', fail).off('close', closed)
      signal?.removeEventListener('abort', aborted)
      if (typeof undo === 'function') undo()
    }
    const fail = (error: unknown) => {
      end()
      // An error may follow the end that is made here.
      socket.on('error', () => {}).destroy()
      reject(error)
    }
    const done = (value: T) => {
      end()
      resolve(value)
    }
    const closed = () => fail(new Error('it closed the connection'))
    const aborted = () => fail(signal?.reason)
    const timer = setTimeout(() => fail(new Error(`nothing came for ${timeout / 1000} s`)), timeout)
    socket.once('error', fail).once('close', closed)
    signal?.addEventListener('abort', aborted)
    const undo = begin(done, fail)
  })
}
