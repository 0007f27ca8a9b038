import {connect, createServer} from 'node:net'

/**
 * Stands between clients and a server of this machine and makes them as far from each other as `latency` ms there and back: what is sent
 * either way comes half of it later, and a new connection takes one round trip first. Bytes, their order and their rate stay.
 */
export async function slowProxy(port, latency) {
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const socket of [client, upstream]) socket.setNoDelay(true)
    const opened = performance.now()
    delay(client, upstream, () => Math.max(latency / 2, opened + latency * 1.5 - performance.now()))
    delay(upstream, client, () => latency / 2)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {port: server.address().port, stop: () => new Promise((resolve) => server.close(resolve))}
}

/** One timer for all that waits, since timers of different lengths would change the order. */
function delay(from, to, wait) {
  const waiting = []
  let timer
  const send = () => {
    timer = undefined
    while (waiting.length > 0 && waiting[0].at <= performance.now()) {
      const {chunk} = waiting.shift()
      if (chunk) to.write(chunk)
      else to.end()
    }
    schedule()
  }
  const schedule = () => {
    if (timer === undefined && waiting.length > 0) timer = setTimeout(send, Math.max(0, waiting[0].at - performance.now()))
  }
  const add = (chunk) => {
    if (waiting.length === 0 && wait() <= 0) return chunk ? to.write(chunk) : to.end()
    waiting.push({at: performance.now() + wait(), chunk})
    schedule()
  }
  from.on('data', add)
  from.on('end', () => add(undefined))
  from.on('error', () => to.destroy())
}
