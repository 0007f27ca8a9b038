import {describe, expect, test} from '@jest/globals'
import {openFileIO, s3FileIO, schemeOf} from '@phlo/iceberg'

const unreachable = {'s3.access-key-id': 'somebody', 's3.secret-access-key': 'something', 's3.retry.num-retries': '0'}

describe('the FileIO of a path', () => {
  test.each([
    ['/lake/a', 'file'],
    ['lake/a:b', 'file'],
    ['C:\\lake', 'file'],
    ['file:///lake', 'file'],
    ['s3://lake/a', 's3'],
    ['S3A://lake/a', 's3a'],
    ['abfss://lake@account/a', 'abfss'],
  ])('%s is of the scheme %s', (path, scheme) => {
    expect(schemeOf(path)).toBe(scheme)
  })

  test('reads files of this machine without properties', async () => {
    const io = openFileIO('/lake')
    expect(await io.stat('/there/is/no/such/file')).toBeUndefined()
  })

  test.each(['s3://lake', 's3a://lake', 's3n://lake'])('reads %s with the properties of the catalog', async (path) => {
    await expect(openFileIO(path, {...unreachable, 's3.endpoint': 'http://127.0.0.1:9'}).stat(`${path}/a`)).rejects.toThrow(
      'http://127.0.0.1:9',
    )
  })

  test('refuses a scheme that nothing reads, naming it', () => {
    expect(() => openFileIO('abfss://lake/a')).toThrow(
      expect.objectContaining({code: 'UNSUPPORTED_SCHEME', exit: 2, message: expect.stringContaining('the scheme abfss')}),
    )
  })
})

describe('the properties of S3', () => {
  test.each([
    ['s3.endpoint', 'localhost:9000'],
    ['s3.endpoint', 'not an address'],
    ['s3.request-timeout', 'soon'],
    ['s3.request-timeout', '0'],
    ['s3.connect-timeout', ''],
    ['s3.retry.num-retries', '1.5'],
    ['s3.retry.num-retries', '-1'],
    ['s3.path-style-access', 'yes'],
    ['s3.access-key-id', 'without a secret'],
    ['s3.secret-access-key', 'without a key'],
  ])('%s cannot be %s', (key, value) => {
    expect(() => s3FileIO({[key]: value})).toThrow(
      expect.objectContaining({code: 'INVALID_PROPERTY', exit: 2, message: expect.stringContaining(key)}),
    )
  })

  test('a password in an endpoint is not shown', async () => {
    const io = s3FileIO({...unreachable, 's3.endpoint': 'http://me:pass-word@127.0.0.1:9'})
    const error = await io.stat('s3://lake/a').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({message: expect.stringContaining('http://127.0.0.1:9')})
    expect(error).not.toMatchObject({message: expect.stringContaining('pass-word')})
  })
})
