import {randomUUID} from 'node:crypto'
import type {CompletedPart} from '@aws-sdk/client-s3'
import type {OutputFile} from '@phlo/core'
import {fileEnded} from './local-errors.js'
import type {S3} from './s3-client.js'
import {parseS3Path} from './s3-path.js'
import {publish, WRITE_ID} from './s3-publish.js'

/** Bytes. S3 takes at most 10,000 parts, so that a file can have 80 GB. */
const PART = 8 * 1024 * 1024
const PARTS_ON_THEIR_WAY = 3

/**
 * Writes an object that must not exist yet: in one request when it fits into a part, else part by part, of which at most four are
 * in memory: one being filled and three on their way. The store itself refuses to replace an object, when the last request is made.
 */
export function createS3(s3: S3, path: string): OutputFile {
  const {bucket, key} = parseS3Path(path)
  const target = {Bucket: bucket, Key: key}
  const writeId = randomUUID()
  const parts: CompletedPart[] = []
  let buffer = Buffer.alloc(0)
  let used = 0
  let sent = 0
  let bytesWritten = 0
  let uploadId: string | undefined
  let failure: unknown
  const onTheirWay = new Set<Promise<void>>()
  let ended = false

  const begin = async () => {
    const input = {...target, Metadata: {[WRITE_ID]: writeId}, ChecksumAlgorithm: 'CRC32' as const}
    const answer = await s3.request(path, (client, sdk) => client.send(new sdk.CreateMultipartUploadCommand(input)))
    uploadId = answer.UploadId
  }
  const sendPart = async (body: Uint8Array, number: number) => {
    const input = {...target, UploadId: uploadId, PartNumber: number, Body: body, ChecksumAlgorithm: 'CRC32' as const}
    const {ETag, ChecksumCRC32} = await s3.request(path, (client, sdk) => client.send(new sdk.UploadPartCommand(input)))
    parts[number - 1] = {PartNumber: number, ETag, ChecksumCRC32}
  }
  const sendBuffer = async () => {
    if (uploadId === undefined) await begin()
    if (onTheirWay.size === PARTS_ON_THEIR_WAY) await Promise.race(onTheirWay)
    // The failure of a part is that of the next one, or of the end.
    if (failure !== undefined) throw failure
    sent += 1
    const part = sendPart(buffer.subarray(0, used), sent)
      .catch((error: unknown) => {
        failure ??= error
      })
      .finally(() => onTheirWay.delete(part))
    onTheirWay.add(part)
    buffer = Buffer.alloc(0)
    used = 0
  }
  const complete = async () => {
    if (used > 0) await sendBuffer()
    await Promise.all(onTheirWay)
    if (failure !== undefined) throw failure
    const input = {...target, UploadId: uploadId, MultipartUpload: {Parts: parts}, IfNoneMatch: '*'}
    await publish(s3, path, writeId, (client, sdk) => client.send(new sdk.CompleteMultipartUploadCommand(input)))
  }
  const put = () => {
    const input = {...target, Body: buffer.subarray(0, used), Metadata: {[WRITE_ID]: writeId}, IfNoneMatch: '*'}
    return publish(s3, path, writeId, (client, sdk) => client.send(new sdk.PutObjectCommand(input)))
  }
  const abort = async () => {
    ended = true
    buffer = Buffer.alloc(0)
    // A part that arrives after the upload's end would be kept, and paid for, by nobody's leave.
    await Promise.all(onTheirWay)
    if (uploadId === undefined) return
    const input = {...target, UploadId: uploadId}
    uploadId = undefined
    await s3.request(path, (client, sdk) => client.send(new sdk.AbortMultipartUploadCommand(input))).catch(() => {})
  }
  return {
    path,
    get bytesWritten() {
      return bytesWritten
    },
    async write(bytes) {
      if (ended) throw fileEnded(path)
      let done = 0
      while (done < bytes.length) {
        if (used === PART) await sendBuffer()
        const count = Math.min(PART - used, bytes.length - done)
        buffer = grown(buffer, uploadId === undefined ? used + count : PART)
        buffer.set(bytes.subarray(done, done + count), used)
        used += count
        done += count
      }
      bytesWritten += bytes.length
    },
    async close() {
      if (ended) throw fileEnded(path)
      ended = true
      try {
        await (uploadId === undefined ? put() : complete())
        uploadId = undefined
      } catch (error) {
        await abort()
        throw error
      }
    },
    abort,
  }
}

/** A buffer with room for so many bytes: small files are many, and do not take a part's memory each. */
function grown(buffer: Buffer<ArrayBuffer>, needed: number): Buffer<ArrayBuffer> {
  if (needed <= buffer.length) return buffer
  const larger = Buffer.alloc(Math.min(PART, Math.max(needed, 2 * buffer.length, 64 * 1024)))
  larger.set(buffer)
  return larger
}
