import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer} from 'node:net'
import {inspect} from 'node:util'
import {afterEach, describe, expect, test} from '@jest/globals'
import type {FileIO} from '@phlo/core'
import {s3FileIO} from '@phlo/iceberg'
import {listed, write} from './contract.js'

const SECRET = 'a-secret-that-nobody-sees'
const TOKEN = 'a-token-that-nobody-sees'
const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function listen(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A store that answers as it is told to, and the requests that it got. */
async function store(answer: (request: IncomingMessage, response: ServerResponse, count: number) => void) {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    request.resume().on('end', () => answer(request, response, requests.length))
  })
  const endpoint = await listen(server)
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return {endpoint, requests}
}

function fileIO(endpoint: string, more: Record<string, string> = {}): FileIO {
  const io = s3FileIO({
    's3.endpoint': endpoint,
    's3.access-key-id': 'somebody',
    's3.secret-access-key': SECRET,
    's3.session-token': TOKEN,
    ...more,
  })
  closing.push(() => io.close())
  return io
}

const problem = (code: string, message = '') => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`

async function failure(work: () => Promise<unknown>): Promise<Error> {
  const error = await work().then(
    () => new Error('it did not fail'),
    (thrown: Error) => thrown,
  )
  const shown = inspect(error, {depth: 10, showHidden: true})
  expect(shown).not.toContain(SECRET)
  expect(shown).not.toContain(TOKEN)
  return error
}

const path = 's3://lake/data/a.parquet'

describe('a store of S3 that fails', () => {
  test('by refusing connections is unavailable, and is named', async () => {
    const server = createTcpServer()
    const endpoint = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    const io = fileIO(endpoint)
    for (const work of [
      () => io.readAll(path),
      () => io.open(path),
      () => io.stat(path),
      () => write(io, path, 'a'),
      () => listed(io, path),
    ]) {
      const error = await failure(work)
      expect(error).toMatchObject({code: 'STORAGE_UNAVAILABLE', exit: 3, message: expect.stringContaining(endpoint)})
      expect(error.message).toContain(path)
      expect(error.message).toContain('the connection was refused after 4 attempts')
    }
    expect(await io.delete([path])).toEqual([{path, error: expect.stringContaining(endpoint)}])
  })

  test('by never answering is given up after the time that was set', async () => {
    const silent = await store(() => {})
    const io = fileIO(silent.endpoint, {'s3.request-timeout': '0.2', 's3.retry.num-retries': '1'})
    const start = performance.now()
    const error = await failure(() => io.readAll(path))
    expect(error).toMatchObject({code: 'STORAGE_UNAVAILABLE', exit: 3, message: expect.stringContaining(silent.endpoint)})
    expect(error.message).toContain('no answer in time after 2 attempts')
    expect(silent.requests).toHaveLength(2)
    expect(performance.now() - start).toBeLessThan(5_000)
    expect(await failure(() => write(io, path, 'a'))).toMatchObject({code: 'STORAGE_UNAVAILABLE'})
  })

  test('by accepting connections without a word of HTTP is given up', async () => {
    const sockets: Socket[] = []
    const server = createTcpServer((socket) => void sockets.push(socket))
    const endpoint = await listen(server)
    const io = fileIO(endpoint, {'s3.request-timeout': '0.2', 's3.retry.num-retries': '0'})
    closing.push(async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    })
    expect(await failure(() => io.stat(path))).toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringContaining('no answer in time'),
    })
  })

  test('by stopping in the middle of a file is asked again, then given up', async () => {
    const stalling = await store((_, response) => void response.writeHead(200, {'content-length': '10'}).write('half'))
    const io = fileIO(stalling.endpoint, {'s3.request-timeout': '0.2', 's3.retry.num-retries': '1'})
    expect(await failure(() => io.readAll(path))).toMatchObject({code: 'STORAGE_UNAVAILABLE', message: expect.stringContaining(path)})
    expect(stalling.requests).toHaveLength(2)
  })

  test('by breaking off once is asked again, and the file is read', async () => {
    const flaky = await store((_, response, count) => {
      response.writeHead(200, {'content-length': '10'})
      if (count > 1) response.end('0123456789')
      else response.write('half', () => void response.destroy())
    })
    expect(Buffer.from(await fileIO(flaky.endpoint).readAll(path)).toString()).toBe('0123456789')
    expect(flaky.requests).toHaveLength(2)
  })

  test('with 503 is asked again as often as was set, then unavailable', async () => {
    const busy = await store((_, response) => void response.writeHead(503).end(problem('SlowDown', `${SECRET} ${TOKEN}`)))
    const error = await failure(() => fileIO(busy.endpoint, {'s3.retry.num-retries': '2'}).readAll(path))
    expect(error).toMatchObject({code: 'STORAGE_UNAVAILABLE', exit: 3})
    expect(error.message).toContain('it answered 503 SlowDown after 3 attempts')
    expect(busy.requests).toEqual(Array(3).fill('GET /lake/data/a.parquet?x-id=GetObject'))
  })

  test('with 503 at first and then not has done no harm', async () => {
    const recovering = await store((_, response, count) => void (count < 3 ? response.writeHead(503).end() : response.end('here')))
    expect(Buffer.from(await fileIO(recovering.endpoint).readAll(path)).toString()).toBe('here')
  })

  test('with 403 is denied at once', async () => {
    const strict = await store((_, response) => void response.writeHead(403).end(problem('AccessDenied', 'No.')))
    const io = fileIO(strict.endpoint)
    const denied = {code: 'STORAGE_DENIED', exit: 3, message: expect.stringContaining(path)}
    for (const work of [() => io.readAll(path), () => io.stat(path), () => write(io, path, 'a')])
      expect(await failure(work)).toMatchObject(denied)
    expect(strict.requests).toHaveLength(3)
  })

  test.each([404, 502])('with a page of %i, as something that is no store of S3, is unavailable', async (status) => {
    const web = await store((_, response) => void response.writeHead(status).end('<html><head><meta></head><p>Oh.</html>'))
    const io = fileIO(web.endpoint, {'s3.retry.num-retries': '1'})
    for (const work of [() => io.readAll(path), () => listed(io, path)]) {
      const error = await failure(work)
      expect(error).toMatchObject({code: 'STORAGE_UNAVAILABLE', exit: 3})
      expect(error.message).toContain(`it answered ${status}`)
    }
  })

  test.each([
    [409, 'ConditionalRequestConflict'],
    [412, 'PreconditionFailed'],
  ])('a creation that is answered with %i found the file there', async (status, code) => {
    const taken = await store((_, response) => void response.writeHead(status).end(problem(code)))
    expect(await failure(() => write(fileIO(taken.endpoint), path, 'a'))).toMatchObject({code: 'FILE_EXISTS', exit: 5})
  })

  test('a creation whose first answer was lost knows its own file', async () => {
    let id: string | undefined
    const forgetful = await store((request, response, count) => {
      if (request.method === 'HEAD') return void response.writeHead(200, {'x-amz-meta-phlo-write-id': id}).end()
      id = String(request.headers['x-amz-meta-phlo-write-id'])
      if (count === 1) return void response.destroy()
      return void response.writeHead(412).end(problem('PreconditionFailed'))
    })
    await write(fileIO(forgetful.endpoint), path, 'a')
    expect(forgetful.requests.map((request) => request.split(' ')[0])).toEqual(['PUT', 'PUT', 'HEAD'])
  })

  test("a creation whose first answer was lost does not take another's file for its own", async () => {
    const raced = await store((request, response, count) => {
      if (request.method === 'HEAD') return void response.writeHead(200, {'x-amz-meta-phlo-write-id': 'another'}).end()
      return void (count === 1 ? response.destroy() : response.writeHead(412).end(problem('PreconditionFailed')))
    })
    expect(await failure(() => write(fileIO(raced.endpoint), path, 'a'))).toMatchObject({code: 'FILE_EXISTS', exit: 5})
  })

  test('a deletion reports the files that the store kept, with its reason', async () => {
    const kept = `<?xml version="1.0"?><DeleteResult><Error><Key>a b</Key><Code>AccessDenied</Code><Message>Locked</Message></Error></DeleteResult>`
    const locking = await store((_, response) => void response.end(kept))
    expect(await fileIO(locking.endpoint).delete(['s3a://lake/a b', 's3a://lake/c'])).toEqual([
      {path: 's3a://lake/a b', error: 'AccessDenied: Locked'},
    ])
  })

  test('a listing of several pages is followed to its end, its keys byte for byte', async () => {
    const page = (keys: string[], more: string) =>
      `<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType>${more}${keys
        .map((key) => `<Contents><Key>${key}</Key><Size>1</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`)
        .join('')}</ListBucketResult>`
    const paging = await store((request, response) => {
      const second = request.url?.includes('continuation-token=next')
      if (second) response.end(page(['t/%2B+%25.parquet', 't/%01'], '<IsTruncated>false</IsTruncated>'))
      else
        response.end(
          page(['t/a//b', 't/a/b', 't/drawn/'], '<IsTruncated>true</IsTruncated><NextContinuationToken>next</NextContinuationToken>'),
        )
    })
    expect((await listed(fileIO(paging.endpoint), 's3a://lake/t')).map((file) => file.path)).toEqual(
      ['s3a://lake/t/a//b', 's3a://lake/t/a/b', 's3a://lake/t/+ %.parquet', 's3a://lake/t/\u0001'].sort(),
    )
    expect(paging.requests).toHaveLength(2)
    expect(paging.requests[0]).toContain('prefix=t%2F')
  })

  test('keys reach the store byte for byte', async () => {
    const listening = await store((_, response) => void response.end('x'))
    const io = fileIO(listening.endpoint)
    for (const key of ['a//b', '/a', 'a/../b/./c', 'a%2Fb c', 'é+?#&']) await io.readAll(`s3://lake/${key}`)
    expect(listening.requests.map((request) => request.slice('GET '.length).replace('?x-id=GetObject', ''))).toEqual([
      '/lake/a//b',
      '/lake//a',
      '/lake/a/../b/./c',
      '/lake/a%252Fb%20c',
      '/lake/%C3%A9%2B%3F%23%26',
    ])
  })
})
