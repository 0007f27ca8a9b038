import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'

export interface TokenServer {
  readonly uri: string
  /** The parameters that came, in order. */
  readonly asked: readonly Readonly<Record<string, string>>[]
  close(): Promise<void>
}

/** An endpoint for tokens, which answers each request with what it is told to: a body, and 200 unless a status is in it. */
export async function tokenServer(
  answer: (asked: Readonly<Record<string, string>>, count: number) => {status?: number} & object,
): Promise<TokenServer> {
  const asked: Readonly<Record<string, string>>[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const parameters = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()))
    const {status = 200, ...body} = answer(parameters, asked.push(parameters))
    response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    asked,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
