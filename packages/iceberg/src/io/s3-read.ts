import type {GetObjectCommandOutput} from '@aws-sdk/client-s3'
import {type FileInfo, hasCode, type InputFile, unavailable} from '@phlo/core'
import type {S3} from './s3-client.js'
import {parseS3Path} from './s3-path.js'

/** Opens an object; without its size that is a request. */
export async function openS3(s3: S3, path: string, size?: number): Promise<InputFile> {
  const length = size ?? (await headS3(s3, path)).size
  return {path, size: length, read: (start, count) => readRange(s3, path, start, count), close: async () => {}}
}

/** What a store tells about an object; one that is not there is an error. */
export async function headS3(
  s3: S3,
  path: string,
): Promise<FileInfo & {readonly etag?: string; readonly metadata: Record<string, string>}> {
  const {bucket, key} = parseS3Path(path)
  const head = await s3.request(path, (client, sdk) => client.send(new sdk.HeadObjectCommand({Bucket: bucket, Key: key})))
  return {
    path,
    size: head.ContentLength ?? 0,
    metadata: head.Metadata ?? {},
    ...(head.LastModified ? {modifiedAt: head.LastModified.getTime()} : {}),
    ...(head.ETag ? {etag: head.ETag} : {}),
  }
}

export async function statS3(s3: S3, path: string): Promise<FileInfo | undefined> {
  try {
    const {size, modifiedAt} = await headS3(s3, path)
    return {path, size, ...(modifiedAt === undefined ? {} : {modifiedAt})}
  } catch (error) {
    if (hasCode(error, 'FILE_NOT_FOUND')) return undefined
    throw error
  }
}

export async function readWhole(s3: S3, path: string): Promise<Uint8Array> {
  return get(s3, path)
}

async function readRange(s3: S3, path: string, start: number, length: number): Promise<Uint8Array> {
  if (length === 0) return new Uint8Array(0)
  const bytes = await get(s3, path, `bytes=${start}-${start + length - 1}`)
  if (bytes.length === length) return bytes
  throw unavailable('FILE_TOO_SHORT', `${path} gave ${bytes.length} bytes from byte ${start}; ${length} were to be read.`)
}

/** The SDK retries until an answer begins. One that breaks off in its middle is asked for again here, as often. */
async function get(s3: S3, path: string, range?: string): Promise<Uint8Array> {
  const {bucket, key} = parseS3Path(path)
  const input = {Bucket: bucket, Key: key, ...(range === undefined ? {} : {Range: range})}
  return s3.request(path, async (client, sdk) => {
    for (let left = s3.settings.retries; ; left--) {
      const answer = await client.send(new sdk.GetObjectCommand(input))
      try {
        return await bodyOf(answer)
      } catch (error) {
        if (left === 0) throw error
      }
    }
  })
}

async function bodyOf(answer: GetObjectCommandOutput): Promise<Uint8Array> {
  const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array(0)
  if (answer.ContentLength !== undefined && bytes.length !== answer.ContentLength)
    throw new Error(`the answer broke off after ${bytes.length} of ${answer.ContentLength} bytes`)
  return bytes
}
