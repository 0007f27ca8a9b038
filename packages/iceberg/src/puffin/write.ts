import {zstdCompressSync} from 'node:zlib'
import type {FileIO} from '@phlo/core'
import {ENGINE} from '../engine.js'
import {stringifyJson} from '../spec/json.js'
import {LARGEST_BLOB, MAGIC, type PuffinBlob, type PuffinFooter, TRAILER} from './format.js'

/** A blob to be written; its place in the file is decided by the writer. */
export interface NewPuffinBlob extends Omit<PuffinBlob, 'offset' | 'length' | 'compression-codec'> {
  readonly data: Uint8Array
  /** Default: stored as it is, which `deletion-vector-v1` has to be. */
  readonly 'compression-codec'?: 'zstd'
}

/** A Puffin file that is being written. */
export interface PuffinWriter {
  /** Writes a blob and tells where it is. */
  append(blob: NewPuffinBlob): Promise<PuffinBlob>
  /** Writes the footer. The file is durable and visible when it resolves; returns its length in bytes. */
  close(): Promise<number>
  /** Leaves nothing behind. */
  abort(): Promise<void>
}

/**
 * Creates a Puffin file. Blobs go out one by one; what is kept is their descriptions. An error of any step leaves no file.
 *
 * @throws PhloError `FILE_EXISTS` and the other errors of the FileIO
 */
export async function createPuffinFile(io: FileIO, path: string, properties: Readonly<Record<string, string>> = {}): Promise<PuffinWriter> {
  const output = await io.create(path)
  const blobs: PuffinBlob[] = []
  const orAbort = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      await output.abort()
      throw error
    }
  }
  await orAbort(() => output.write(MAGIC))
  return {
    append: ({data, ...described}) =>
      orAbort(async () => {
        // The frame has to tell the size of its content ("Compression codecs"); Node's asynchronous function leaves it out.
        const stored = described['compression-codec'] === 'zstd' ? zstdCompressSync(data) : data
        if (stored.length > LARGEST_BLOB) throw new RangeError(`a blob of ${stored.length} bytes is larger than Puffin's readers can take`)
        const blob = {...described, offset: output.bytesWritten, length: stored.length}
        await output.write(stored)
        blobs.push(blob)
        return blob
      }),
    close: () =>
      orAbort(async () => {
        const createdBy = `${ENGINE.name} version ${ENGINE.version}`
        await output.write(footerBytes({blobs, properties: {'created-by': createdBy, ...properties}}))
        await output.close()
        return output.bytesWritten
      }),
    abort: () => output.abort(),
  }
}

/** The end of a Puffin file: the magic, the footer and what is after it. */
export function footerBytes(footer: PuffinFooter): Uint8Array {
  const payload = Buffer.from(stringifyJson(footer))
  const trailer = Buffer.alloc(TRAILER)
  trailer.writeInt32LE(payload.length, 0)
  trailer.set(MAGIC, 8)
  return Buffer.concat([MAGIC, payload, trailer])
}
