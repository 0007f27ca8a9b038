import {randomUUID} from 'node:crypto'
import {ExitCode, PhloError, unavailable} from '@phlo/core'
import pMap from 'p-map'
import type {S3} from './s3-client.js'
import {deleteS3} from './s3-delete.js'
import {parseS3Path} from './s3-path.js'
import {publish, WRITE_ID} from './s3-publish.js'
import {headS3, statS3} from './s3-read.js'

/** Bytes that one request of S3 copies at most. */
const MOST = 5 * 1024 ** 3
/** Bytes of a part of a larger object: 10,000 of them are more than an object can have. */
const PART = 1024 ** 3
const CONCURRENCY = 4

/**
 * Moves an object: a copy within the store, and only when that is complete, the end of the first. Stores that know the condition
 * refuse by themselves to replace an object that appeared meanwhile; for those that do not, it is looked for before.
 */
export async function moveS3(s3: S3, from: string, to: string, most = MOST, part = PART): Promise<void> {
  const source = await headS3(s3, from)
  if (await statS3(s3, to))
    throw new PhloError(`The file ${to} exists already and is not replaced.`, {code: 'FILE_EXISTS', exit: ExitCode.conflict})
  const {bucket, key} = parseS3Path(from)
  const copied = {
    CopySource: `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`,
    ...(source.etag === undefined ? {} : {CopySourceIfMatch: source.etag}),
  }
  if (source.size <= most) await copyWhole(s3, to, copied, source.metadata)
  else await copyInParts(s3, to, copied, source.size, part)
  const [failure] = await deleteS3(s3, [from])
  if (failure) throw unavailable('STORAGE_UNAVAILABLE', `${from} was copied to ${to} and could not be deleted after: ${failure.error}.`)
}

interface Source {
  readonly CopySource: string
  readonly CopySourceIfMatch?: string
}

async function copyWhole(s3: S3, to: string, source: Source, metadata: Record<string, string>): Promise<void> {
  const writeId = randomUUID()
  const {bucket, key} = parseS3Path(to)
  const input = {
    ...source,
    Bucket: bucket,
    Key: key,
    IfNoneMatch: '*',
    MetadataDirective: 'REPLACE' as const,
    Metadata: {...metadata, [WRITE_ID]: writeId},
  }
  await publish(s3, to, writeId, (client, sdk) => client.send(new sdk.CopyObjectCommand(input)))
}

async function copyInParts(s3: S3, to: string, source: Source, size: number, part: number): Promise<void> {
  const writeId = randomUUID()
  const {bucket, key} = parseS3Path(to)
  const target = {Bucket: bucket, Key: key}
  const begun = {...target, Metadata: {[WRITE_ID]: writeId}}
  const {UploadId} = await s3.request(to, (client, sdk) => client.send(new sdk.CreateMultipartUploadCommand(begun)))
  const upload = {...target, UploadId}
  try {
    const starts = Array.from({length: Math.ceil(size / part)}, (_, index) => index * part)
    const parts = await pMap(
      starts,
      async (start, index) => {
        const range = `bytes=${start}-${Math.min(start + part, size) - 1}`
        const input = {...upload, ...source, PartNumber: index + 1, CopySourceRange: range}
        const answer = await s3.request(to, (client, sdk) => client.send(new sdk.UploadPartCopyCommand(input)))
        return {PartNumber: index + 1, ETag: answer.CopyPartResult?.ETag}
      },
      {concurrency: CONCURRENCY},
    )
    const complete = {...upload, MultipartUpload: {Parts: parts}, IfNoneMatch: '*'}
    await publish(s3, to, writeId, (client, sdk) => client.send(new sdk.CompleteMultipartUploadCommand(complete)))
  } catch (error) {
    await s3.request(to, (client, sdk) => client.send(new sdk.AbortMultipartUploadCommand(upload))).catch(() => {})
    throw error
  }
}
