import {connect, createServer} from 'node:net'

/** What requests are called, by what is spoken: of all that one connection has sent. */
const READERS = {http: httpRequests, thrift: thriftCalls, postgres: postgresStatements}

/**
 * Stands between clients and a server of this machine, changes nothing, and knows what was asked.
 *
 * @param {keyof typeof READERS} speaks
 * @returns `taken` tells the requests since it was last called, in the order of their connections
 */
export async function listeningProxy(host, port, speaks) {
  const connections = []
  const server = createServer((client) => {
    const upstream = connect(port, host)
    const connection = {sent: [], told: 0}
    connections.push(connection)
    client.on('data', (chunk) => connection.sent.push(chunk))
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ]) {
      from.pipe(to)
      from.on('error', () => to.destroy())
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: server.address().port,
    taken: () =>
      connections.flatMap((connection) => {
        const requests = READERS[speaks](Buffer.concat(connection.sent))
        const news = requests.slice(connection.told)
        connection.told = requests.length
        return news
      }),
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** By method and path below the API, without hashes; Glue has one path, and names what is asked in a header. */
function httpRequests(bytes) {
  const heads = bytes.toString('latin1').matchAll(/(GET|HEAD|POST|PUT|DELETE) (\/\S*) HTTP\/1\.1\r\n([\s\S]*?)\r\n\r\n/g)
  return [...heads].map(([, method, path, headers]) => {
    const action = /x-amz-target: *AWSGlue\.(\w+)/i.exec(headers)
    return action
      ? action[1]
      : `${method} ${decodeURIComponent(path.split('?')[0])
          .replace(/^\/(api\/v2|v1|iceberg\/v1)?\/?/, '')
          .replaceAll(/@[0-9a-f]+/g, '@…')}`
  })
}

/** What begins a call in Thrift's strict binary protocol; the length of its name follows, and the name. */
const CALL = Buffer.from([0x80, 0x01, 0x00, 0x01])

function thriftCalls(bytes) {
  const found = []
  for (let at = bytes.indexOf(CALL); at >= 0; at = bytes.indexOf(CALL, at + CALL.length)) {
    const name = at + CALL.length + 4
    found.push(bytes.toString('latin1', name, name + bytes.readInt32BE(name - 4)))
  }
  return found
}

/** What is begun by a simple query (`Q`) or a parse (`P`), in PostgreSQL's protocol 3.0, by its first word. */
function postgresStatements(bytes) {
  const found = []
  // The first message has no type.
  for (let at = bytes.readInt32BE(0); at + 5 <= bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
    const type = String.fromCharCode(bytes[at])
    if (type !== 'Q' && type !== 'P') continue
    const text = bytes.toString('utf8', at + 5, at + 1 + bytes.readInt32BE(at + 1))
    const query = type === 'P' ? text.slice(text.indexOf('\0') + 1) : text
    found.push(/^\s*(\w+)/.exec(query)?.[1].toLowerCase() ?? 'statement')
  }
  return found
}
