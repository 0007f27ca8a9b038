import {setTimeout} from 'node:timers/promises'
import {messageOf} from '@phlo/core'
import pMap from 'p-map'
import type {S3} from './s3-client.js'
import {parseS3Path, type S3Path} from './s3-path.js'

/** As many as one request of S3 takes. */
const BATCH = 1000
const CONCURRENCY = 4
/** What S3 says of an object that it may well delete a moment later. */
const PASSING: readonly string[] = ['SlowDown', 'InternalError', 'ServiceUnavailable', 'OperationAborted', 'RequestTimeout']
/** Milliseconds. */
const FIRST_WAIT = 200
const LONGEST_WAIT = 20_000

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

/** An answer of 200 may still say of single objects that the store was too busy: those alone are asked for again. */
async function deleteBatch(s3: S3, batch: readonly S3Path[]): Promise<readonly Failure[]> {
  const failures: Failure[] = []
  let left = batch
  for (let attempt = 0; left.length > 0; attempt++) {
    const again: S3Path[] = []
    for (const {object, error, mayPass} of await requestDeletion(s3, left)) {
      if (mayPass && attempt < s3.settings.retries) again.push(object)
      else failures.push({path: object.path, error})
    }
    left = again
    if (left.length > 0) await setTimeout(Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt))
  }
  return failures
}

interface Kept {
  readonly object: S3Path
  readonly error: string
  readonly mayPass: boolean
}

/** The objects that are still there. Failures of the request as a whole were tried again by the SDK already. */
async function requestDeletion(s3: S3, batch: readonly S3Path[]): Promise<readonly Kept[]> {
  const [first] = batch as [S3Path]
  try {
    const Objects = [...new Set(batch.map(({key}) => key))].map((Key) => ({Key}))
    const answer = await s3.request(first.path, (client, sdk) =>
      client.send(new sdk.DeleteObjectsCommand({Bucket: first.bucket, Delete: {Objects, Quiet: true}})),
    )
    const reasons = new Map((answer.Errors ?? []).map((problem) => [problem.Key ?? '', problem]))
    return batch.flatMap((object) => {
      const problem = reasons.get(object.key)
      if (problem === undefined) return []
      const error = [problem.Code, problem.Message].filter(Boolean).join(': ')
      return [{object, error, mayPass: PASSING.includes(problem.Code ?? '')}]
    })
  } catch (error) {
    return batch.map((object) => ({object, error: messageOf(error), mayPass: false}))
  }
}
