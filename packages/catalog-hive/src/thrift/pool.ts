import type {SecureContextOptions} from 'node:tls'
import {isPhloError, messageOf} from '@phlo/core'
import {type Address, type Connection, connectTo, type Message} from './connection.js'
import {CALL, encodeMessage} from './encode.js'
import {NotThrift, type WireStruct} from './wire.js'

export interface PoolOptions {
  /** Servers of one metastore, tried in turn. */
  readonly addresses: readonly Address[]
  /** Asked for when there is to be a connection. */
  readonly tls: () => Promise<SecureContextOptions | undefined>
  /** Milliseconds that a call may take. */
  readonly timeout: number
  /** What a connection begins with. */
  readonly greeting?: {readonly name: string; readonly body: WireStruct} | undefined
}

/** Why there is no answer. */
export interface Silence {
  readonly reason: string
  readonly cause: unknown
  /** False when the call certainly has not come to a server. */
  readonly wasSent: boolean
  /** True when something answered that is no metastore. */
  readonly isForeign: boolean
}

export interface Pool {
  /**
   * Makes a call, on a connection that nobody else uses just now. One that `isRepeatable` is made again when its connection is lost.
   *
   * @throws the signal's reason; PhloError where the certificates cannot be read
   */
  call(name: string, body: WireStruct, how: {readonly isRepeatable: boolean; readonly signal?: AbortSignal}): Promise<Message | Silence>
  close(): void
}

/** Milliseconds. */
const CONNECT_TIMEOUT = 10_000

export function connectionPool({addresses, tls, timeout, greeting}: PoolOptions): Pool {
  const open = new Set<Connection>()
  const idle: Connection[] = []
  let sequence = 0
  let preferred = 0

  const exchange = (connection: Connection, name: string, body: WireStruct, signal: AbortSignal | undefined) => {
    sequence = (sequence + 1) % 2 ** 31
    return connection.exchange(encodeMessage({kind: CALL, name, sequence}, body), sequence, timeout, signal)
  }
  const connect = async (signal: AbortSignal | undefined): Promise<Connection> => {
    const failures: string[] = []
    const secure = await tls()
    for (let turn = 0; turn < addresses.length; turn++) {
      const at = (preferred + turn) % addresses.length
      const address = addresses[at] as Address
      try {
        const connection = await connectTo(address, {tls: secure, timeout: Math.min(CONNECT_TIMEOUT, timeout), ...(signal && {signal})})
        if (greeting) await exchange(connection, greeting.name, greeting.body, signal)
        open.add(connection)
        preferred = at
        return connection
      } catch (error) {
        signal?.throwIfAborted()
        if (error instanceof NotThrift) throw error
        failures.push(`${address.host}:${address.port}: ${sentenceOf(error)}`)
      }
    }
    throw new Error(failures.join('; '))
  }
  const take = () => {
    for (let connection = idle.pop(); connection; connection = idle.pop()) {
      if (connection.isOpen()) return connection
      open.delete(connection)
    }
    return undefined
  }
  const silent = (error: unknown, wasSent: boolean): Silence => {
    return {reason: sentenceOf(error), cause: error, wasSent, isForeign: error instanceof NotThrift}
  }

  return {
    async call(name, body, {isRepeatable, signal}) {
      for (let attempt = 1; ; attempt++) {
        let connection: Connection
        try {
          connection = take() ?? (await connect(signal))
        } catch (error) {
          signal?.throwIfAborted()
          if (isPhloError(error)) throw error
          return silent(error, false)
        }
        const began = Date.now()
        try {
          const message = await exchange(connection, name, body, signal)
          idle.push(connection)
          return message
        } catch (error) {
          open.delete(connection)
          signal?.throwIfAborted()
          const wasLost = !(error instanceof NotThrift) && Date.now() - began < timeout
          if (!isRepeatable || !wasLost || attempt > addresses.length) return silent(error, true)
        }
      }
    },
    close() {
      for (const connection of open) connection.close()
      open.clear()
    },
  }
}

/** Several addresses of one name fail together, without a word of their own. */
const sentenceOf = (error: unknown) => (error instanceof AggregateError ? error.errors.map(messageOf).join(', ') : messageOf(error))
