import type {S3Client} from '@aws-sdk/client-s3'
import type {S3} from './s3-client.js'
import {answerOf, fromS3Error} from './s3-errors.js'
import {headS3} from './s3-read.js'

/** The metadata of an object that tells which write made it. */
export const WRITE_ID = 'phlo-write-id'

/**
 * Makes the request that lets an object be seen, and tells what became of it even when the answer was lost: a request that was
 * sent again finds the object of its own first attempt, and would take it for somebody else's.
 */
export async function publish(
  s3: S3,
  path: string,
  writeId: string,
  send: (client: S3Client, sdk: typeof import('@aws-sdk/client-s3')) => Promise<unknown>,
): Promise<void> {
  await s3.request(path, async (client, sdk) => {
    try {
      await send(client, sdk)
    } catch (error) {
      if (mayHaveHappened(error) && (await madeBy(s3, path, writeId))) return
      throw fromS3Error(error, path, s3.settings)
    }
  })
}

function mayHaveHappened(error: unknown): boolean {
  const {status, attempts} = answerOf(error)
  return attempts > 1 || status === undefined || status >= 500
}

async function madeBy(s3: S3, path: string, writeId: string): Promise<boolean> {
  const found = await headS3(s3, path).catch(() => undefined)
  return found?.metadata[WRITE_ID] === writeId
}
