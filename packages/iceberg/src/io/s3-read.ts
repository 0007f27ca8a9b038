import type {GetObjectCommandOutput} from '@aws-sdk/client-s3'
import {type FileInfo, hasCode, type InputFile, messageOf, unavailable} from '@phlo/core'
import type {S3} from './s3-client.js'
import {parseS3Path} from './s3-path.js'

/** Opens an object; without its size that is a request. */
export async function openS3(s3: S3, path: string, size?: number): Promise<InputFile> {
  const length = size ?? (await headS3(s3, path)).size
  return {path, size: length, read: (start, count) => readRange(s3, path, length, start, count), close: async () => {}}
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
  return (await get(s3, path)).bytes
}

async function readRange(s3: S3, path: string, size: number, start: number, length: number): Promise<Uint8Array> {
  if (length === 0) return new Uint8Array(0)
  const {bytes, fileSize} = await get(s3, path, `bytes=${start}-${start + length - 1}`)
  // Whoever reads up to the end relies on where the end is.
  if (start + length === size && fileSize !== undefined && fileSize !== size)
    throw unavailable('FILE_SIZE_MISMATCH', `${path} has ${fileSize} bytes; its metadata says ${size}.`)
  if (bytes.length === length) return bytes
  throw unavailable('FILE_TOO_SHORT', `${path} gave ${bytes.length} bytes from byte ${start}; ${length} were to be read.`)
}

interface Got {
  readonly bytes: Uint8Array
  /** Bytes of the whole file, when the store tells. */
  readonly fileSize: number | undefined
}

async function get(s3: S3, path: string, range?: string): Promise<Got> {
  const {bucket, key} = parseS3Path(path)
  return s3.request(path, async (client, sdk) => {
    const command = new sdk.GetObjectCommand({Bucket: bucket, Key: key, ...(range === undefined ? {} : {Range: range})})
    let bytes = new Uint8Array(0)
    // The SDK tries again until an answer begins. Its body is read within the attempt, so that one that breaks off is tried again as well.
    command.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args)
        bytes = await bodyOf(answer.output)
        return answer
      },
      {step: 'finalizeRequest', priority: 'low', name: 'readBody'},
    )
    const {ContentRange} = await client.send(command)
    const total = Number(ContentRange?.split('/')[1])
    return {bytes, fileSize: Number.isInteger(total) ? total : undefined}
  })
}

async function bodyOf({Body, ContentLength}: GetObjectCommandOutput): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await Body?.transformToByteArray().catch((error: unknown) => {
    throw brokenOff(messageOf(error), error)
  })
  const length = bytes?.length ?? 0
  if (ContentLength !== undefined && length !== ContentLength) throw brokenOff(`it has ${length} of ${ContentLength} bytes`)
  return (bytes ?? new Uint8Array(0)) as Uint8Array<ArrayBuffer>
}

/** Marked for the SDK as something that may pass. */
function brokenOff(reason: string, cause?: unknown): Error {
  return Object.assign(new Error(`the answer broke off: ${reason}`, {cause}), {$retryable: {throttling: false}})
}
