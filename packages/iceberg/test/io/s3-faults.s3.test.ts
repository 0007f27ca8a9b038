import {randomBytes} from 'node:crypto'
import {CreateBucketCommand, ListMultipartUploadsCommand, S3Client} from '@aws-sdk/client-s3'
import {afterAll, afterEach, beforeAll, describe, expect, test} from '@jest/globals'
import type {FileIO} from '@phlo/core'
import {s3FileIO} from '@phlo/iceberg'
import {type Asked, type Fault, type FaultProxy, faultProxy} from '../support/fault-proxy.js'
import {required} from '../support/required.js'
import {listed, write} from './contract.js'

const store = required('PHLO_TEST_S3_ENDPOINT')
const credentials = {accessKeyId: required('PHLO_TEST_S3_ACCESS_KEY'), secretAccessKey: required('PHLO_TEST_S3_SECRET_KEY')}
const judge = new S3Client({endpoint: store, region: 'us-east-1', forcePathStyle: true, credentials})
const bucket = `phlo-${randomBytes(6).toString('hex')}`
const closing: (() => Promise<void>)[] = []
let folders = 0

beforeAll(async () => {
  await judge.send(new CreateBucketCommand({Bucket: bucket}))
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
afterAll(() => judge.destroy())

/** A FileIO whose way to the store leads through a proxy that spoils what it is told to. */
async function spoiled(
  spoil?: (asked: Asked) => Fault | undefined,
  more: Record<string, string> = {},
): Promise<{io: FileIO; proxy: FaultProxy; root: string}> {
  const proxy = await faultProxy(store, spoil)
  const {accessKeyId, secretAccessKey} = credentials
  const io = s3FileIO({'s3.endpoint': proxy.endpoint, 's3.access-key-id': accessKeyId, 's3.secret-access-key': secretAccessKey, ...more})
  closing.push(() => io.close(), proxy.close)
  return {io, proxy, root: `s3://${bucket}/${++folders}`}
}

const slowDown = {
  status: 503,
  body: '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>',
}
const NOTHING = {get: 0, put: 0, list: 0, delete: 0, head: 0, bytesRead: 0, bytesWritten: 0}
const methods = ({requests}: FaultProxy) => requests.map(({method}) => method)

describe('a store that is too busy', () => {
  test('is asked again for whatever it was asked for, and each attempt is counted', async () => {
    const {io, proxy, root} = await spoiled(({before}) => (before % 2 === 0 ? slowDown : undefined))
    await write(io, `${root}/a`, 'four')
    expect(Buffer.from(await io.readAll(`${root}/a`)).toString()).toBe('four')
    expect(await io.stat(`${root}/a`)).toMatchObject({size: 4})
    expect(await listed(io, root)).toHaveLength(1)
    expect(await io.delete([`${root}/a`])).toEqual([])
    expect(await listed(io, root)).toEqual([])
    expect(methods(proxy)).toEqual(['PUT', 'PUT', 'GET', 'GET', 'HEAD', 'HEAD', 'GET', 'GET', 'POST', 'POST', 'GET', 'GET'])
    expect(io.requests?.()).toEqual({get: 2, put: 2, list: 4, delete: 2, head: 2, bytesRead: 4, bytesWritten: 8})
  })

  test('for single objects is asked again for these, a thousand at a time', async () => {
    let failed = 0
    const {io, proxy, root} = await spoiled(({method, before, body}) => {
      if (method !== 'POST' || before !== 1) return undefined
      const errors = [...body.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => `<Error><Key>${key}</Key><Code>SlowDown</Code></Error>`)
      failed = errors.length
      return {status: 200, body: `<?xml version="1.0"?><DeleteResult>${errors.join('')}</DeleteResult>`}
    })
    const here = [`${root}/here/1`, `${root}/here/2`]
    for (const path of here) await write(io, path, 'x')
    const paths = [...Array.from({length: 2498}, (_, index) => `${root}/never/${index}`), ...here]
    expect(await io.delete(paths)).toEqual([])
    expect(await listed(io, root)).toEqual([])
    const keys = proxy.requests.filter(({method}) => method === 'POST').map(({body}) => body.split('<Key>').length - 1)
    expect(keys).toHaveLength(4)
    expect(failed).toBeGreaterThan(0)
    expect(keys.reduce((sum, count) => sum + count, 0)).toBe(2500 + failed)
    expect(Math.max(...keys)).toBe(1000)
    expect(io.requests?.().delete).toBe(4)
  })
})

describe('an answer that breaks off', () => {
  test.each([1, 3_000_000])('after %i bytes is asked for again, and no byte is missing', async (resetAfter) => {
    const {io, proxy, root} = await spoiled(({method, before}) => (method === 'GET' && before % 2 === 0 ? {resetAfter} : undefined))
    const content = randomBytes(5_000_000)
    await write(io, `${root}/a`, content)
    expect(Buffer.compare(await io.readAll(`${root}/a`), content)).toBe(0)
    const file = await io.open(`${root}/a`, {size: content.length})
    expect(Buffer.compare(await file.read(1_000_000, 3_999_000), content.subarray(1_000_000, 4_999_000))).toBe(0)
    await file.close()
    expect(methods(proxy)).toEqual(['PUT', 'GET', 'GET', 'GET', 'GET'])
    expect(io.requests?.()).toEqual({...NOTHING, put: 1, get: 4, bytesWritten: 5_000_000, bytesRead: 8_999_000})
  })

  test('each time is an error that names the file, after as many attempts as were set', async () => {
    const {io, proxy, root} = await spoiled(({method}) => (method === 'GET' ? {resetAfter: 2} : undefined), {'s3.retry.num-retries': '2'})
    await write(io, `${root}/a`, '0123456789')
    await expect(io.readAll(`${root}/a`)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      exit: 3,
      message: expect.stringMatching(/\/a could not be read .* after 3 attempts/),
    })
    expect(methods(proxy)).toEqual(['PUT', 'GET', 'GET', 'GET'])
  })

  test('while an upload in parts is on its way is sent again', async () => {
    const {io, root} = await spoiled(({method, before}) => (method === 'PUT' && before % 2 === 0 ? {resetAfter: 0} : undefined))
    const content = randomBytes(20_000_000)
    await write(io, `${root}/large`, content)
    expect(Buffer.compare(await io.readAll(`${root}/large`), content)).toBe(0)
  })
})

test('an answer that does not begin is given up and asked for again', async () => {
  const never = {when: new Promise<void>(() => undefined)}
  const {io, proxy, root} = await spoiled(({method, before}) => (method === 'GET' && before === 0 ? never : undefined), {
    's3.request-timeout': '3',
  })
  await write(io, `${root}/a`, 'here')
  expect(Buffer.from(await io.readAll(`${root}/a`)).toString()).toBe('here')
  expect(methods(proxy)).toEqual(['PUT', 'GET', 'GET'])
})

describe('an upload in parts', () => {
  const unfinished = async () => (await judge.send(new ListMultipartUploadsCommand({Bucket: bucket}))).Uploads ?? []

  test('sends a bounded number of parts at once, and all of them arrive in their order', async () => {
    const waiting: (() => void)[] = []
    // Each part is answered when three are on their way, or the last has come.
    const {io, proxy, root} = await spoiled(({method, before}) => {
      if (method !== 'PUT') return undefined
      const {promise, resolve} = Promise.withResolvers<void>()
      waiting.push(resolve)
      if (waiting.length === 3 || before === 7) for (const answer of waiting.splice(0)) answer()
      return {when: promise}
    })
    const content = randomBytes(60_000_000)
    await write(io, `${root}/large`, content)
    expect(Buffer.compare(await io.readAll(`${root}/large`), content)).toBe(0)
    expect(proxy.most('PUT')).toBe(3)
    // Begun, 8 parts, completed; then read.
    expect(io.requests?.()).toEqual({...NOTHING, put: 10, get: 1, bytesWritten: 60_000_000, bytesRead: 60_000_000})
  })

  test('of which a part cannot be sent fails, is ended at the store, and leaves nothing behind', async () => {
    const {io, root} = await spoiled(({url}) => (url.includes('partNumber=2') ? slowDown : undefined), {'s3.retry.num-retries': '1'})
    await expect(write(io, `${root}/large`, randomBytes(40_000_000))).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringContaining('503 SlowDown after 2 attempts'),
    })
    const file = await io.create(`${root}/other`)
    await expect(file.write(randomBytes(60_000_000)).then(() => file.close())).rejects.toMatchObject({code: 'STORAGE_UNAVAILABLE'})
    await file.abort()
    expect((await unfinished()).filter(({Key}) => Key?.endsWith('/other'))).toEqual([])
    expect(await listed(io, root)).toEqual([])
  })
})

test('what is asked of the store is counted exactly', async () => {
  const {io, root} = await spoiled()
  expect(io.requests?.()).toEqual(NOTHING)
  await write(io, `${root}/a`, '0123456789')
  expect(io.requests?.()).toEqual({...NOTHING, put: 1, bytesWritten: 10})
  const file = await io.open(`${root}/a`)
  await file.read(2, 3)
  await file.read(7, 3)
  expect(io.requests?.()).toEqual({...NOTHING, put: 1, head: 1, get: 2, bytesWritten: 10, bytesRead: 6})
  await io.move(`${root}/a`, `${root}/b`)
  await io.delete([`${root}/a`, `${root}/b`])
  await listed(io, root)
  expect(io.requests?.()).toEqual({get: 2, put: 2, list: 1, delete: 2, head: 3, bytesWritten: 10, bytesRead: 6})
})

test('a file that is larger or smaller than its metadata says is told by the read of its end', async () => {
  const {io, root} = await spoiled()
  await write(io, `${root}/a`, '0123456789')
  for (const size of [8, 9, 11]) {
    const file = await io.open(`${root}/a`, {size})
    await expect(file.read(size - 4, 4)).rejects.toMatchObject({
      code: 'FILE_SIZE_MISMATCH',
      exit: 3,
      message: expect.stringContaining(`${root}/a has 10 bytes; its metadata says ${size}`),
    })
  }
})

test('a long listing is divided by its folders, and every file is told once', async () => {
  const {io, proxy, root} = await spoiled()
  const names = [
    ...Array.from({length: 1000}, (_, index) => `t/data/day=${String(index % 40).padStart(2, '0')}/${index}.parquet`),
    ...Array.from({length: 1000}, (_, index) => `t/data/day=${String(index % 40).padStart(2, '0')}/hour=${index % 3}/${index}.parquet`),
    ...Array.from({length: 20}, (_, index) => `t/metadata/${index}.json`),
    ...['t/z', 't/data/day', 't/data/day=0', 't/data/day=00.parquet'],
  ]
  const {accessKeyId, secretAccessKey} = credentials
  const direct = s3FileIO({'s3.endpoint': store, 's3.access-key-id': accessKeyId, 's3.secret-access-key': secretAccessKey})
  closing.push(() => direct.close())
  for (let at = 0; at < names.length; at += 100) {
    await Promise.all(names.slice(at, at + 100).map((name) => write(direct, `${root}/${name}`, '')))
  }
  await write(direct, `${root}/tt`, 'beside it')
  const before = proxy.requests.length
  const found = (await listed(io, `${root}/t`)).map(({path}) => path)
  expect(found).toEqual(names.map((name) => `${root}/${name}`).sort())
  expect(proxy.requests.length - before).toBeLessThanOrEqual(2 + 3 + 40)
})
