import {randomBytes} from 'node:crypto'
import {CreateBucketCommand, S3Client} from '@aws-sdk/client-s3'
import {required} from './required.js'

/** Makes a bucket, and tells its name and how it is reached, as a catalog is told. */
export async function newBucket() {
  const endpoint = required('PHLO_TEST_S3_ENDPOINT')
  const [accessKeyId, secretAccessKey] = [required('PHLO_TEST_S3_ACCESS_KEY'), required('PHLO_TEST_S3_SECRET_KEY')]
  const bucket = `b${randomBytes(6).toString('hex')}`
  const client = new S3Client({endpoint, region: 'us-east-1', forcePathStyle: true, credentials: {accessKeyId, secretAccessKey}})
  await client.send(new CreateBucketCommand({Bucket: bucket}))
  client.destroy()
  return {bucket, endpoint: {'s3.endpoint': endpoint}, keys: {'s3.access-key-id': accessKeyId, 's3.secret-access-key': secretAccessKey}}
}
