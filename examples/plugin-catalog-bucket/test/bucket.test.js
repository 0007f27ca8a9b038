import {randomBytes} from 'node:crypto'
import {dirname} from 'node:path'
import {describe, it} from 'node:test'
import {fileURLToPath} from 'node:url'
import {CreateBucketCommand, S3Client} from '@aws-sdk/client-s3'
import {s3ClientConfig} from '@phlo/iceberg/catalog'
import {contributionCases, testCatalog} from '@phlo/testing'
import {open} from './open.js'

const store = {
  's3.endpoint': process.env.PHLO_TEST_S3_ENDPOINT,
  's3.access-key-id': process.env.PHLO_TEST_S3_ACCESS_KEY,
  's3.secret-access-key': process.env.PHLO_TEST_S3_SECRET_KEY,
}
const client = new S3Client(s3ClientConfig(store))
const Bucket = `b${randomBytes(6).toString('hex')}`
await client.send(new CreateBucketCommand({Bucket}))
client.destroy()

describe('the bucket catalog', () => {
  const cases = testCatalog({
    create: async () => ({...store, warehouse: `s3://${Bucket}/lake`}),
    open,
    module: new URL('./open.js', import.meta.url),
    endpoint: 's3.endpoint',
    denied: async (properties) => ({...properties, 's3.secret-access-key': 'not-the-secret'}),
    cannot: ['rename'],
  })
  for (const {name, run} of cases) it(name, run)
})

describe('what the package contributes', async () => {
  for (const {name, run} of await contributionCases(dirname(dirname(fileURLToPath(import.meta.url))))) it(name, run)
})
