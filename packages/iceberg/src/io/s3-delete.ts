import {messageOf} from '@phlo/core'
import pMap from 'p-map'
import type {S3} from './s3-client.js'
import {parseS3Path, type S3Path} from './s3-path.js'

/** As many as one request of S3 takes. */
const BATCH = 1000
const CONCURRENCY = 4

interface Failure {
  readonly path: string
  readonly error: string
}

/** Deletes objects, a thousand to a request. Those that could not be deleted are reported with the store's reason. */
export async function deleteS3(s3: S3, paths: readonly string[]): Promise<readonly Failure[]> {
  const failures: Failure[] = []
  const buckets = new Map<string, S3Path[]>()
  for (const path of paths) {
    try {
      const parsed = parseS3Path(path)
      const objects = buckets.get(parsed.bucket)
      if (objects) objects.push(parsed)
      else buckets.set(parsed.bucket, [parsed])
    } catch (error) {
      failures.push({path, error: messageOf(error)})
    }
  }
  const batches = [...buckets.values()].flatMap((objects) =>
    Array.from({length: Math.ceil(objects.length / BATCH)}, (_, index) => objects.slice(index * BATCH, (index + 1) * BATCH)),
  )
  const found = await pMap(batches, (batch) => deleteBatch(s3, batch), {concurrency: CONCURRENCY})
  return [...failures, ...found.flat()]
}

async function deleteBatch(s3: S3, batch: readonly S3Path[]): Promise<readonly Failure[]> {
  const [first] = batch
  if (!first) return []
  try {
    const answer = await s3.request(first.path, (client, sdk) =>
      client.send(new sdk.DeleteObjectsCommand({Bucket: first.bucket, Delete: {Objects: batch.map(({key}) => ({Key: key})), Quiet: true}})),
    )
    const reasons = new Map((answer.Errors ?? []).map(({Key, Code, Message}) => [Key ?? '', [Code, Message].filter(Boolean).join(': ')]))
    return batch.flatMap(({path, key}) => {
      const error = reasons.get(key)
      return error === undefined ? [] : [{path, error}]
    })
  } catch (error) {
    return batch.map(({path}) => ({path, error: messageOf(error)}))
  }
}
