import {randomBytes} from 'node:crypto'
import {inspect} from 'node:util'
import {CreateBucketCommand, ListMultipartUploadsCommand, PutObjectCommand, S3Client} from '@aws-sdk/client-s3'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {s3FileIO} from '@phlo/iceberg'
import {s3Client} from '../../src/io/s3-client.js'
import {moveS3} from '../../src/io/s3-move.js'
import {s3Settings} from '../../src/io/s3-settings.js'
import {required} from '../support/required.js'
import {fileIOContract, listed, write} from './contract.js'

const endpoint = required('PHLO_TEST_S3_ENDPOINT')
const accessKeyId = required('PHLO_TEST_S3_ACCESS_KEY')
const secretAccessKey = required('PHLO_TEST_S3_SECRET_KEY')
const properties = {'s3.endpoint': endpoint, 's3.access-key-id': accessKeyId, 's3.secret-access-key': secretAccessKey}

/** The SDK itself makes the bucket and judges what is in it. */
const judge = new S3Client({endpoint, region: 'us-east-1', forcePathStyle: true, credentials: {accessKeyId, secretAccessKey}})
const bucket = `phlo-${randomBytes(6).toString('hex')}`

beforeAll(async () => {
  await judge.send(new CreateBucketCommand({Bucket: bucket}))
})
afterAll(() => judge.destroy())

for (const scheme of ['s3', 's3a', 's3n'])
  fileIOContract(`${scheme} paths`, 1001, async () => {
    const io = s3FileIO(properties)
    let count = 0
    return {io, freshPrefix: () => `${scheme}://${bucket}/${scheme}/${++count}`, close: () => io.close()}
  })

describe('files of S3', () => {
  const io = s3FileIO(properties)
  const root = `s3://${bucket}/files`
  afterAll(() => io.close())

  const unfinished = async () => (await judge.send(new ListMultipartUploadsCommand({Bucket: bucket}))).Uploads ?? []

  test('an upload in parts that is given up is ended at the store', async () => {
    const file = await io.create(`${root}/given-up`)
    await file.write(randomBytes(20_000_000))
    expect(await unfinished()).toHaveLength(1)
    await file.abort()
    expect(await unfinished()).toEqual([])
  })

  test('an upload in parts that comes too late is ended at the store', async () => {
    await write(io, `${root}/late`, 'first')
    await expect(write(io, `${root}/late`, randomBytes(20_000_000))).rejects.toMatchObject({code: 'FILE_EXISTS'})
    expect(await unfinished()).toEqual([])
  })

  test('exactly one of four uploads in parts to the same file wins', async () => {
    const contents = Array.from({length: 4}, () => randomBytes(9_000_000))
    const results = await Promise.allSettled(contents.map((content) => write(io, `${root}/contested`, content)))
    const winners = contents.filter((_, index) => results[index]?.status === 'fulfilled')
    expect(winners).toHaveLength(1)
    expect(Buffer.compare(await io.readAll(`${root}/contested`), winners[0] ?? Buffer.alloc(0))).toBe(0)
    expect(await unfinished()).toEqual([])
  })

  test('a known size saves the request for it', async () => {
    await expect(io.open(`${root}/missing`, {size: 4})).resolves.toMatchObject({size: 4})
  })

  test('a folder that another tool drew is not a file', async () => {
    await judge.send(new PutObjectCommand({Bucket: bucket, Key: 'files/drawn/', Body: new Uint8Array(0)}))
    await write(io, `${root}/drawn/a`, 'a')
    expect((await listed(io, `${root}/drawn`)).map(({path}) => path)).toEqual([`${root}/drawn/a`])
  })

  test('the whole bucket is listed when no folder is named', async () => {
    await write(io, `${root}/one`, '1')
    const all = await listed(io, `s3://${bucket}`)
    expect(all.map(({path}) => path)).toContain(`${root}/one`)
    expect((await listed(io, `s3://${bucket}/`)).length).toBe(all.length)
  })

  test('an object too large for one copy is moved in parts', async () => {
    const content = randomBytes(12_000_000)
    await write(io, `${root}/big`, content)
    const s3 = s3Client(s3Settings(properties))
    await moveS3(s3, `${root}/big`, `${root}/moved`, 5 * 1024 ** 2, 5 * 1024 ** 2)
    await s3.close()
    expect(Buffer.compare(await io.readAll(`${root}/moved`), content)).toBe(0)
    expect(await io.stat(`${root}/big`)).toBeUndefined()
    expect(await unfinished()).toEqual([])
  })

  test('a bucket that does not exist is named, with what to do', async () => {
    const missing = {
      code: 'STORAGE_UNAVAILABLE',
      exit: 3,
      message: expect.stringContaining('phlo-no-such-bucket'),
      suggestions: [expect.stringContaining('create the bucket')],
    }
    await expect(io.readAll('s3://phlo-no-such-bucket/a')).rejects.toMatchObject(missing)
    await expect(write(io, 's3://phlo-no-such-bucket/a', 'a')).rejects.toMatchObject(missing)
    await expect(listed(io, 's3://phlo-no-such-bucket/a')).rejects.toMatchObject(missing)
    expect(await io.delete(['s3://phlo-no-such-bucket/a'])).toEqual([
      {path: 's3://phlo-no-such-bucket/a', error: expect.stringContaining('does not exist')},
    ])
  })

  test('a wrong secret is denied, and not told', async () => {
    const wrong = s3FileIO({...properties, 's3.secret-access-key': 'a-wrong-secret'})
    const error = await wrong.readAll(`${root}/one`).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({code: 'STORAGE_DENIED', exit: 3, message: expect.stringContaining(`${root}/one`)})
    expect(inspect(error, {depth: 10, showHidden: true})).not.toContain('a-wrong-secret')
    await wrong.close()
  })

  test('paths that are none of S3 are reported by a deletion and refused otherwise', async () => {
    expect(await io.delete(['s3:///no-bucket'])).toEqual([{path: 's3:///no-bucket', error: expect.stringContaining('is not a path of S3')}])
    await expect(io.stat('s3:///no-bucket')).rejects.toMatchObject({code: 'INVALID_PATH', exit: 2})
  })
})
